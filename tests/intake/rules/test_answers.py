import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.intake.rules.answers import (
    BY_KEY,
    GROUPS,
    QUESTIONS,
    TALK,
    TALK_OPTION,
    Group,
    IntakeAnswers,
    IntakeUnreadable,
    QuestionKind,
    from_json,
    is_shown,
    parse_answers,
    to_json,
)
from booking.kit.errors import InvalidInput
from booking.web.sentences import sentence
from tests.build.intake import WELL


def refused(raw):
    with pytest.raises(InvalidInput) as caught:
        parse_answers(raw)
    return caught.value.fields


def test_the_critical_questions_alone_make_a_complete_intake():
    answers = parse_answers(WELL)

    assert answers.of("flare") == {"no"}
    assert answers.of("steroids") == frozenset()
    assert answers.text("note") == ""


def test_an_empty_form_names_every_critical_question_and_no_other():
    assert set(refused({})) == set(WELL)


@pytest.mark.parametrize("key", sorted(WELL))
def test_a_critical_question_left_out_is_asked_for_by_itself(key):
    raw = {**WELL, key: ["  "]}

    assert set(refused(raw)) == {key}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.key)
def test_every_question_offers_to_talk_instead(question):
    assert question.options[-1] == TALK_OPTION

    answers = parse_answers({**WELL, question.key: [TALK]})

    assert answers.wants_to_talk(question.key)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.key)
def test_every_question_says_why_it_is_asked(question):
    assert question.why.endswith(".")
    assert question.label
    assert question.group in {group.key for group in GROUPS}


def test_the_questions_stand_in_the_order_of_their_groups():
    order = list(dict.fromkeys(question.group for question in QUESTIONS))

    assert order == [group.key for group in GROUPS] == list(Group)


def test_no_key_and_no_value_appears_twice():
    assert len(BY_KEY) == len(QUESTIONS)
    assert all(len(q.values) == len(q.options) for q in QUESTIONS)


def test_a_follow_up_comes_after_the_question_it_follows():
    keys = list(BY_KEY)
    followers = [q for q in QUESTIONS if q.shown_if is not None]

    assert followers
    for question in followers:
        assert keys.index(question.shown_if.key) < keys.index(question.key)
        assert question.shown_if.values <= BY_KEY[question.shown_if.key].values


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ({"flare": ["terrible"]}, "flare"),
        ({"flare": ["no", "severe"]}, "flare"),
        ({"pressure": ["6"]}, "pressure"),
        ({"pressure": ["1", "2"]}, "pressure"),
        ({"pressure": ["three"]}, "pressure"),
        ({"red_signs": ["none", "chest_pain"]}, "red_signs"),
        ({"bones": ["none", "talk"]}, "bones"),
        ({"skin_regions": ["tail"]}, "skin_regions"),
        ({"note": ["x" * 1001]}, "note"),
        ({"shoe_size": ["38"]}, "shoe_size"),
        ({"flare ": ["no"]}, "flare "),
        ({"skin": ["rash"]}, "skin_regions"),
        ({"bones": ["fracture_12m"]}, "bone_regions"),
        ({"surgery_port": ["port"]}, "surgery_regions"),
    ],
)
def test_an_answer_that_does_not_fit_is_named_with_a_sentence(raw, key):
    fields = refused({**WELL, **raw})

    assert set(fields) == {key}
    assert sentence(fields[key]).endswith(".")


def test_all_problems_are_told_at_once():
    raw = {**WELL, "flare": ["?"], "fever_48h": [""], "pressure": ["9"]}

    assert set(refused(raw)) == {"flare", "fever_48h", "pressure"}


def test_one_question_may_have_several_answers_where_that_makes_sense():
    answers = parse_answers(
        {**WELL, "red_signs": ["chest_pain", "breathless", "chest_pain"], "skin": ["fragile"]}
    )

    assert answers.of("red_signs") == {"chest_pain", "breathless"}


def test_a_sign_and_the_wish_to_talk_are_both_kept():
    answers = parse_answers({**WELL, "red_signs": ["chest_pain", TALK]})

    assert answers.of("red_signs") == {"chest_pain", TALK}


def test_a_follow_up_is_needed_only_where_it_is_shown():
    without = parse_answers({**WELL, "skin": ["fragile"]})
    with_rash = parse_answers({**WELL, "skin": ["rash"], "skin_regions": ["left_arm"]})

    assert not is_shown(BY_KEY["skin_regions"], without)
    assert is_shown(BY_KEY["skin_regions"], with_rash)


def test_the_patients_own_words_are_kept_and_cleaned():
    answers = parse_answers({**WELL, "note": ["  It’s my knee\r\nsince May\x00 \x1b"]})

    assert answers.text("note") == "It’s my knee\nsince May"


def test_words_and_the_wish_to_talk_about_them_do_not_mix():
    answers = parse_answers({**WELL, "medicines": ["prednisone", TALK]})

    assert answers.text("medicines") == "prednisone"
    assert answers.wants_to_talk("medicines")


def test_answers_cannot_be_changed_in_place():
    answers = parse_answers(WELL)

    with pytest.raises(TypeError):
        answers.values["flare"] = ("severe",)


def test_kept_answers_read_back_the_same():
    answers = parse_answers({**WELL, "note": ["später “ja” ☺"], "skin": ["talk"]})

    assert from_json(to_json(answers)) == answers


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"schema":1}',
        '{"schema":99,"values":{},"texts":{}}',
        '{"schema":1,"values":{"flare":["invented"]},"texts":{}}',
        '{"schema":1,"values":{"flare":[["no"]]},"texts":{}}',
        '{"schema":1,"values":{"shoe_size":["38"]},"texts":{}}',
        '{"schema":1,"values":[],"texts":{}}',
        '{"schema":1,"values":{"flare":3},"texts":{}}',
        '{"schema":1,"values":{},"texts":{"flare":"no"}}',
        '{"schema":1,"values":{},"texts":{"note":3}}',
    ],
)
def test_damaged_or_unknown_answers_are_refused_not_guessed(stored):
    with pytest.raises(IntakeUnreadable):
        from_json(stored)


def test_the_kept_form_carries_its_version():
    assert json.loads(to_json(parse_answers(WELL)))["schema"] == 1


def complete_forms():
    def one(question):
        options = st.sampled_from(sorted(question.values - {"none"}))
        if question.kind is QuestionKind.TEXT:
            return st.lists(st.text(max_size=50), max_size=2)
        if question.kind in {QuestionKind.MULTI, QuestionKind.REGIONS}:
            return st.lists(options, min_size=1, max_size=4)
        return options.map(lambda value: [value])

    return st.fixed_dictionaries({question.key: one(question) for question in QUESTIONS})


@given(complete_forms())
def test_any_complete_form_is_read_and_survives_keeping(raw):
    answers = parse_answers(raw)

    assert isinstance(answers, IntakeAnswers)
    assert from_json(to_json(answers)) == answers


keys = st.one_of(st.sampled_from(sorted(BY_KEY)), st.text(max_size=8))
sent_values = st.lists(
    st.one_of(st.sampled_from(["no", "yes", "none", TALK, "unsure"]), st.text(max_size=8)),
    max_size=3,
)


@given(st.dictionaries(keys, sent_values, max_size=8))
def test_any_form_is_read_or_refused_by_name(raw):
    form = {**WELL, **raw}
    try:
        answers = parse_answers(form)
    except InvalidInput as refusal:
        named = set(refusal.fields)
    else:
        named = set()
        assert set(answers.values) <= set(form)

    assert named <= set(form)
    assert set(form) - set(BY_KEY) <= named
