"""Pictures and recordings that come with a text: how many and of what kind, and no more."""

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST: Final = 10
"""A carrier hands over ten at most."""
UNKNOWN: Final = "unknown"
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,40}/[a-z0-9][a-z0-9.+-]{0,60}")
_FAMILIES: Final = frozenset({"image", "audio", "video"})
_COUNT: Final = re.compile(r"[0-9]{1,4}")
CONTACTS: Final = frozenset({"text/vcard", "text/x-vcard", "text/directory"})


class MediaKind(StrEnum):
    """What can come with a text, as far as its type tells."""

    PICTURE = "image"
    RECORDING = "audio"
    VIDEO = "video"
    CONTACT = "contact"
    FILE = "file"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class CameWith:
    """How many things came with a text, and the types that the carrier named of them."""

    count: int
    types: tuple[str, ...]

    def by_kind(self) -> dict[MediaKind, int]:
        """Return how many of each kind came, in the order of the types."""
        known = self.types[: self.count]
        kinds = Counter(map(_kind, known))
        if self.count > len(known):
            kinds[MediaKind.FILE if known else MediaKind.ANY] += self.count - len(known)
        return dict(kinds)

    def named_types(self) -> list[str]:
        """Return the types that say something, each once."""
        known = self.types[: self.count]
        return list(dict.fromkeys(one for one in known if one != UNKNOWN))


def read_count(word: str) -> int:
    """Read how many came from the carrier's word for it; one that is no number means none."""
    return min(int(word), MOST) if _COUNT.fullmatch(word) else 0


def read_type(word: str) -> str:
    """Read a content type from the carrier; anything else is named unknown."""
    plain = word.partition(";")[0].strip().lower()
    return plain if _TYPE.fullmatch(plain) else UNKNOWN


def _kind(type_: str) -> MediaKind:
    if type_ in CONTACTS:
        return MediaKind.CONTACT
    family = type_.partition("/")[0]
    return MediaKind(family) if family in _FAMILIES else MediaKind.FILE
