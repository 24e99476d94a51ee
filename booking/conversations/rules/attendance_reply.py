"""What a text says about coming to a session: C in whatever spelling, or a plain yes."""

import re
from collections.abc import Sequence
from typing import Final

from booking.conversations.rules import vocabulary as w
from booking.conversations.rules.opt_out import nothing_but
from booking.kit import text_normalization
from booking.kit.misspelling import by_first_letter, meant_by

LONGEST: Final = 80
"""Characters; whoever writes more says more than that they come."""

CONFIRM: Final = text_normalization.vocabulary(
    "confirm confirmed confirming confirmation confirmo confirmar confirmado confirmada "
    "confirmamos confirme comfrim confirmd cnfirm cnfrm conf confirmm"
)
AROUND: Final = (
    text_normalization.COURTESY
    | w.AGREEMENT
    | text_normalization.vocabulary(
        "c i im we my the for our it that this a an is am me lo la el mi nuestra appointment appt "
        "session visit cita sesion hora attendance asistencia reply respuesta great perfect "
        "perfecto good sounds works well definitely absolutely certainly course of will ill be "
        "there then see ya on time coming come attending attend you u nos vemos ahi alli alla "
        "entonces estare estaremos asistire ire voy de acuerdo claro vale okey sir maam maam que "
        "bueno bien looking forward to all set cuente cuenten conmigo count with con"
    )
)
YES: Final = w.AGREEMENT | text_normalization.vocabulary(
    "y ok okay okey k kk vale claro perfecto perfect great yup yess ya definitely absolutely "
    "certainly sip simon correcto correct listo listos"
)
PHRASES: Final = re.compile(
    r"(?:ill|i will|we will|will) (?:be there|see you (?:then|there)|come|attend)"
    r"|(?:see|c) (?:you|ya|u) (?:then|there)|(?:im|i am|we are) coming|count on me"
    r"|sounds good|works for me|that works|of course|de acuerdo|(?:nos vemos|ahi|alli|alla)"
    r"(?: (?:ahi|alli|alla|entonces|nos vemos|estare|estaremos))+|^nos vemos$"
    r"|asistire|cuenten? conmigo"
    r"|esta bien|all set"
)
THUMBS: Final = frozenset("👍👌✅✔☑🆗")
WITH_THUMBS: Final = frozenset("🙏❤😊🙂😀😃😁💜💙💚💛🧡♥🎉😉")
ASKS: Final = frozenset("?¿؟？")
_FORGIVING: Final = by_first_letter(CONFIRM)


def confirms(text: str, spoken: Sequence[str]) -> bool:
    """Say whether somebody confirms: C or the word, misspelt or not, and nothing of their own.

    Whoever asks ("C?") or says when ("confirm 3pm") is for a person.
    """
    if not _may_say_so(text):
        return False
    named = ["confirm" if _is_confirm(word) else word for word in spoken]
    if "c" in named and text_normalization.vocabulary("u you ya see") & {*named}:
        return False
    return nothing_but(named, frozenset({"c", "confirm"}), AROUND)


def agrees(text: str, spoken: Sequence[str]) -> bool:
    """Say whether somebody says yes, or that they will be there, and nothing else."""
    if not _may_say_so(text):
        return False
    if not spoken:
        signs = [ch for ch in text if not ch.isspace() and ord(ch) > SIGNS_FROM]
        seen = {ch for ch in signs if ch not in DRESS}
        return bool(seen & THUMBS) and seen <= THUMBS | WITH_THUMBS
    said = " ".join(spoken)
    if nothing_but(spoken, YES, AROUND):
        return True
    return bool(PHRASES.search(said)) and all(word in AROUND or word in YES for word in spoken)


SIGNS_FROM: Final = 0x2000
# Skin tones and what joins or colours an emoji; nothing is said by them.
DRESS: Final = frozenset("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff\ufe0f\ufe0e\u200d")


def _may_say_so(text: str) -> bool:
    if len(text) > LONGEST or ASKS & {*text}:
        return False
    # Signs beside words may turn them round: a cross, a thumb down, tears.
    signs = {ch for ch in text if ord(ch) > EMOJI_FROM and ch not in DRESS}
    return not signs or signs <= THUMBS | WITH_THUMBS


EMOJI_FROM: Final = 0x2190


def _is_confirm(word: str) -> bool:
    return word in CONFIRM or meant_by(word, _FORGIVING) is not None
