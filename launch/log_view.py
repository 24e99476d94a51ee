"""What a run shows on the terminal: what matters, readable; everything else is in the logs."""

from __future__ import annotations

import json

QUIET = frozenset({"debug", "info"})
_KNOWN = frozenset({"event", "level", "logger", "timestamp", "exception"})


def readable(line: str) -> str | None:
    """Return a log line as a person reads it, or None where it only matters to a search."""
    record = _record(line)
    if record is not None and str(record.get("level", "info")) in QUIET:
        return None
    return plain(line)


def plain(line: str) -> str:
    """Return a log line as a person reads it, whatever it tells.

    Lines that are no JSON record (a server's own words, a traceback) are shown as they are.
    """
    record = _record(line)
    if record is None:
        return line
    details = " ".join(f"{name}={value}" for name, value in record.items() if name not in _KNOWN)
    level = str(record.get("level", "info"))
    words = [f"{level}: {record['event']}", details, str(record.get("exception", ""))]
    return " ".join(word for word in words if word)


def _record(line: str) -> dict[str, object] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) and "event" in record else None
