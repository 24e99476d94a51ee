"""Making the web addresses in a text clickable, everything else escaped."""

import re

from markupsafe import Markup, escape

ADDRESS = re.compile(r"https?://[^\s<>\"'`]+", re.IGNORECASE)
TRAILING = ".,;:!?)]}»”"


def linked(text: str) -> Markup:
    """Return a text as safe HTML with its http and https addresses as links."""
    parts: list[Markup] = []
    position = 0
    for match in ADDRESS.finditer(text):
        address = match.group().rstrip(TRAILING)
        parts.append(escape(text[position : match.start()]))
        parts.append(
            Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(
                address
            )
        )
        position = match.start() + len(address)
    parts.append(escape(text[position:]))
    return Markup("").join(parts)
