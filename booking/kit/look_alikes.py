"""Letters of other alphabets that look like Latin ones, as keyboards and pastes bring them."""

from typing import Final

# After text_normalization: small letters without accents. Cyrillic, then Greek.
_TABLE: Final = str.maketrans(
    "асеорхуктмнвіѕјԁһԛԝ" + "αορντυχικϲε",
    "aceopxyktmhbisjdhqw" + "aopvtuxikce",
)


def latin(said: str) -> str:
    """Write look-alike letters of a plain text as the Latin ones: a Cyrillic С is a C."""
    return said if said.isascii() else said.translate(_TABLE)
