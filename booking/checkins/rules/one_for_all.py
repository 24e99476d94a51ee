"""One word or number for all three scores: none, all zeros, no pain. It is asked back, not guessed.

Three items were asked for, and "none" may be about one of them.
"""

import re
from collections.abc import Sequence
from typing import Final

from booking.checkins.rules import score_vocabulary
from booking.kit import text_normalization

NONE: Final = text_normalization.vocabulary(
    "none nothing nada ninguno ninguna ningunos nil zeros zeroes ceros nadita"
)
ALL: Final = text_normalization.vocabulary(
    "all todo todos todas everything every puro puros both each same"
)
PLURAL: Final = re.compile(
    r"\d{1,2}s?|(?:zero|one|two|three|four|five|six|seven|eight|nine|ten)e?s|sixes|"
    r"(?:cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez)e?s?"
)
NO: Final = text_normalization.vocabulary("no ni sin without not nor")
AROUND: Final = text_normalization.vocabulary(
    "of them the three today hoy at now ahora and or y o is it its a straight across board "
    "en tengo i feel have got am im me here right everything all s so far really "
    "for los las por parejo tambien en in with estan son esta nada hay any anything ningun ninguna"
)


def one_for_all(spoken: Sequence[str]) -> bool:
    """Say whether a text gives one word or one number for all that was asked, and nothing else."""
    said = [word for word in spoken if word not in text_normalization.COURTESY]
    if not said or len(said) > LONGEST:
        return False
    items = score_vocabulary.PAIN | score_vocabulary.TIREDNESS | score_vocabulary.STIFFNESS
    numbers = {word for word in said if PLURAL.fullmatch(word) or word in score_vocabulary.NUMBERS}
    if len(numbers) > 1 or not all(
        word in NONE | ALL | NO | AROUND | items or word in numbers for word in said
    ):
        return False
    has_all = not ALL.isdisjoint(said)
    if numbers:
        return has_all
    named = {word for word in said if word in items and len(word) > 1}
    return not NONE.isdisjoint(said) or (not NO.isdisjoint(said) and bool(named))


LONGEST: Final = 12  # words
