"""Small programs that stand for the real ones, and what is asked of their processes."""

import os
import sys
import time
from contextlib import suppress

import psutil

from launch.programs import Program

SERVES = (
    "import http.server, sys\n"
    "class Well(http.server.SimpleHTTPRequestHandler):\n"
    "    def do_GET(self): self.send_response(200); self.end_headers()\n"
    "http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Well).serve_forever()\n"
)
STAYS = "import time; print('here', flush=True); time.sleep(120)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(120)"
# Stays with a child of its own, which only the end of the whole group reaches.
PARENT = (
    "import subprocess, sys, time\n"
    f"print(subprocess.Popen([sys.executable, '-c', {DEAF!r}]).pid, flush=True)\n"
    "time.sleep(120)\n"
)


def program(name, script, *words, **more):
    return Program(name, (sys.executable, "-c", script, *words), dict(os.environ), **more)


def lives(pid):
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def gone(pids, seconds=10):
    until = time.monotonic() + seconds
    while time.monotonic() < until and any(lives(pid) for pid in pids):
        time.sleep(0.02)
    return not any(lives(pid) for pid in pids)


def first_line(child):
    until = time.monotonic() + 10
    while not child.last_lines() and time.monotonic() < until:
        time.sleep(0.02)
    return child.last_lines()[0]
