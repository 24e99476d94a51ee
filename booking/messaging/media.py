"""Pictures and recordings that come with a text: how many and of what kind, and no more."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

MOST: Final = 10
"""A carrier hands over ten at most."""
UNKNOWN: Final = "unknown"
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,40}/[a-z0-9][a-z0-9.+-]{0,60}")
_COUNT: Final = re.compile(r"[0-9]{1,4}")
NOUNS: Final = {
    "image": ("picture", "pictures"),
    "audio": ("voice recording", "voice recordings"),
    "video": ("video", "videos"),
}
CONTACTS: Final = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
CONTACT: Final = ("contact card", "contact cards")
FILE: Final = ("file", "files")


def read_count(word: str) -> int:
    """Read how many came from the carrier's word for it; one that is no number means none."""
    return min(int(word), MOST) if _COUNT.fullmatch(word) else 0


def read_type(word: str) -> str:
    """Read a content type from the carrier; anything else is named unknown."""
    plain = word.partition(";")[0].strip().lower()
    return plain if _TYPE.fullmatch(plain) else UNKNOWN


def media_words(count: int, types: Iterable[str]) -> str:
    """Say in a sentence for staff what came: "2 pictures came (image/jpeg)"; nothing for none."""
    if count < 1:
        return ""
    known = list(types)[:count]
    nouns = Counter(map(_noun, known))
    if count > len(known):
        nouns[FILE if known else ("picture or file", "pictures or files")] += count - len(known)
    said = [f"a {one}" if n == 1 else f"{n} {more}" for (one, more), n in nouns.items()]
    named = ", ".join(dict.fromkeys(one for one in known if one != UNKNOWN))
    all_ = " and ".join(said)
    return f"{all_[0].upper()}{all_[1:]} came{f' ({named})' if named else ''}"


def _noun(type_: str) -> tuple[str, str]:
    if type_ in CONTACTS:
        return CONTACT
    return NOUNS.get(type_.partition("/")[0], FILE)
