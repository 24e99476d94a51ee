"""Every message kind: its templates, its size, and the words it may not have."""

import ast
import re
from pathlib import Path

import pytest

from booking.clinic.clinic import Clinic
from booking.conversations.rules.reply import (
    Confirm,
    MoveRequest,
    OptInRequest,
    OptOutRequest,
    Scored,
    read_reply,
)
from booking.messaging.kinds import KINDS, Channel, Kind, Topic, kinds_that
from booking.messaging.rules.sms_segments import is_gsm7, segments
from tests.messages.samples import (
    CHANNELS,
    LANGUAGES,
    LONGEST,
    MAILED,
    TEXTED,
    TEXTS,
    TO_STAFF,
    every_text,
    facts,
)
from tests.messages.words import (
    ASKED_ABOUT,
    HEALTH_WORDS,
    OPT_IN_WORDS,
    OPT_OUT_WORDS,
    OPT_WORDS,
    REPLY_VERBS,
    STOP_IS_NAMED_BY,
)

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates" / "messages"

by_kind = pytest.mark.parametrize("kind", sorted(CHANNELS), ids=str)
by_text = pytest.mark.parametrize("kind", sorted(TEXTED), ids=str)


def test_the_languages_tested_are_those_a_clinic_writes():
    assert Clinic("", "", "", "", "", "", "", "").languages == LANGUAGES


@by_kind
def test_a_kind_has_a_template_for_each_of_its_channels_in_every_language(kind):
    wanted = {f"{channel}.{language}.txt" for channel in CHANNELS[kind] for language in LANGUAGES}

    assert {path.name for path in (TEMPLATES / kind).iterdir()} == wanted


def test_no_template_belongs_to_a_kind_nobody_sends():
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == set(CHANNELS)


def test_every_kind_has_its_rules():
    assert set(KINDS) == set(Kind)


def test_the_rules_of_a_kind_do_not_gainsay_each_other():
    for kind, rules in KINDS.items():
        assert rules.channels, kind
        assert not rules.proactive or rules.needs_consent, kind
        assert not rules.needs_eligible_therapist or rules.follows_appointment, kind
        assert rules.invitation is None or Channel.EMAIL in rules.channels, kind
        assert rules.asks is None or Channel.SMS in rules.channels, kind
        assert not rules.answered_by_yes or rules.asks is Topic.ATTENDANCE, kind
        assert not rules.sealed or rules.lane is KINDS[Kind.SAFETY].lane, kind


def test_nobody_else_keeps_a_list_of_kinds_or_asks_which_one_it_is():
    # What a kind does differently stands in its row.
    found = {
        f"{path.stem}: {ast.unparse(node)}"
        for path in (ROOT / "booking").rglob("*.py")
        if path.name != "kinds.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if _singles_kinds_out(node)
    }

    assert found == set()


def test_what_goes_by_mail_has_mail_templates():
    told = set()
    for path in (ROOT / "booking").rglob("*.py"):
        told |= _kinds_told(ast.parse(path.read_text()))

    assert told, "the news of an appointment is found where it is told"
    assert told <= MAILED
    assert kinds_that(lambda rules: rules.email_fallback) <= MAILED


@by_text
def test_an_ordinary_text_is_one_segment_of_the_plain_alphabet(kind):
    for text in every_text(kind):
        assert is_gsm7(text), text
        assert segments(text) == 1, f"{len(text)}: {text}"


@by_text
def test_the_longest_names_cost_a_second_segment_only_where_it_is_known(kind):
    most = max(segments(text) for text in every_text(kind, **LONGEST))

    assert most == KINDS[kind].most_segments


@by_text
def test_no_text_has_a_health_word(kind):
    allowed = ASKED_ABOUT if kind is Kind.CHECK_IN else ()

    for text in every_text(kind, clinic="Willow Room"):
        assert _health_words(text, allowed) == []


@pytest.mark.parametrize("kind", sorted(MAILED), ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_has_a_health_word(kind, language):
    mail = " ".join(TEXTS.email(kind, language, facts(clinic="Willow Room")))
    allowed = ("patients", "pacientes") if kind in TO_STAFF else ()

    assert _health_words(re.sub(r"<[^>]*>", " ", mail), allowed) == []


def test_a_health_word_would_be_found():
    assert _health_words("How is your lupus?") == ["lupus"]
    assert _health_words("¿Cómo está su enfermedad?") == ["enfermedad"]
    assert _health_words("Reply: pain, tiredness", ASKED_ABOUT) == []
    assert _health_words("Reply: pain, fever", ASKED_ABOUT) == ["fever"]


@by_text
def test_no_text_asks_for_a_word_that_carriers_take_as_opt_out_or_opt_in(kind):
    named = STOP_IS_NAMED_BY.get(kind, set())

    for text in every_text(kind, clinic="Willow Room"):
        shouted = set(re.findall(r"\b[A-Z]{3,}\b", text))
        assert shouted & OPT_WORDS == named, text
        assert not {word.upper() for word in REPLY_VERBS.findall(text)} & OPT_WORDS, text


def test_an_opt_out_word_asked_for_would_be_found():
    assert REPLY_VERBS.findall("Reply cancel to cancel") == ["cancel"]
    assert REPLY_VERBS.findall("Responda BAJA") == ["BAJA"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_text_asks_to_be_answered_is_understood(language):
    reminder = TEXTS.sms(Kind.REMINDER, language, facts())
    check_in = TEXTS.sms(Kind.CHECK_IN, language, facts())

    assert re.search(r"\bC\b.*\bR\b", reminder)
    assert isinstance(read_reply("C"), Confirm)
    assert isinstance(read_reply("R"), MoveRequest)
    example = re.search(r"\d \d \d", check_in).group()
    assert isinstance(read_reply(example), Scored)


@pytest.mark.parametrize("word", sorted(OPT_OUT_WORDS | OPT_IN_WORDS))
def test_the_words_carriers_act_on_are_acted_on_here_too(word):
    # Where the carrier stops a phone and we do not know, every later text to it fails.
    assert isinstance(read_reply(word), OptOutRequest | OptInRequest), word


@pytest.mark.parametrize(
    "kind", [Kind.REMINDER, Kind.CHECK_IN, Kind.CONFIRMATION, Kind.MOVED], ids=str
)
def test_a_text_whose_answer_would_not_be_understood_offers_only_its_link(kind):
    for language in LANGUAGES:
        text = TEXTS.sms(kind, language, facts(asks=False))

        assert "https://" in text
        assert not re.search(r"\b[CR]\b|\d \d \d", text.split("https://")[0])


@pytest.mark.parametrize("kind", sorted(TEXTED - {Kind.OPTED_OUT}), ids=str)
def test_two_texts_of_the_same_kind_differ_by_their_mark_or_link(kind):
    # So that each can be found again in the carrier's list; the opt-out's confirmation goes once.
    for language in LANGUAGES:
        text = TEXTS.sms(kind, language, facts(ref="0000"))
        assert "#0000" in text or "https://" in text


def _kinds_told(tree):
    """The kinds that `notify_change` is called with: what is told goes by mail and by text."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    told = [
        one
        for one in calls
        if getattr(one.func, "attr", getattr(one.func, "id", "")) == "notify_change"
    ]
    kinds = {ast.unparse(argument) for call in told for argument in call.args}
    return {Kind[name.removeprefix("Kind.")] for name in kinds if name.startswith("Kind.")}


def _singles_kinds_out(node):
    match node:
        case ast.Compare():
            return any(_is_a_kind(one) for one in (node.left, *node.comparators))
        case ast.Set(elts=several) | ast.Tuple(elts=several) | ast.List(elts=several):
            return sum(map(_is_a_kind, several)) > 1
        case ast.Dict(keys=keys):
            return any(map(_is_a_kind, keys))
    return False


def _is_a_kind(node):
    return isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Kind"


def _health_words(text, allowed=()):
    for word in allowed:
        text = re.sub(rf"\b{word}\b", "", text, flags=re.IGNORECASE)
    return [found.group().lower() for found in HEALTH_WORDS.finditer(text)]


def test_every_channel_is_tested():
    assert {channel for channels in CHANNELS.values() for channel in channels} == set(Channel)
