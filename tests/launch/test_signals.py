"""Ctrl-C, a closed terminal and a kill leave nothing behind, whatever they come in between."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launch.ports import is_free
from launch.programs import PROJECT
from tests.launch.programs import DEAF, gone

# Runs a stack of programs that are given as (name, script, seconds of grace).
RUN = (
    "import os, pathlib, sys\n"
    "from launch import supervisor\n"
    "from launch.local_settings import Ports\n"
    "from launch.programs import Program, Programs\n"
    "from launch.stack import Stack\n"
    "folder, web = pathlib.Path(sys.argv[1]), int(sys.argv[2])\n"
    "def made(name, script, grace):\n"
    "    return Program(name, (sys.executable, '-c', script), dict(os.environ), None, grace)\n"
    "once, staying = ([made(*one) for one in some] for some in eval(sys.argv[3]))\n"
    "stack = Stack(folder, Ports(web, web + 1), {}, lambda env: Programs(once, staying))\n"
    "sys.exit(supervisor.run(supervisor.Wish(), stack))\n"
)
TELLS = "import os, time; print('I am', os.getpid(), flush=True); "
LONG = TELLS + "time.sleep(120)"
IGNORES = TELLS + DEAF


class Run:
    """A supervisor in a process of its own."""

    def __init__(self, folder, port, once=(), staying=(), stdout=subprocess.PIPE, **more):
        words = [str(folder), str(port), repr((once, staying))]
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, *words],
            cwd=PROJECT,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            text=True,
            **more,
        )
        self.said = []

    def line(self, words):
        """Wait for a line with these words."""
        for line in self.process.stdout:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(self.said)

    def pid(self):
        """Wait for a process that tells its number."""
        return int(self.line("I am ").split()[-1])

    def send(self, number):
        self.process.send_signal(number)

    def end(self):
        """Wait for the end; returns the exit status."""
        self.said += self.process.communicate(timeout=20)[0].splitlines()
        return self.process.returncode


@pytest.fixture(autouse=True)
def terminal():
    """Whoever runs the tests under nohup hands on a SIGHUP that is ignored."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def run(tmp_path, ports):
    runs = []

    def _run(**more):
        runs.append(Run(tmp_path / "var", ports.web, **more))
        return runs[-1]

    yield _run
    for one in runs:
        one.process.kill()
        if one.process.stdout:
            one.process.stdout.close()
        one.process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_wish_to_stop_ends_every_process_and_the_run_well(run, number):
    supervisor = run(staying=[("web", LONG, 5.0), ("worker", LONG, 5.0)])
    pids = [supervisor.pid(), supervisor.pid()]

    supervisor.send(number)

    assert supervisor.end() == 0
    assert gone(pids)


def test_a_stop_during_the_migration_leaves_nothing(run):
    supervisor = run(once=[("migrate", LONG, 0.5)], staying=[("web", LONG, 5.0)])
    pid = supervisor.pid()

    supervisor.send(signal.SIGINT)

    assert supervisor.end() == 0
    assert gone([pid])
    assert sum("I am" in line for line in supervisor.said) == 1


def test_a_stop_while_a_process_is_in_its_pause_leaves_nothing(run):
    supervisor = run(staying=[("web", LONG, 5.0), ("worker", LONG, 5.0)])
    pids = [supervisor.pid(), supervisor.pid()]
    for _ in range(4):
        os.kill(pids[-1], signal.SIGKILL)
        pids.append(supervisor.pid())
    os.kill(pids[-1], signal.SIGKILL)
    supervisor.line("it starts again in 8.1 s")

    supervisor.send(signal.SIGINT)
    began = time.monotonic()

    assert supervisor.end() == 0
    assert time.monotonic() - began < 3
    assert gone(pids)


def test_a_stop_at_any_moment_of_a_start_leaves_nothing(run, ports):
    for hundredths in range(0, 60, 10):
        supervisor = run(staying=[("web", LONG, 5.0), ("worker", LONG, 5.0), ("beat", LONG, 5.0)])
        supervisor.line("starting")
        time.sleep(hundredths / 100)

        supervisor.send(signal.SIGINT)

        assert supervisor.end() == 0, supervisor.said
        pids = [int(line.split()[-1]) for line in supervisor.said if "I am " in line]
        assert gone(pids)
        assert all(is_free(port) for port in ports.all())


def test_a_second_interruption_ends_at_once_what_does_not_want_to(run):
    supervisor = run(staying=[("web", IGNORES, 60.0), ("worker", IGNORES, 60.0)])
    pids = [supervisor.pid(), supervisor.pid()]

    supervisor.send(signal.SIGINT)
    supervisor.line("stopping")
    supervisor.send(signal.SIGINT)
    began = time.monotonic()

    assert supervisor.end() == 0
    assert time.monotonic() - began < 5
    assert gone(pids)


def test_a_terminal_that_closes_during_the_stop_does_not_break_it_off(run):
    supervisor = run(staying=[("web", IGNORES, 1.0), ("worker", IGNORES, 1.0)])
    pids = [supervisor.pid(), supervisor.pid()]

    supervisor.send(signal.SIGINT)
    supervisor.line("stopping")
    supervisor.send(signal.SIGHUP)
    supervisor.send(signal.SIGTERM)

    assert supervisor.end() == 0
    assert gone(pids)


def test_a_supervisor_that_nobody_reads_any_more_goes_on(run):
    supervisor = run(staying=[("web", LONG, 5.0)])
    first = supervisor.pid()
    supervisor.process.stdout.close()

    os.kill(first, signal.SIGKILL)
    log = Path(supervisor.process.args[3], "log", "web.log")
    _wait_for_lives(log, 2)
    alive = supervisor.process.poll() is None
    supervisor.send(signal.SIGTERM)

    assert alive
    assert supervisor.process.wait(20) == 0


def test_a_supervisor_whose_words_find_no_room_on_the_disk_goes_on(run, tmp_path):
    log = tmp_path / "var" / "log" / "web.log"
    with Path("/dev/full").open("w") as full:
        supervisor = run(staying=[("web", LONG, 5.0)], stdout=full)
    _wait_for_lives(log, 1)
    os.kill(int(log.read_text().split()[-1]), signal.SIGKILL)

    _wait_for_lives(log, 2)
    supervisor.send(signal.SIGTERM)

    assert supervisor.process.wait(20) == 0


def _wait_for_lives(log, count):
    until = time.monotonic() + 20
    while not log.exists() or log.read_text().count("\n") < count:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_whoever_started_it_under_nohup_may_close_the_terminal(run):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        supervisor = run(staying=[("web", LONG, 5.0)], restore_signals=False)
    finally:
        signal.signal(signal.SIGHUP, before)
    supervisor.pid()

    supervisor.send(signal.SIGHUP)
    time.sleep(0.5)

    assert supervisor.process.poll() is None
