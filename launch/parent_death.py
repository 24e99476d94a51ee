"""Makes a process end when the one that started it does, then becomes the real program.

`python launch/parent_death.py PARENT COMMAND...` is how the supervisor starts each child: asking
the kernel from inside the child needs no code between fork and exec in a parent that may have
threads, and the check of the parent's number closes the gap before the kernel was asked.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int = signal.SIGTERM) -> None:
    """Ask the kernel to send this process a signal when its parent ends; Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)


def main(arguments: list[str]) -> None:
    """Replace this process by the command, which then does not outlive its parent."""
    parent = int(arguments[0])
    die_with_parent()
    if os.getppid() != parent:
        sys.exit("the process that started this one is gone already")
    os.execvp(arguments[1], arguments[1:])  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
