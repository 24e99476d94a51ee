import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from launch.local_settings import Ports
from launch.ports import free_port, is_free
from launch.programs import PROJECT, Program, Programs
from launch.stack import Stack, StartFailed

SERVES = (
    "import http.server, sys\n"
    "class Well(http.server.SimpleHTTPRequestHandler):\n"
    "    def do_GET(self): self.send_response(200); self.end_headers()\n"
    "http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Well).serve_forever()\n"
)
STAYS = "import time; print('here', flush=True); time.sleep(120)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(120)"
# Ends once the other was told too, and writes down how often it was told itself.
WAITS = (
    "import pathlib, signal, sys, time\n"
    "own, other = map(pathlib.Path, sys.argv[1:])\n"
    "signal.signal(signal.SIGTERM, lambda *_: own.open('a').write('told.'))\n"
    "print('here', flush=True)\n"
    "while not (own.exists() and other.exists()): time.sleep(0.02)\n"
    "time.sleep(0.2)\n"
)
# Stays with a child of its own, which only the end of the whole group reaches.
PARENT = (
    "import subprocess, sys, time\n"
    f"print(subprocess.Popen([sys.executable, '-c', {DEAF!r}]).pid, flush=True)\n"
    "time.sleep(120)\n"
)


def _program(name, script, *words, **more):
    return Program(name, (sys.executable, "-c", script, *words), dict(os.environ), **more)


def _lives(pid):
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def _gone(pids, seconds=10):
    until = time.monotonic() + seconds
    while time.monotonic() < until and any(_lives(pid) for pid in pids):
        time.sleep(0.02)
    return not any(_lives(pid) for pid in pids)


def _first_line(child):
    until = time.monotonic() + 10
    while not child.last_lines() and time.monotonic() < until:
        time.sleep(0.02)
    return child.last_lines()[0]


@pytest.fixture
def ports():
    first = free_port(together=3)
    return Ports(web=first, sandbox=first + 1)


@pytest.fixture
def make(tmp_path, ports):
    stacks = []

    def _make(*staying, once=(), ports=ports, data_dir=tmp_path / "var"):
        programs = Programs(tuple(once), tuple(staying))
        stacks.append(Stack(data_dir, ports, {}, lambda env: programs))
        return stacks[-1]

    yield _make
    for stack in stacks:
        stack.stop()


def test_what_a_run_writes_is_its_owners_alone_even_in_a_folder_open_to_all(make, tmp_path):
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    written = folder / "health-data"
    stack = make(
        once=[_program("demo", f"open({str(written)!r}, 'w').close()")],
        data_dir=folder,
    )

    stack.start()

    assert written.stat().st_mode & 0o777 == 0o600
    assert (folder / "log").stat().st_mode & 0o777 == 0o700


def test_a_start_waits_until_the_site_is_well(make, ports):
    stack = make(
        _program("web", SERVES, str(ports.web), health_url=f"http://127.0.0.1:{ports.web}/readyz")
    )

    stack.start()

    assert not is_free(ports.web)
    assert stack.dead() is None


def test_stopping_ends_every_process_and_what_they_started(make):
    stack = make(_program("one", PARENT), _program("two", STAYS))
    stack.start()
    pids = [child.pid for child in stack.children] + [int(_first_line(stack.children[0]))]

    stack.stop()

    assert _gone(pids)


def test_a_process_deaf_to_the_wish_to_end_is_ended_after_its_time(make):
    stack = make(_program("deaf", DEAF, grace_seconds=0.3))
    stack.start()
    pid = stack.children[0].pid

    stack.stop()

    assert _gone([pid])


def test_processes_are_stopped_in_the_reverse_order_of_their_start(make, tmp_path):
    notes = tmp_path / "notes"
    script = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    open(sys.argv[1], 'a').write(sys.argv[2]); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('here', flush=True); time.sleep(120)\n"
    )
    stack = make(*(_program(name, script, str(notes), name) for name in "abc"))
    stack.start()
    for child in stack.children:
        _first_line(child)

    stack.stop()

    assert notes.read_text() == "cba"


def test_those_with_work_in_hand_are_told_together_and_once(make, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    stack = make(
        _program("one", WAITS, str(one), str(two), stops_first=True),
        _program("two", WAITS, str(two), str(one), stops_first=True),
        _program("last", STAYS),
    )
    stack.start()
    senders = stack.children[:2]
    for child in senders:
        _first_line(child)

    stack.stop()

    assert [child.exit_status for child in senders] == [0, 0]
    assert one.read_text() == two.read_text() == "told."


def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path, ports):
    script = (
        "import pathlib, sys, time\n"
        "from launch.local_settings import Ports\n"
        "from launch.programs import Program, Programs\n"
        "from launch.stack import Stack\n"
        f"stays = Program('stays', (sys.executable, '-c', {STAYS!r}))\n"
        f"folder, ports = pathlib.Path({str(tmp_path)!r}), Ports({ports.web}, {ports.sandbox})\n"
        "stack = Stack(folder, ports, {}, lambda env: Programs((), (stays, stays)))\n"
        "stack.start()\n"
        "print(*(child.pid for child in stack.children), flush=True)\n"
        "time.sleep(120)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as run:
        pids = [int(word) for word in run.stdout.readline().split()]
        lived = [_lives(pid) for pid in pids]

        run.send_signal(signal.SIGKILL)

    assert lived == [True, True]
    assert _gone(pids)


def test_a_taken_port_is_reported_with_its_holder_and_nothing_is_started(make, ports):
    stack = make(_program("stays", STAYS))
    with socket.socket() as other:
        other.bind(("127.0.0.1", ports.web))
        other.listen()

        with pytest.raises(StartFailed) as refused:
            stack.start()

    assert f"port {ports.web} is taken by process {os.getpid()}" in str(refused.value)
    assert stack.children == []


def test_a_port_held_by_another_lupine_is_reported_as_such(make, ports):
    words = (str(ports.web), "booking.wsgi:app")
    other = make(_program("web", SERVES, *words, health_url=f"http://127.0.0.1:{ports.web}/"))
    other.start()

    second = make(data_dir=other.data_dir.parent / "second")

    with pytest.raises(StartFailed, match=rf"another Lupine at {other.web_url} \(pid \d+\)"):
        second.start()

    assert second.children == []


def test_a_data_folder_serves_one_run_at_a_time(make):
    first = make(_program("stays", STAYS))
    first.start()
    other = free_port(together=3)

    second = make(ports=Ports(other, other + 1))

    with pytest.raises(
        StartFailed, match=rf"another Lupine at {first.web_url} \(pid {os.getpid()}"
    ):
        second.start()


def test_a_second_start_goes_on_with_the_same_secrets(make):
    first = make()
    first.start()
    first.stop()

    second = make()
    second.start()

    assert second.settings["FIELD_KEYS"] == first.settings["FIELD_KEYS"]


def test_a_failed_migration_stops_the_start_and_shows_its_last_lines(make):
    stack = make(
        _program("stays", STAYS), once=[_program("migrate", "raise SystemExit('no such table')")]
    )

    with pytest.raises(StartFailed, match=r"migrate ended \(exit status 1\)(.|\n)*no such table"):
        stack.start()

    assert stack.children == []


def test_a_process_that_ends_before_it_is_well_stops_the_rest(make, ports):
    stack = make(
        _program("stays", STAYS),
        _program("web", "raise SystemExit('bad setting')", health_url="http://127.0.0.1:9/"),
    )

    with pytest.raises(StartFailed, match=r"web ended(.|\n)*bad setting"):
        stack.start()

    assert stack.children == []


def test_a_process_that_ends_later_is_named(make):
    stack = make(_program("stays", STAYS), _program("brief", "raise SystemExit(3)"))
    stack.start()

    status = stack.children[1].wait()

    assert status == 3
    assert stack.dead().program.name == "brief"


def test_each_line_of_a_process_is_handed_on_once_and_kept_in_its_log(make):
    said = []
    stack = make(_program("stays", STAYS))
    stack.said = lambda name, line: said.append((name, line))
    stack.start()
    _first_line(stack.children[0])

    stack.relay()
    stack.relay()

    assert said == [("stays", "here")]
    assert (stack.data_dir / "log" / "stays.log").read_text() == "here\n"
