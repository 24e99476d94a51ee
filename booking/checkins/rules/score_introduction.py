"""Three numbers behind a name: "Hi it's Ana, 4 6 3"."""

import re
from typing import Final

from booking.checkins.rules import score_vocabulary
from booking.checkins.rules.correction import ANOTHER_TIME
from booking.checkins.rules.score_text import Scored, read_scores
from booking.kit import text_normalization
from booking.kit.text_normalization import words

LONGEST: Final = 120
"""Characters; a longer text says more than who wrote it."""
INTRODUCED: Final = re.compile(
    r"[\s.!,]*(?:(?:hi|hello|hey|hola|good (?:morning|afternoon|evening)|buenos dias|buenas tardes"
    r"|buenas(?: noches)?|buen dia|dear team|team|doctor|doctora)[\s,.!]{1,3}){0,2}"
    r"(?:(?:its|it is|this is|thiss|i am|im|my name is|me llamo|soy|habla|le habla|aqui|es)"
    r"\s{1,2}(?P<name>[^\W\d_]{1,20}(?:[ ][^\W\d_]{1,20})?)"
    r"|(?P<here>[^\W\d_]{1,20}(?:[ ][^\W\d_]{1,20})?)\s{1,2}(?:here|aqui))"
    r"\s{0,2}[,.:;\n–—-]\s{0,3}(?P<numbers>.*)",
    re.DOTALL,
)
# What stands there is no name: it says of what, or of when, the numbers are.
NO_NAME: Final = ANOTHER_TIME | text_normalization.vocabulary(
    "bp blood pressure presion pulse pulso sugar azucar weight peso temp temperature temperatura "
    "room cuarto code codigo pin phone telefono number numero not no my mi her his their su dose "
    "dosis time hora about for like como was were the el la un una a wrong"
)


def read_named_scores(said: str) -> Scored | None:
    """Read three numbers that follow a greeting and a name; the name is for a person to see."""
    found = INTRODUCED.fullmatch(said) if len(said) <= LONGEST else None
    if found is None:
        return None
    name = words(found["name"] or found["here"])
    if not NO_NAME.isdisjoint(name) or any(word in score_vocabulary.NUMBERS for word in name):
        return None
    scored = read_scores(found["numbers"])
    if not isinstance(scored, Scored):
        return None
    rest = " ".join([*name, scored.rest]).strip()
    return Scored(scored.scores, rest, is_named=True)
