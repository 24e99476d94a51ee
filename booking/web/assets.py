"""Addresses of the site's own files, with a digest so that browsers may keep them for long."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import url_for

FOLDER = Path(__file__).parent / "static"


@cache
def _digest(name: str) -> str:
    return sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a file of booking/web/static."""
    return url_for("static", filename=name, v=_digest(name))
