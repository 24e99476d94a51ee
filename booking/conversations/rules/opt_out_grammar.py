"""The grammar of a wish that texts end, over the sorts of a sentence's words (opt_out_words.Sort).

A sentence is a string with one letter for each word: an end with texts as its object ("stop sending
me these"), a refusal to get them ("I no longer want"), a ban ("no me escriban"), a wish to be taken
off a list. What stands before may turn it round: "please don't stop texting me".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from booking.conversations.rules import opt_out_words as o
from booking.conversations.rules.opt_out_words import SORTS, Sort
from booking.kit import text_normalization
from booking.kit.misspelling import by_first_letter, meant_by

SENTENCE_END: Final = re.compile(r"[.!?,;:\n()\"“”…—–¡¿]+")
TOKEN: Final = re.compile(r"[^\W\d_]+|\d+")
HOPED_WITHIN: Final = 12
LEFT_OF_IT: Final = 6
"""Words that are looked at before a wish for what turns it round."""

# The rest of a sentence after "remove me": nothing, courtesies, or the list it is about.
_OF_A_LIST: Final = r"(?![^e]{0,5}a)[FgZzMTCp]*(?:I(?!g?F{0,2}a)|T|$)"
WISHES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"[SED][FgpZMR]{0,6}[TCB]",  # stop sending me these texts
        r"[SE]F{0,2}R[FgpMZ]{0,3}(?:Z|$)",  # stop receiving these
        r"dg[FgpZ]{0,3}[TCB]",  # dejen de mandarme
        r"[NnL][FL]{0,2}W[FgpMRZn]{0,6}[TCBY]",  # don't want your texts
        r"[NL]F{0,2}W[FgpR]{0,4}ZM?F*$",  # I don't want these any more
        r"[NL]F{0,2}W[FgpR]{0,4}gF{0,2}I",  # don't want to be on this list
        r"[NL]F{0,2}WF{0,3}R[FgpM]{0,5}$",  # don't want to hear from you
        r"W[Nn]F{0,2}[RC][FgZpM]{0,4}[TM$]",  # prefiero no recibir mensajes
        r"[Nn]M?Y(?:p|[FgMZ]{0,4}(?:T|M|p|$))",  # no manden mas
        r"[Nn]pM?Y",  # no me manden
        r"^[Fgp]*nF{0,2}M(?:[FgZp]{0,4}(?:[TCBR]|$))",  # no more, please
        r"nM[FgZ]{0,3}[TCB]",  # no more texts
        r"^[Fg]*nF{0,2}[TC][FgMpT]*$",  # no texts please
        r"nC[FgM]{0,3}[TMp]|^[Fg]*nB[Fgp]*$",  # favor de no mandar mensajes
        r"^[FZg]*H[FZgM]*$|H[FgZ]{0,3}[TCB]",  # enough with the texts
        r"h[FgZ]{0,3}T",  # sick of these texts
        r"^[FgZ]*[NnL][Fp]{0,2}i[FgpM]*$|[NnL][Fp]{0,2}i[Fg]{0,3}[TZ]",  # not interested
        rf"K[FgZ]{{0,3}}p{_OF_A_LIST}",  # remove my number from your list
        rf"pK[Fg]*(?:I|$){_OF_A_LIST}",  # que me quiten de la lista
        rf"Q{_OF_A_LIST}",  # quitenme de la lista
        rf"tF?pO{_OF_A_LIST}",  # take me off
        r"K[FgZp]{0,4}I(?!g?F{0,2}a)(?![^e]{0,5}a)",  # removed from this list
        r"T[FgWRMNpz]{0,4}[SE](?=[FMg]*$)",  # these texts have to stop
        r"^[FgZ]*TOF*$|RO[FgZ]{0,3}[IT]",  # texts off; get off this list
        r"o[FgZ]{0,3}TO",  # turn these texts off
        r"D[FgpZ]{0,3}I",  # cancelen el servicio
        r"U",
    )
)
# A ban: "don't text me". Who says "I don't text" or "you don't text me" bans nothing.
BAN: Final = re.compile(r"N(?:M|F(?=[TC]))?(?:[TC](?:[Zp]|M|[Fg]{0,2}[pTM]|Fp|$)|C[FgM]{0,2}T|Bp)")
BANS: Final = text_normalization.vocabulary("dont dnt never not")
SPEAKERS: Final = text_normalization.vocabulary(
    "i we they she he u you people if why that who which"
)
ENGLISH_REMOVES: Final = text_normalization.vocabulary(
    "remove delete erase unenroll deregister scratch exclude"
)
HOPES: Final = text_normalization.vocabulary("hope wish glad ojala espero")
NEGATES_BEFORE_YOU: Final = text_normalization.vocabulary("wont cant couldnt wouldnt didnt")
CAN_WISH: Final = frozenset("SEDdTCYBHhiKQtoUWMR")
_FORGIVING: Final = by_first_letter(o.FORGIVING)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of one sentence, and the sort of each as one letter."""

    tokens: tuple[str, ...]
    sorts: str


def sentences_of(said: str) -> list[Sentence]:
    """Return the sentences of a plain text, each word with its sort."""
    lines = o.merged("\n".join(" ".join(TOKEN.findall(part)) for part in SENTENCE_END.split(said)))
    found = (tuple(line.split()) for line in lines.split("\n"))
    return [Sentence(tokens, "".join(map(_sort, tokens))) for tokens in found if tokens]


@lru_cache(maxsize=4096)
def _sort(token: str) -> str:
    if token.isdigit():
        return Sort.DIGITS
    known = SORTS.get(token)
    if known is None and (meant := meant_by(token, _FORGIVING)):
        known = SORTS[meant]
    return known or Sort.OTHER


@lru_cache(maxsize=4096)
def spans(sorts: str) -> tuple[tuple[int, int], ...]:
    """Return where wishes stand in a sentence, as far as the sorts of its words tell."""
    if not any(sort in CAN_WISH for sort in sorts):
        return ()
    return tuple(found.span() for wish in WISHES for found in wish.finditer(sorts))


def is_turned_round(sentence: Sentence, at: int, end: int) -> bool:
    """Say whether what stands before a wish turns it into its opposite."""
    tokens, sorts = sentence.tokens, sentence.sorts
    is_spanish = any(
        sorts[i] in "DdQ" or (sorts[i] == Sort.REMOVE and tokens[i] not in ENGLISH_REMOVES)
        for i in range(at, end)
    )
    for i in range(at - 1, max(-1, at - 1 - LEFT_OF_IT), -1):
        if sorts[i] == Sort.NOT:
            return not _only_complains(tokens, i)
        if sorts[i] == Sort.NO and (is_spanish or sorts[i + 1] == Sort.WANT):
            return True
        if sorts[i] not in "FgpWZzMRTC":
            return False
    return False


def _only_complains(tokens: Sequence[str], i: int) -> bool:
    """Say whether a negation is a complaint: why won't you stop, I don't know how to stop."""
    before = tokens[i - 1] if i else ""
    after = tokens[i + 1] if i + 1 < len(tokens) else ""
    if HOPES & {*tokens[max(0, i - HOPED_WITHIN) : i]}:
        return False
    return (
        before in {"why", "you", "u", "they"}
        or tokens[i] == "cant"
        or (after in {"you", "u"} and tokens[i] in NEGATES_BEFORE_YOU)
        or SORTS.get(after) is Sort.KNOW
    )


def bans(sentence: Sentence, at: int) -> bool:
    """Say whether a ban is one: not what somebody says that they or we do not do."""
    before = sentence.tokens[at - 1] if at else ""
    return sentence.tokens[at] in BANS and before not in SPEAKERS
