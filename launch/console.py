"""What a run shows on the terminal: what matters, readable; everything else is in the logs."""

from __future__ import annotations

import json

QUIET = frozenset({"debug", "info"})
_KNOWN = frozenset({"event", "level", "logger", "timestamp", "exception"})


def readable(line: str) -> str | None:
    """Return a log line as a person reads it, or None where it only matters to a search.

    Lines that are no JSON record (a server's own words, a traceback) are shown as they are.
    """
    try:
        record = json.loads(line)
    except ValueError:
        return line
    if not isinstance(record, dict) or "event" not in record:
        return line
    level = str(record.get("level", "info"))
    if level in QUIET:
        return None
    details = " ".join(f"{name}={value}" for name, value in record.items() if name not in _KNOWN)
    words = [f"{level}: {record['event']}", details, str(record.get("exception", ""))]
    return " ".join(word for word in words if word)
