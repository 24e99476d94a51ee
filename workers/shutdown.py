"""Whether this worker was told to stop, known to all of its processes.

Celery tells only the worker's main process. Its children would go on claiming until their run
is over, and what they claim last would still have to be handed over.
"""

import mmap
from functools import cache


@cache
def _told() -> mmap.mmap:
    # A byte that children forked later share. A lock in it could die with a child that holds it.
    return mmap.mmap(-1, 1)


def share_with_children() -> None:
    """Make what tells the children; called before the first of them is forked."""
    _told()


def stop() -> None:
    """Have every process of this worker take on nothing more; may be called at a signal."""
    _told()[0] = 1


def is_stopping() -> bool:
    """Whether this worker was told to stop."""
    return bool(_told()[0])
