import os
import signal
import socket
import subprocess
import sys

import pytest

from launch.local_settings import Ports
from launch.ports import free_port, is_free
from launch.programs import PROJECT
from launch.stack import StartFailed
from tests.launch.programs import DEAF, PARENT, SERVES, STAYS, first_line, gone, lives, program

# Ends once the other was told too, and writes down how often it was told itself.
WAITS = (
    "import pathlib, signal, sys, time\n"
    "own, other = map(pathlib.Path, sys.argv[1:])\n"
    "signal.signal(signal.SIGTERM, lambda *_: own.open('a').write('told.'))\n"
    "print('here', flush=True)\n"
    "while not (own.exists() and other.exists()): time.sleep(0.02)\n"
    "time.sleep(0.2)\n"
)


def test_what_a_run_writes_is_its_owners_alone_even_in_a_folder_open_to_all(make, tmp_path):
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    written = folder / "health-data"
    stack = make(
        once=[program("demo", f"open({str(written)!r}, 'w').close()")],
        data_dir=folder,
    )

    stack.start()

    assert written.stat().st_mode & 0o777 == 0o600
    assert (folder / "log").stat().st_mode & 0o777 == 0o700


def test_a_start_waits_until_the_site_is_well(make, ports):
    stack = make(
        program("web", SERVES, str(ports.web), health_url=f"http://127.0.0.1:{ports.web}/readyz")
    )

    stack.start()

    assert not is_free(ports.web)
    assert stack.dead() is None


def test_stopping_ends_every_process_and_what_they_started(make):
    stack = make(program("one", PARENT), program("two", STAYS))
    stack.start()
    pids = [child.pid for child in stack.children] + [int(first_line(stack.children[0]))]

    stack.stop()

    assert gone(pids)


def test_a_process_deaf_to_the_wish_to_end_is_ended_after_its_time(make):
    stack = make(program("deaf", DEAF, grace_seconds=0.3))
    stack.start()
    pid = stack.children[0].pid

    stack.stop()

    assert gone([pid])


def test_processes_are_stopped_in_the_reverse_order_of_their_start(make, tmp_path):
    notes = tmp_path / "notes"
    script = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    open(sys.argv[1], 'a').write(sys.argv[2]); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('here', flush=True); time.sleep(120)\n"
    )
    stack = make(*(program(name, script, str(notes), name) for name in "abc"))
    stack.start()
    for child in stack.children:
        first_line(child)

    stack.stop()

    assert notes.read_text() == "cba"


def test_those_with_work_in_hand_are_told_together_and_once(make, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    stack = make(
        program("one", WAITS, str(one), str(two), stops_first=True),
        program("two", WAITS, str(two), str(one), stops_first=True),
        program("last", STAYS),
    )
    stack.start()
    senders = stack.children[:2]
    for child in senders:
        first_line(child)

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
        lived = [lives(pid) for pid in pids]

        run.send_signal(signal.SIGKILL)

    assert lived == [True, True]
    assert gone(pids)


def test_a_taken_port_is_reported_with_its_holder_and_nothing_is_started(make, ports):
    stack = make(program("stays", STAYS))
    with socket.socket() as other:
        other.bind(("127.0.0.1", ports.web))
        other.listen()

        with pytest.raises(StartFailed) as refused:
            stack.start()

    assert f"port {ports.web} is taken by process {os.getpid()}" in str(refused.value)
    assert stack.children == []


def test_a_port_held_by_another_lupine_is_reported_as_such(make, ports):
    words = (str(ports.web), "booking.wsgi:app")
    other = make(program("web", SERVES, *words, health_url=f"http://127.0.0.1:{ports.web}/"))
    other.start()

    second = make(data_dir=other.data_dir.parent / "second")

    with pytest.raises(StartFailed, match=rf"another Lupine at {other.web_url} \(pid \d+\)"):
        second.start()

    assert second.children == []


def test_a_data_folder_serves_one_run_at_a_time(make):
    first = make(program("stays", STAYS))
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
        program("stays", STAYS), once=[program("migrate", "raise SystemExit('no such table')")]
    )

    with pytest.raises(StartFailed, match=r"migrate ended \(exit status 1\)(.|\n)*no such table"):
        stack.start()

    assert stack.children == []


def test_a_process_that_ends_before_it_is_well_stops_the_rest(make, ports):
    stack = make(
        program("stays", STAYS),
        program("web", "raise SystemExit('bad setting')", health_url="http://127.0.0.1:9/"),
    )

    with pytest.raises(StartFailed, match=r"web ended(.|\n)*bad setting"):
        stack.start()

    assert stack.children == []


def test_a_process_that_ends_later_is_named(make):
    stack = make(program("stays", STAYS), program("brief", "raise SystemExit(3)"))
    stack.start()

    status = stack.children[1].wait()

    assert status == 3
    assert stack.dead().program.name == "brief"


def test_each_line_of_a_process_is_handed_on_once_and_kept_in_its_log(make):
    said = []
    stack = make(program("stays", STAYS))
    stack.said = lambda name, line: said.append((name, line))
    stack.start()
    first_line(stack.children[0])

    stack.relay()
    stack.relay()

    assert said == [("stays", "here")]
    assert (stack.data_dir / "log" / "stays.log").read_text() == "here\n"
