"""Says by its exit status whether a process in its container is well.

`python -m launch.health web` asks the site; `... worker FILE`, `... loop FILE` and `... beat FILE`
look whether they still turn: each touches its file (workers/marks.py), many times a minute, also
while its database or its broker is away.
"""

from __future__ import annotations

import http.client
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

STALE_SECONDS = 120


def site_answers(url: str) -> bool:
    """Whether the address answers with success within three seconds."""
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError, http.client.HTTPException):
        return False


def was_touched_lately(file: Path, within: float, *, now: float) -> bool:
    """Whether a file was touched within some seconds; `now` in seconds since the epoch.

    One of the future was left before the clock was set back, and says nothing.
    """
    try:
        return abs(now - file.stat().st_mtime) < within
    except OSError:
        return False


def _now() -> float:
    return time.time()  # noqa: TID251 - a container's own check


def main(arguments: list[str]) -> int:
    """Check what is named and return the exit status: 0 is well."""
    match arguments:
        case ["web"]:
            port = os.environ.get("PORT", "8000")
            well = site_answers(f"http://127.0.0.1:{port}/livez")
        case ["worker" | "loop" | "beat", file]:
            well = was_touched_lately(Path(file), STALE_SECONDS, now=_now())
        case _:
            print(
                "usage: python -m launch.health web | (worker | loop | beat) FILE", file=sys.stderr
            )
            return 2
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
