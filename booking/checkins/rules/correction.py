"""Numbers sent again: how people announce that the first were wrong, and what they do not mean.

Our own text invites it: "if one is wrong, send all three again within the hour". An announcement
changes nothing of the numbers behind it; what tells of another day, or asks, is no answer at all.
"""

import re
from collections.abc import Sequence
from typing import Final

from booking.kit.text_normalization import COURTESY, vocabulary

ANNOUNCERS: Final = vocabulary(
    "oops ops oop opps whoops woops whoopsie ups upss uups correction corrections correcting "
    "corrected correccion correct corrijo corregir corrige corregido corrected meant typo typos "
    "mistype mistyped mistake mistakes equivoque equivocacion quise queria dicho digo actually "
    "realidad rather instead should supposed fix fixing fixed edit edited change changing "
    "cambio cambiar update updated redo resend resending again misread misclick scratch debe "
    "deberia debio debian ajuste enmienda sry sorry perdon perdona perdone disculpa disculpe "
    "error errata wait espera espere esperen hold nope no make"
)
"""Any of these in front of three numbers announces them, or leaves their meaning alone."""
PLAINLY: Final = vocabulary(
    "oops ops oop opps whoops woops whoopsie ups upss uups correction corrections correccion "
    "corrijo corregir typo typos mistype mistyped mistake mistakes equivoque equivocacion meant "
    "error errata"
)
"""Said alone, these still announce that numbers will follow."""
BESIDE: Final = vocabulary(
    "i me my i im it its that thats this those these to be have been was were is are the a an of "
    "on bad let lets please meant mean say said write wrote typed sent put numbers number numeros "
    "numero ones one scores answer reply oh ah ay uh um hmm with for mine new nuevo nuevos nuevas "
    "correct right real all three 3 read decir escribir poner mejor en de los las mis mi se que "
    "lo siento son fueron era eran fue es aqui va van otra vez wrong made make hice un una fat "
    "finger fingers and then ser haber sido"
)
# "5 6 3 was wrong", "5 6 3 no": it takes back what stands before it.
TAKES_BACK: Final = vocabulary(
    "wrong mistake mistaken incorrect typo error mal incorrecto equivocado no not nope isnt wasnt"
)
ANOTHER_TIME: Final = vocabulary(
    "yesterday ayer anteayer last ago before antes previously previous earlier previos pasado "
    "pasada anoche monday tuesday wednesday thursday friday saturday sunday lunes martes miercoles "
    "jueves viernes sabado domingo"
)
PAST: Final = vocabulary("was were fue fueron era eran")
ASKS: Final = vocabulary("is are was do does should can could would what like como es son eg ej")
SMALL: Final = vocabulary(
    "was were is are that it this a an my the on at since from fue era es eran los las la el un "
    "una en del de not"
)
PHRASES: Final = re.compile(
    r"\bmy bad\b|\blo siento\b|\b(?:right|real|correct|new) (?:numbers|ones|scores)\b"
)
OUR_MARK: Final = re.compile(r"(?<![\w#])#\s?[0-9a-f]{4}(?![\w#])")
QUESTION: Final = re.compile(r"[\s)\"”’]*(?:[^\W\d_]{1,12}[\s)\"”’]*)?[?¿؟？]")


def without_our_mark(said: str) -> str:
    """Drop the #mark at the end of a text of ours that is quoted beside somebody's own words."""
    left = OUR_MARK.sub(" ", said)
    return left if re.search(r"\w", left) else said


def announces(spoken: Sequence[str]) -> bool:
    """Say whether a text announces a correction and brings no numbers yet."""
    around = ANNOUNCERS | BESIDE | COURTESY
    plainly = not PLAINLY.isdisjoint(spoken) or " ".join(spoken) in {"wrong numbers", "my bad"}
    return plainly and all(word in around and not word.isdigit() for word in spoken)


def may_lead(before: Sequence[str], lead: frozenset[str]) -> bool:
    """Say whether the words in front of three numbers leave them an answer about today."""
    if before and before[0] in ASKS:
        return False
    before = _phrases(before)
    announced = not ANNOUNCERS.isdisjoint(before)
    if not announced and not PAST.isdisjoint(before):
        return False
    allowed = lead | ANNOUNCERS | COURTESY
    return all(word in allowed or (announced and word in BESIDE) for word in before)


def is_announced(spoken: Sequence[str]) -> bool:
    """Say whether the words around numbers plainly announce a correction."""
    return not PLAINLY.isdisjoint(_phrases(spoken))


def leaves_standing(after: Sequence[str]) -> bool:
    """Say whether the words behind three numbers leave them standing, as of today."""
    for word in after:
        if word in TAKES_BACK or word in ANOTHER_TIME:
            return False
        if word not in SMALL and word not in COURTESY:
            return True
    return True


def is_asked(text: str) -> bool:
    """Say whether numbers are asked about and not told: "4 6 3?"."""
    end = next((i for i in range(len(text), 0, -1) if text[i - 1].isdigit()), 0)
    return bool(end) and QUESTION.match(text, end) is not None


def _phrases(spoken: Sequence[str]) -> list[str]:
    """Write announcements of two words as one."""
    return PHRASES.sub("oops", " ".join(spoken)).split()


def unsaid(rest: Sequence[str]) -> list[str]:
    """Return what is left of words around numbers once an announcement is taken away."""
    return [] if all(word in ANNOUNCERS | BESIDE | COURTESY for word in rest) else list(rest)
