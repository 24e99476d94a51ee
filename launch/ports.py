"""Free ports, and who holds a taken one."""

import contextlib
import random
import socket
import time
from dataclasses import dataclass

import psutil

LOOPBACK = "127.0.0.1"
FIRST, LAST = 20_000, 31_999  # below 32768, where systems hand out ports to clients
SHOWN = 120


@dataclass(frozen=True)
class Holder:
    """The process that listens on a port, as far as this user may see."""

    pid: int
    command: str

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command[:SHOWN]})"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen on the port now, and none does."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(*, together: int = 1, seed: int | None = None) -> int:
    """Return the first of `together` neighbouring free ports.

    Another process may take them before they are used; whoever starts a server there tries again.
    """
    dice = random.Random(seed)  # noqa: S311
    for _ in range(2_000):
        first = dice.randint(FIRST, LAST - together)
        if all(is_free(first + step) for step in range(together)):
            return first
    raise OSError(f"no {together} neighbouring ports are free between {FIRST} and {LAST}")


def holder(port: int) -> Holder | None:
    """Return who listens on the port, or None where the system does not say.

    Of several that share it, the one with the lowest number: it was there first, and handed it on.
    """
    for process in psutil.process_iter():  # lowest number first
        # Processes end while one looks at them, and those of other users show nothing.
        with contextlib.suppress(psutil.Error, OSError):
            if _listens(process, port):
                command = " ".join(" ".join(process.cmdline()).split())
                return Holder(process.pid, command or process.name())
    return None


def environment_of(pid: int) -> dict[str, str]:
    """Return the environment a process was started with, as far as this user may see."""
    with contextlib.suppress(psutil.Error, OSError):
        return psutil.Process(pid).environ()
    return {}


def wait_until_free(ports: list[int], seconds: float) -> list[int]:
    """Return the ports still taken after at most so many seconds."""
    until = time.monotonic() + seconds
    taken = [port for port in ports if not is_free(port)]
    while taken and time.monotonic() < until:
        time.sleep(0.05)
        taken = [port for port in taken if not is_free(port)]
    return taken


def _listens(process: psutil.Process, port: int) -> bool:
    return any(
        socket.status == psutil.CONN_LISTEN and socket.laddr.port == port
        for socket in process.net_connections("tcp")
    )
