"""What the figures were measured on: without it they mean little."""

import os
import platform
import time

ADDITIONS = 10_000_000


def description() -> str:
    """Say how many processors there are and how fast plain Python is on one."""
    began, total = time.process_time(), 0
    for number in range(ADDITIONS):
        total += number
    took = time.process_time() - began
    return (
        f"{os.cpu_count()} processors, Python {platform.python_version()}, "
        f"{ADDITIONS // 1_000_000} million additions in {took:.2f} s"
    )


def load() -> str:
    """Return how many processes wanted a processor, over the last one and five minutes."""
    one, five, _ = os.getloadavg()
    return f"{one:.1f} (1 min), {five:.1f} (5 min)"
