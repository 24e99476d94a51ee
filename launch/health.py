"""Says by its exit status whether a process in its container is well.

`python -m launch.health web` asks the site; `... beat SCHEDULE` and `... loop FILE` look whether
they are still at work: beat writes its schedule every three minutes, the loop its file after
every look.
"""

from __future__ import annotations

import http.client
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

BEAT_STALE_SECONDS = 600
LOOP_STALE_SECONDS = 120


def site_answers(url: str) -> bool:
    """Whether the address answers with success within three seconds."""
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError, http.client.HTTPException):
        return False


def was_written_lately(file: Path, within: float, *, now: float) -> bool:
    """Whether a file was written within some seconds; `now` in seconds since the epoch.

    Python's databases add endings of their own to the file's name.
    """
    written = [path.stat().st_mtime for path in file.parent.glob(file.name + "*")]
    return bool(written) and now - max(written) < within


def _now() -> float:
    return time.time()  # noqa: TID251 - a container's own check


def main(arguments: list[str]) -> int:
    """Check what is named and return the exit status: 0 is well."""
    match arguments:
        case ["web"]:
            port = os.environ.get("PORT", "8000")
            well = site_answers(f"http://127.0.0.1:{port}/livez")
        case ["beat", schedule]:
            well = was_written_lately(Path(schedule), BEAT_STALE_SECONDS, now=_now())
        case ["loop", file]:
            well = was_written_lately(Path(file), LOOP_STALE_SECONDS, now=_now())
        case _:
            print("usage: python -m launch.health web | beat SCHEDULE | loop FILE", file=sys.stderr)
            return 2
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
