"""`make run`: starts every process, brings back what ends, and stops them all with Ctrl-C.

DATA_DIR (./var), PORT (8000) and SANDBOX_PORT (8025) let several run side by side.
"""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TextIO

from demo import DEMO_SIGN_IN
from launch.local_settings import Ports
from launch.log_view import readable
from launch.programs import PROJECT
from launch.stack import Interrupted, Stack, StartFailed

TICK_SECONDS = 0.1


class Wish:
    """Whether someone wants Lupine to stop, as the signals say.

    No handler raises: nothing is left half started, and nothing half stopped. The first signal is
    noted; Ctrl-C once more ends everything at once.
    """

    def __init__(self) -> None:
        self.to_stop = False
        self.at_once: Callable[[], None] = lambda: None
        signal.signal(signal.SIGINT, self._interrupt)
        signal.signal(signal.SIGTERM, self._note)
        # Whoever starts it under nohup wants it to outlive the terminal.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._note)

    def is_to_stop(self) -> bool:
        """Whether a signal came."""
        return self.to_stop

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.to_stop = True

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self.to_stop:
            self.at_once()
        self.to_stop = True


def main() -> int:
    """Run until told to stop; return the exit status."""
    wish = Wish()
    # A terminal may not know every sign that a log or a folder's name has.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return run(wish, Stack(_data_dir(), _ports()))
    except StartFailed as failed:
        _print(f"Lupine did not start: {failed}", sys.stderr)
        return 1


def run(wish: Wish, stack: Stack) -> int:
    """Start a stack and watch over it until someone wants it to stop."""
    stack.said = show
    stack.should_stop = wish.is_to_stop
    wish.at_once = stack.kill
    try:
        say("lupine", "starting; the first time takes a few seconds")
        stack.start()
        say("lupine", welcome(stack))
        watch(stack, wish.is_to_stop)
        say("lupine", "stopping")
    except Interrupted:
        say("lupine", "stopped while it started")
    finally:
        stack.stop()
        _flush()
    return 0


def watch(stack: Stack, is_to_stop: Callable[[], bool]) -> None:
    """Show the processes' lines and bring back what ends, until someone wants it to stop."""
    while not is_to_stop():
        stack.tend()
        time.sleep(TICK_SECONDS)


def welcome(stack: Stack) -> str:
    """Return the lines that tell a newcomer where to look."""
    places = [("the site", stack.web_url)]
    if stack.has_phone:
        user, password = DEMO_SIGN_IN
        places += [
            ("the patients' phones", stack.phone_url),
            ("sign in as staff", f"{stack.web_url}/staff/sign-in with {user} and {password}"),
        ]
    places.append(("data and logs", str(stack.data_dir)))
    told = [f"  {what:<22}{where}" for what, where in places]
    lines = ["Lupine is running.", "", *told, "", "  Ctrl-C stops everything.", ""]
    return "\n".join(lines)


def show(name: str, line: str) -> None:
    """Print a process's line if it matters on a terminal."""
    words = readable(line)
    if words is not None:
        say(name, words)


def say(name: str, text: str) -> None:
    """Print lines with the name of the process they come from."""
    for line in text.splitlines():
        _print(f"{name:<8}| {line}".rstrip(), sys.stdout)


def _print(line: str, stream: TextIO) -> None:
    """Print a line; a terminal that is gone or a full disk behind it stops nothing."""
    try:
        print(line, file=stream, flush=True)
    except OSError as refused:
        if refused.errno not in {errno.ENOSPC, errno.EDQUOT}:
            _be_silent(stream)


def _flush() -> None:
    """Write what a full disk kept back; what cannot be written must not become the exit status."""
    try:
        sys.stdout.flush()
    except OSError:
        _be_silent(sys.stdout)


def _be_silent(stream: TextIO) -> None:
    """Let what is left to say go nowhere, in peace: nobody reads it any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _data_dir() -> Path:
    value = os.environ.get("DATA_DIR") or "var"
    try:
        value.encode()
        return PROJECT / Path(value).expanduser()
    except (UnicodeEncodeError, RuntimeError):
        raise StartFailed(f"DATA_DIR is {value!r}, which is no folder's name") from None


def _ports() -> Ports:
    return Ports(web=_port("PORT", 8000), sandbox=_port("SANDBOX_PORT", 8025))


def _port(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdigit() or not 1 <= int(value) < 65_535:
        raise StartFailed(f"{name} is {value}, which is no port number between 1 and 65534")
    return int(value)


if __name__ == "__main__":
    sys.exit(main())
