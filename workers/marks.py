"""Marks in DATA_DIR: an empty file each, touched by a process that turns.

Whoever looks after a process (launch/health.py) sees by them that it is at work, whether or not
its database or its broker answers.
"""

from functools import cache
from pathlib import Path

import structlog

from booking.settings import load_settings

LOOP = "loop-looked"
WORKER = "worker-turned"
BEAT = "beat-ticked"

log = structlog.get_logger()


def leave(mark: str, folder: Path | None = None) -> None:
    """Touch a mark; a disk that is full or read-only is told of once and ends nothing."""
    file = (folder or _data_dir()) / mark
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    except OSError as error:
        _tell(mark, error.strerror or type(error).__name__)


@cache
def _data_dir() -> Path:
    return load_settings().data_dir


@cache
def _tell(mark: str, reason: str) -> None:
    log.error("a mark cannot be left", mark=mark, reason=reason)
