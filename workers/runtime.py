"""The runtime of one worker process, made after the fork and kept until it ends."""

import gc
import os
import socket
from functools import cache

from booking.database_shape import refuse_at_start
from booking.kit.db import open_database, open_engine
from booking.runtime import Runtime, build_runtime
from booking.settings import load_settings


@cache
def runtime() -> Runtime:
    """Return this process's runtime; connections are never shared across a fork."""
    settings = load_settings()
    return build_runtime(settings, open_database(open_engine(settings.database_url)))


def refuse_unfit_database() -> None:
    """Raise UnfitDatabase where no process of this version could work."""
    engine = open_engine(load_settings().database_url)
    refuse_at_start(engine)
    engine.dispose()


def forget_runtime() -> None:
    """Drop what a parent process may have opened; called in each child as it starts."""
    runtime.cache_clear()


def tune_gc() -> None:
    """Let the collector of this process pass over what stays, and come round less often.

    A send makes thousands of objects that are gone at once. Python's own settings look for
    circles among them, and among all that the libraries hold, so often that it costs a
    quarter of a sender's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def owner() -> str:
    """Return the name this process puts on its leases."""
    return f"{socket.gethostname()}:{os.getpid()}"
