"""Whether a text wishes that texts end, however it is worded, spelt or dictated.

The rules for whole sentences stand in opt_out_grammar; here is what a word alone, a shout or a
wrong number means, and what else was said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from booking.checkins.rules import score_vocabulary
from booking.conversations.rules import opt_out_words as o
from booking.conversations.rules import vocabulary as w
from booking.conversations.rules.opt_out_grammar import (
    BAN,
    TOKEN,
    Sentence,
    bans,
    is_turned_round,
    sentences_of,
    spans,
)
from booking.conversations.rules.opt_out_words import Sort
from booking.kit import text_normalization

# "S T O P", "s.t.o.p": letters that only together are a word.
SPELT: Final = re.compile(r"(?<![^\W\d_])[^\W\d_](?:[\s.*_-]{1,3}[^\W\d_]){3,12}(?![^\W\d_])")
RUN_TOGETHER: Final = re.compile(
    r"(?:(?:please|pls|plz)?(?:stop|stp|unsubscribe|optout)"
    r"(?:it|now|all|this|texting|texts?|messages?|messaging|sms|sending|please|pls|plz|stop)*)"
    r"|no(?:more)?(?:texts?|messages?)|(?:dont|donot|stop)text(?:me)?|noma?smensajes"
)
SHOUTED: Final = re.compile(r"(?<![\w'’-])STOP(?=[\s.!]*(?:[.!\n]|\Z))")
LONGEST_SHOUT: Final = 60

ABOUT_TEXTS: Final = frozenset("TCYBUXVISdH")
MISTYPED: Final = text_normalization.vocabulary(
    "gave give put typed type wrote sent send entered pressed hit used puse di escribi mande "
    "marque teclee called dialed dialled call"
)
ASKS: Final = text_normalization.vocabulary("is did was do does have are es son tengo tienes")
NO_MORE: Final = re.compile(r"[Fg]*[NnL]F{0,2}W[FMZ]{0,4}")
MORE: Final = text_normalization.vocabulary("ya mas more anymore nolonger")
PLAINLY: Final = text_normalization.vocabulary("alto para parar pare paren baja detener")
"""These mean the texts though they name none."""

ALONE: Final = w.OPT_OUT_ALONE | o.ALONE
BESIDE_ALONE: Final = text_normalization.COURTESY | w.TEXTS | o.SPOKEN_SIGNS
BESIDE_TAKES_IT: Final = BESIDE_ALONE | o.AROUND_IT
BESIDE_STRONG: Final = BESIDE_ALONE | w.SMALL
BESIDE_STOP: Final = BESIDE_STRONG | o.BEFORE_STOP
MAY_STOP: Final = w.STOP_OTHER | score_vocabulary.PAIN | o.MAY_STOP
STRANGER: Final = "wrongnumber"
"""A person has to know that a patient's phone is somebody else's."""
SAID: Final = w.OPT_OUT_ALONE | w.TEXTS | w.SMALL | text_normalization.COURTESY


@dataclass(frozen=True, slots=True)
class FoundOptOut:
    """A wish that texts end; `rest` is what else was said.

    `may_mean_session` tells that it names no texts: "cancel" may be about the appointment.
    """

    rest: str
    may_mean_session: bool


def find_wish(raw: str, said: str) -> FoundOptOut | None:
    """Return the wish that texts end in a text, of which `said` is the plain form, or None."""
    sentences = sentences_of(_together(said))
    tokens = [token for one in sentences for token in one.tokens]
    found: list[tuple[int, int] | None] = [_wish_in(one) for one in sentences]
    shouted = _is_shouted(raw)
    is_bare = _is_bare(tokens)
    if not (is_bare or shouted or any(span is not None for span in found)):
        return None
    sorts = {sort for one in sentences for sort in one.sorts}
    rest = [
        token
        for one, span in zip(sentences, found, strict=True)
        for token in _unsaid(one, span, bare=is_bare)
    ]
    names_texts = not (ABOUT_TEXTS.isdisjoint(sorts) and PLAINLY.isdisjoint(tokens))
    return FoundOptOut(" ".join(rest), not names_texts)


def _together(said: str) -> str:
    """Join letters that were spelt one by one, where they make a word that ends texts."""

    def joined(found: re.Match[str]) -> str:
        word = "".join(TOKEN.findall(found[0]))
        return word if word in w.OPT_OUT_ALONE else found[0]

    said = SPELT.sub(joined, said.replace("st0p", "stop").replace("wrong #", "wrong number"))
    letters = "".join(found for found in TOKEN.findall(said[:LONGEST_SHOUT]) if found.isalpha())
    if len(said) <= LONGEST_SHOUT and (
        letters in w.OPT_OUT_STRONG or RUN_TOGETHER.fullmatch(letters)
    ):
        return " ".join(["stop", *(found for found in TOKEN.findall(said) if found.isdigit())])
    return said


def _is_bare(tokens: Sequence[str]) -> bool:
    """Say whether a text is an opt-out word, with nothing beside it that changes its meaning."""
    return (
        nothing_but(tokens, ALONE, BESIDE_ALONE)
        or nothing_but(tokens, o.TAKES_IT, BESIDE_TAKES_IT)
        or nothing_but(tokens, w.OPT_OUT_STRONG, BESIDE_STRONG, or_digits=True)
    )


def nothing_but(
    spoken: Sequence[str],
    wanted: frozenset[str],
    around: frozenset[str],
    *,
    or_digits: bool = False,
) -> bool:
    """Say whether some of the wanted words are said, and beside them only words around them."""
    return not wanted.isdisjoint(spoken) and all(
        word in wanted or word in around or (or_digits and word.isdigit()) for word in spoken
    )


def _wish_in(sentence: Sentence) -> tuple[int, int] | None:
    """Return where in a sentence the wish stands, from word to word; None where there is none."""
    tokens = sentence.tokens
    if _says_all(sentence):
        return (0, len(tokens))
    for span in spans(sentence.sorts):
        if not is_turned_round(sentence, *span):
            return span
    for found in BAN.finditer(sentence.sorts):
        if bans(sentence, found.start()):
            return found.span()
    if _is_wrong_number(sentence) or _begins_with_stop(tokens) or _ends_with_stop(tokens):
        # What stands around it is for a person to read.
        return (0, 0)
    return None


def _says_all(sentence: Sentence) -> bool:
    """Say whether a whole sentence says nothing but that texts should end."""
    tokens = sentence.tokens
    if nothing_but(tokens, w.OPT_OUT_STRONG, BESIDE_STOP, or_digits=True):
        at = next(i for i, token in enumerate(tokens) if token in w.OPT_OUT_STRONG)
        if not is_turned_round(sentence, at, at + 1):
            return True
    return (
        nothing_but(tokens, o.SPAM, BESIDE_STOP)
        or _is_left_alone(sentence)
        or _says_no_more(sentence)
    )


def _begins_with_stop(tokens: Sequence[str]) -> bool:
    """Say whether a sentence tells us to stop, and does not go on about something else."""
    if w.OPT_OUT_STRONG.isdisjoint(tokens):
        return False
    core = [token for token in tokens if token not in text_normalization.COURTESY]
    if not core or core[0] not in w.OPT_OUT_STRONG or not w.STOP_OTHER.isdisjoint(core):
        return False
    return not (len(core) > 2 and core[1] in o.CONDITIONS and core[2] in o.OF_A_CONDITION)


def _ends_with_stop(tokens: Sequence[str]) -> bool:
    """Say whether "stop" comes last, after words that are not what should stop."""
    if w.OPT_OUT_STRONG.isdisjoint(tokens):
        return False
    core = [token for token in tokens if token not in text_normalization.COURTESY]
    return (
        len(core) > 1
        and core[-1] in w.OPT_OUT_STRONG
        and core[-2] not in o.NOT_SHOUTED
        and MAY_STOP.isdisjoint(core)
    )


def _is_wrong_number(sentence: Sentence) -> bool:
    """Say whether somebody tells us that we text a stranger."""
    if Sort.WRONG_NUMBER not in sentence.sorts or Sort.DIGITS in sentence.sorts:
        return False
    before = sentence.tokens[: sentence.sorts.index(Sort.WRONG_NUMBER)]
    return not MISTYPED & {*before} and not (before and before[0] in ASKS)


def _is_left_alone(sentence: Sentence) -> bool:
    at = sentence.sorts.find(Sort.LEAVE_ALONE)
    return at >= 0 and all(
        sort in "FgWpZCS" or token in {"said", "told", "people"}
        for token, sort in zip(sentence.tokens[:at], sentence.sorts[:at], strict=True)
    )


def _says_no_more(sentence: Sentence) -> bool:
    """Say whether a refusal names nothing that is refused: ya no quiero, I don't want any more."""
    return bool(NO_MORE.fullmatch(sentence.sorts)) and not MORE.isdisjoint(sentence.tokens)


def _is_shouted(raw: str) -> bool:
    """Say whether a text in small letters ends, or ends a sentence, with STOP in capitals."""
    if not any(ch.islower() for ch in raw):
        return False
    for found in SHOUTED.finditer(raw):
        before = raw[max(0, found.start() - LONGEST_SHOUT) : found.start()]
        last = TOKEN.findall(before.casefold().replace("'", "").replace("’", ""))[-1:]
        if not last or last[0] not in o.NOT_SHOUTED:
            return True
    return False


def _unsaid(sentence: Sentence, span: tuple[int, int] | None, *, bare: bool) -> list[str]:
    """Return the words of a sentence that are no part of the wish and may matter to a person."""
    start, end = span or (0, 0)
    return [
        token
        for i, token in enumerate(sentence.tokens)
        if token == STRANGER
        or token.isdigit()
        or not (start <= i < end or token in SAID or (bare and token in o.ALONE))
    ]
