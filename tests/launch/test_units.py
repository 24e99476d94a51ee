"""What dies is brought back while the others go on; what dies again and again is given up."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launch import hangs, units
from launch.health import site_answers
from launch.programs import PROJECT
from launch.restarts import GIVES_UP_AFTER
from launch.stack import StartFailed
from tests.launch.programs import PARENT, STAYS, first_line, gone, lives, program

# Runs until it is killed; every later life ends at once, until the file is there.
ONCE = (
    "import json, pathlib, sys, time\n"
    "lived, well = map(pathlib.Path, sys.argv[1:])\n"
    "if lived.exists() and not well.exists():\n"
    "    print(json.dumps({'event': 'no room left', 'level': 'error'}), flush=True)\n"
    "    sys.exit(3)\n"
    "lived.touch()\n"
    "time.sleep(120)\n"
)
# Listens, as does a child of its own, which goes on when its parent is killed.
LISTENS = (
    "import os, socket, sys, time\n"
    "held = socket.create_server(('127.0.0.1', int(sys.argv[1])), reuse_port=False)\n"
    "if os.fork() == 0: time.sleep(120)\n"
    "print('here', flush=True)\n"
    "time.sleep(120)\n"
)
# Answers until the file is there, and then keeps everybody waiting.
FALLS_SILENT = (
    "import http.server, pathlib, sys, time\n"
    "class Site(http.server.SimpleHTTPRequestHandler):\n"
    "    def do_GET(self):\n"
    "        while pathlib.Path(sys.argv[2]).exists(): time.sleep(0.05)\n"
    "        self.send_response(200); self.end_headers()\n"
    "http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Site).serve_forever()\n"
)
TURNS = (
    "import pathlib, sys, time\nwhile True: pathlib.Path(sys.argv[1]).touch(); time.sleep(0.02)\n"
)


def _until(stack, found, seconds=10.0):
    """Tend a stack until something is so; returns after how many seconds it was."""
    began = time.monotonic()
    while not found():
        assert time.monotonic() < began + seconds, stack.told
        stack.tend()
        time.sleep(0.02)
    return time.monotonic() - began


def _is_back(stack, place, pid):
    child = stack.children[place]
    return child.pid != pid and child.exit_status is None


def _has_told(stack, words):
    return any(words in line for line in stack.told)


@pytest.fixture
def once(tmp_path):
    """A program that runs once only, and the file that lets it run again."""
    well = tmp_path / "well"
    return program("worker", ONCE, str(tmp_path / "lived"), str(well)), well


def test_a_process_that_is_killed_is_back_within_seconds_and_the_others_go_on(tended):
    stack = tended(program("web", STAYS), program("worker", STAYS), program("beat", STAYS))
    pids = [child.pid for child in stack.children]

    for place, pid in enumerate(pids):
        first_line(stack.children[place])
        os.kill(pid, signal.SIGKILL)
        assert _until(stack, lambda place=place, pid=pid: _is_back(stack, place, pid)) < 5
        assert all(lives(other) for other in pids[place + 1 :])

    assert _has_told(stack, "lupine: worker ended (signal 9); it starts again in 0.1 s")
    assert stack.dead() is None


def test_what_a_dead_process_had_started_is_ended_before_the_next_begins(tended):
    stack = tended(program("worker", PARENT))
    own, others = stack.children[0].pid, int(first_line(stack.children[0]))

    os.kill(own, signal.SIGKILL)
    _until(stack, lambda: _is_back(stack, 0, own))

    assert gone([others])


def test_a_process_has_its_port_again_whatever_it_left_behind(tended, ports):
    stack = tended(program("web", LISTENS, str(ports.web)))
    first_line(stack.children[0])
    pid = stack.children[0].pid

    os.kill(pid, signal.SIGKILL)
    _until(stack, lambda: _is_back(stack, 0, pid) and stack.children[0].last_lines() == ["here"])

    assert stack.units[0].restarts.in_all == 1


@pytest.mark.usefixtures("impatient")
def test_a_process_that_ends_again_and_again_is_given_up_aloud_and_the_rest_goes_on(tended, once):
    worker, _ = once
    stack = tended(worker, program("web", STAYS))
    _until(stack, (Path(worker.argv[3])).exists)
    web = stack.children[1].pid

    stack.children[0].kill()
    _until(stack, lambda: stack.units[0].is_down)
    stack.tend()

    (told,) = [line for line in stack.told if "is given up" in line]
    assert f"ended (exit status 3) for the {GIVES_UP_AFTER}th time in a row" in told
    assert told.splitlines()[-1].strip() == "error: no room left"
    assert stack.children[1].pid == web
    assert lives(web)
    assert (stack.data_dir / "processes-down").read_text() == "worker\n"


@pytest.mark.usefixtures("impatient")
def test_a_process_that_was_given_up_is_tried_on_and_told_when_it_stays(tended, once):
    worker, well = once
    stack = tended(worker)
    _until(stack, (Path(worker.argv[3])).exists)
    stack.children[0].kill()
    _until(stack, lambda: stack.units[0].is_down)

    well.touch()
    _until(stack, lambda: not stack.units[0].is_down)
    stack.tend()

    assert _has_told(stack, "worker runs again, and stays")
    assert not (stack.data_dir / "processes-down").exists()


def test_a_process_that_never_worked_makes_the_start_fail_with_its_last_lines(tended):
    stack = tended(program("web", STAYS), program("worker", "raise SystemExit('bad setting')"))

    with pytest.raises(StartFailed, match=r"worker ended \(exit status 1\)(.|\n)*bad setting"):
        _until(stack, lambda: False)


def test_a_process_that_cannot_be_started_for_a_while_is_tried_again(tended, monkeypatch):
    stack = tended(program("worker", STAYS))
    pid = stack.children[0].pid
    real, refused = units.Child, [OSError(errno.EAGAIN, "too many processes")]

    def child(*words):
        if refused:
            raise refused.pop()
        return real(*words)

    monkeypatch.setattr(units, "Child", child)
    os.kill(pid, signal.SIGKILL)
    _until(stack, lambda: _is_back(stack, 0, pid))

    assert _has_told(stack, "worker could not be started (too many processes)")


def test_a_process_that_stays_halted_is_ended_and_brought_back(tended, monkeypatch):
    monkeypatch.setattr(hangs, "HALTED_LOOKS", 1)
    stack = tended(program("beat", STAYS))
    pid = stack.children[0].pid

    os.kill(pid, signal.SIGSTOP)
    _until(stack, lambda: _is_back(stack, 0, pid))

    assert _has_told(stack, "beat was halted by a signal and not let go on")


def test_a_process_that_is_let_go_on_soon_is_left_alone(tended, monkeypatch):
    monkeypatch.setattr(hangs, "LOOK_EVERY_S", 0.05)
    stack = tended(program("beat", STAYS))
    pid = stack.children[0].pid

    os.kill(pid, signal.SIGSTOP)
    ends_at = time.monotonic() + 0.5
    _until(stack, lambda: time.monotonic() > ends_at)
    os.kill(pid, signal.SIGCONT)
    ends_at = time.monotonic() + 1.5
    _until(stack, lambda: time.monotonic() > ends_at)

    assert stack.children[0].pid == pid
    assert stack.told == ["beat: here"]


def test_a_site_that_does_not_answer_is_ended_and_brought_back(
    tended, monkeypatch, ports, tmp_path
):
    monkeypatch.setattr(hangs, "ASK_EVERY_S", 0.05)
    monkeypatch.setattr(hangs, "UNANSWERED", 1)
    silent, url = tmp_path / "silent", f"http://127.0.0.1:{ports.web}/"
    stack = tended(
        program("web", FALLS_SILENT, str(ports.web), str(silent), health_url=url, alive_url=url)
    )
    pid = stack.children[0].pid
    _until(stack, lambda: stack.units[0]._watch._asking._has_answered)

    silent.touch()
    _until(stack, lambda: not lives(pid), 15)
    silent.unlink()
    _until(stack, lambda: site_answers(url))

    assert _has_told(stack, f"web does not answer at {url}")


@pytest.mark.parametrize("turns", [True, False])
def test_a_loop_that_no_longer_turns_is_ended_and_one_that_turns_is_not(
    tended, monkeypatch, tmp_path, turns
):
    monkeypatch.setattr(hangs, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(hangs, "MARK_LOOKS", 20)
    mark = tmp_path / "looked"
    mark.touch()
    stack = tended(program("loop", TURNS if turns else STAYS, str(mark), mark=mark))
    pid = stack.children[0].pid

    ends_at = time.monotonic() + 2
    _until(stack, lambda: time.monotonic() > ends_at)

    assert (stack.children[0].pid == pid) == turns
    assert _has_told(stack, "loop no longer turns") != turns


def test_a_loop_that_can_leave_no_mark_is_left_alone(tended, monkeypatch, tmp_path):
    monkeypatch.setattr(hangs, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(hangs, "MARK_LOOKS", 5)
    stack = tended(program("loop", STAYS, mark=tmp_path / "full" / "looked"))
    pid = stack.children[0].pid

    ends_at = time.monotonic() + 1
    _until(stack, lambda: time.monotonic() > ends_at)

    assert stack.children[0].pid == pid


def test_a_process_that_was_brought_back_does_not_outlive_a_supervisor_that_is_killed(
    tmp_path, ports
):
    script = (
        "import os, pathlib, sys, time\n"
        "from launch.local_settings import Ports\n"
        "from launch.programs import Program, Programs\n"
        "from launch.stack import Stack\n"
        f"stays = Program('stays', (sys.executable, '-c', {STAYS!r}))\n"
        f"folder, ports = pathlib.Path({str(tmp_path)!r}), Ports({ports.web}, {ports.sandbox})\n"
        "stack = Stack(folder, ports, {}, lambda env: Programs((), (stays,)))\n"
        "stack.start()\n"
        "first = stack.children[0].pid\n"
        "os.kill(first, 9)\n"
        "while stack.children[0].pid == first or stack.dead(): stack.tend(); time.sleep(0.02)\n"
        "print(stack.children[0].pid, flush=True)\n"
        "time.sleep(120)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as run:
        pid = int(run.stdout.readline())
        lived = lives(pid)

        run.send_signal(signal.SIGKILL)

    assert lived
    assert gone([pid])


def test_deleted_logs_stop_nothing(tended):
    stack = tended(program("web", STAYS))
    first_line(stack.children[0])
    for file in (stack.data_dir / "log").iterdir():
        file.unlink()
    (stack.data_dir / "log").rmdir()
    pid = stack.children[0].pid

    os.kill(pid, signal.SIGKILL)
    _until(stack, lambda: _is_back(stack, 0, pid))

    assert first_line(stack.children[0]) == "here"
    assert (stack.data_dir / "log" / "web.log").read_text() == "here\n"
