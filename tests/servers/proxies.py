"""The reverse proxies of docs/proxy: the ones named, installed, or the system's packages."""

import os
from pathlib import Path

from tests.servers.machine import ServerMissing, apt_install, find_program, is_root

FOLDERS = (Path("/usr/sbin"), Path("/usr/local/sbin"))
NAMES = ("nginx", "caddy")


def find_proxy(name):
    """Return the path of nginx or of Caddy; raises ServerMissing, saying how to get it."""
    variable = f"TEST_{name.upper()}"
    given = os.environ.get(variable)
    if given:
        if not os.access(given, os.X_OK):
            raise ServerMissing(f"{variable} is no program: {given}")
        return Path(given)
    found = find_program(name, folders=FOLDERS)
    if found is None and apt_install(name):
        found = find_program(name, folders=FOLDERS)
    if found is None:
        install = f"apt-get install {name}" if is_root() else f"sudo apt-get install {name}"
        raise ServerMissing(
            f"no {name} for the tests: install it ({install}), or name one in {variable}"
        )
    return found
