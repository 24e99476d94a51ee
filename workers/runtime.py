"""The runtime of one worker process, made after the fork and kept until it ends."""

import os
import socket
from functools import cache

from booking.core import Runtime, build_runtime
from booking.db import open_database, open_engine
from booking.settings import load_settings


@cache
def runtime() -> Runtime:
    """Return this process's runtime; connections are never shared across a fork."""
    settings = load_settings()
    return build_runtime(settings, open_database(open_engine(settings.database_url)))


def forget_runtime() -> None:
    """Drop what a parent process may have opened; called in each child as it starts."""
    runtime.cache_clear()


def owner() -> str:
    """Return the name this process puts on its leases."""
    return f"{socket.gethostname()}:{os.getpid()}"
