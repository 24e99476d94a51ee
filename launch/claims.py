"""What one run has to itself, and who has it where it is taken: a data folder and its ports."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import IO

from launch.local_settings import Ports
from launch.ports import environment_of, holder, is_free, wait_until_free

LOCK = "lupine.lock"
LEFTOVER_SECONDS = 8.0
"""How long the children of a killed run may take to end by themselves."""
_OURS = ("booking.wsgi", "-m simulator")


class Taken(Exception):
    """Another has it; the message says who, and what can be done."""


def take_data_dir(data_dir: Path, web_url: str) -> IO[str]:
    """Take a data folder for this run, for as long as the returned file is open."""
    lock = (data_dir / LOCK).open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise Taken(
            f"{_running_in(data_dir) or 'another Lupine'} uses the data folder {data_dir}. "
            "DATA_DIR names another folder."
        ) from None
    lock.truncate(0)
    lock.write(json.dumps({"pid": os.getpid(), "web": web_url}))
    lock.flush()
    return lock


def check_ports(ports: Ports, data_dir: Path) -> None:
    """See that every port is free; what a killed run of this folder left may take a while."""
    taken = [port for port in ports.all() if not is_free(port)]
    if taken and all(_is_leftover(port, data_dir) for port in taken):
        taken = wait_until_free(taken, LEFTOVER_SECONDS)
    if taken:
        raise Taken("\n".join(_who_holds(port, ports) for port in taken))


def _is_leftover(port: int, data_dir: Path) -> bool:
    """Whether a process of this data folder holds the port.

    This run has the folder's lock, so whoever started that process was killed, and it is
    about to end.
    """
    found = holder(port)
    return found is not None and environment_of(found.pid).get("DATA_DIR") == str(data_dir)


def _who_holds(port: int, ports: Ports) -> str:
    found = holder(port)
    name = "PORT" if port == ports.web else "SANDBOX_PORT"
    hint = f"{name} names another port."
    if found is None:
        return f"port {port} is taken by another process. {hint}"
    if any(mark in found.command for mark in _OURS):
        folder = environment_of(found.pid).get("DATA_DIR", "")
        other = _running_in(Path(folder)) if folder else None
        other = other or f"another Lupine at http://127.0.0.1:{port} (pid {found.pid})"
        return f"port {port} is taken by {other}. {hint}"
    return f"port {port} is taken by {found}. {hint}"


def _running_in(data_dir: Path) -> str | None:
    """Say which Lupine holds a data folder, as it noted there itself."""
    try:
        noted = json.loads((data_dir / LOCK).read_text())
        return f"another Lupine at {noted['web']} (pid {noted['pid']})"
    except (OSError, ValueError, KeyError, TypeError):
        return None
