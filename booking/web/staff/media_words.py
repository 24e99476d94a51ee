"""What came with a text, in words for staff."""

from collections.abc import Callable, Mapping
from typing import Final

from booking.messaging.rules.media import CameWith, MediaKind
from booking.web.language import gettext, ngettext

_COUNTED: Final[Mapping[MediaKind, Callable[[int], str]]] = {
    MediaKind.PICTURE: lambda n: ngettext("a picture", "%(num)s pictures", n),
    MediaKind.RECORDING: lambda n: ngettext("a voice recording", "%(num)s voice recordings", n),
    MediaKind.VIDEO: lambda n: ngettext("a video", "%(num)s videos", n),
    MediaKind.CONTACT: lambda n: ngettext("a contact card", "%(num)s contact cards", n),
    MediaKind.FILE: lambda n: ngettext("a file", "%(num)s files", n),
    MediaKind.ANY: lambda n: ngettext("a picture or file", "%(num)s pictures or files", n),
}


def media_words(came: CameWith) -> str:
    """Say what came, such as "2 pictures came (image/jpeg)"; nothing where nothing did."""
    if came.count < 1:
        return ""
    things = (_COUNTED[kind](number) for kind, number in came.by_kind().items())
    listed = f" {gettext('and')} ".join(things)
    said = gettext("%(things)s came", things=f"{listed[0].upper()}{listed[1:]}")
    types = ", ".join(came.named_types())
    return f"{said} ({types})" if types else said
