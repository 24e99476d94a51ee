"""`make run`: starts every process, says where to look, and stops them all with Ctrl-C.

DATA_DIR (./var), PORT (8000) and SANDBOX_PORT (8025) let several run side by side.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from demo import DEMO_SIGN_IN
from launch.console import readable
from launch.local_settings import Ports
from launch.programs import PROJECT
from launch.stack import Stack, StartFailed, how_it_ended

TICK_SECONDS = 0.1


class Interrupted(Exception):
    """Someone asked Lupine to stop."""


def main() -> int:
    """Run until told to stop or until a process ends; return the exit status."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    stack: Stack | None = None
    try:
        stack = Stack(_data_dir(), _ports())
        stack.said = show
        say("lupine", "starting; the first time takes a few seconds")
        stack.start()
        say("lupine", welcome(stack))
        return watch(stack)
    except StartFailed as failed:
        print(f"Lupine did not start: {failed}", file=sys.stderr)
        return 1
    except Interrupted:
        say("lupine", "stopping")
        return 0
    finally:
        if stack:
            signal.signal(signal.SIGINT, lambda *_: stack.kill())
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            stack.stop()


def watch(stack: Stack) -> int:
    """Show the processes' lines until one ends; return the exit status for that."""
    while True:
        stack.relay()
        dead = stack.dead()
        if dead:
            print(f"Lupine stops: {how_it_ended(dead)}", file=sys.stderr, flush=True)
            return 1
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
        print(f"{name:<8}| {line}".rstrip(), flush=True)


def _data_dir() -> Path:
    return PROJECT / os.environ.get("DATA_DIR", "var")


def _ports() -> Ports:
    return Ports(web=_port("PORT", 8000), sandbox=_port("SANDBOX_PORT", 8025))


def _port(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdigit() or not 1 <= int(value) < 65_535:
        raise StartFailed(f"{name} is {value}, which is no port number between 1 and 65534")
    return int(value)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise Interrupted


if __name__ == "__main__":
    sys.exit(main())
