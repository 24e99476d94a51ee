"""How the tests read a spool: its messages as words."""

import os
from datetime import timedelta

from workers.spool import Unreadable

KEEP = timedelta(minutes=5)


def words(content):
    """Read a message that must be text, and not none."""
    try:
        text = content.decode()
    except UnicodeDecodeError as wrong:
        raise Unreadable("it is no text") from wrong
    if not text:
        raise Unreadable("it is empty")
    return text


def taken(ticks, queue="celery"):
    """Take all messages of a queue."""
    found = []
    while (one := ticks.take(queue, words)) is not None:
        found.append(one)
    return found


def make_old(path, by):
    """Have a file be last changed this much sooner."""
    at = path.lstat().st_mtime - by.total_seconds()
    os.utime(path, (at, at), follow_symlinks=False)
