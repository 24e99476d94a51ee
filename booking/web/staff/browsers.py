"""What a browser is called by the people who use it, read of what it calls itself."""

import re
from typing import Final

from booking.web.language import gettext

NAMES: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""Those that pretend to be others stand before them."""
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """Return a browser and its system by name, such as Firefox, Windows."""
    called = [
        next((name for mark, name in table if re.search(rf"\b{mark}\b", agent)), "")
        for table in (NAMES, SYSTEMS)
    ]
    return ", ".join(filter(None, called)) or gettext("A browser")
