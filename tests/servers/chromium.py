"""A Chromium for the tests: the one named, one that is installed, or the system's package."""

import os
from pathlib import Path

from tests.servers.machine import ServerMissing, apt_install, find_program, is_root

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FOLDERS = (
    Path("/usr/lib/chromium"),
    Path("/snap/bin"),
    Path("/Applications/Google Chrome.app/Contents/MacOS"),
)


def find_chromium():
    """Return the path of a Chromium; raises ServerMissing, saying how to get one."""
    given = os.environ.get("TEST_CHROMIUM")
    if given:
        if not os.access(given, os.X_OK):
            raise ServerMissing(f"TEST_CHROMIUM is no program: {given}")
        return Path(given)
    found = find_program(*NAMES, folders=FOLDERS)
    # Fonts are named too: without any, pages show boxes and text has no width.
    if found is None and apt_install("chromium", "fonts-dejavu-core"):
        found = find_program(*NAMES, folders=FOLDERS)
    if found is None:
        hint = "apt-get install chromium" if is_root() else "sudo apt-get install chromium"
        raise ServerMissing(
            f"no Chromium for the tests: install one ({hint}), or name one in TEST_CHROMIUM"
        )
    return found
