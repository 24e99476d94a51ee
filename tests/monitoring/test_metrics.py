"""Counting, in one process and in several side by side."""

import os
import socket
import subprocess
import sys
import urllib.request

import pytest

from booking.messaging.kinds import Channel, Lane
from booking.monitoring import metrics

COUNT = (
    "from booking.monitoring import metrics\n"
    "from booking.messaging.kinds import Channel, Lane\n"
    "metrics.count_send(Channel.SMS, 'accepted')\n"
    "metrics.observe_lateness(Lane.REMINDERS, 0.7)\n"
)
TELL = "from booking.monitoring import metrics; print(metrics.exposition().decode())"


def told(text):
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#")


def run(script, folder):
    """Run a script as a process of its own."""
    env = {**os.environ, metrics.FOLDER: str(folder)}
    return subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True
    ).stdout


def test_a_send_is_counted_by_its_channel_and_what_became_of_it():
    name = 'lupine_sends_total{channel="email",outcome="refused"}'
    before = float(told(metrics.exposition().decode()).get(name, 0))

    metrics.count_send(Channel.EMAIL, "refused")

    assert float(told(metrics.exposition().decode())[name]) == before + 1


def test_lateness_is_counted_by_lane():
    metrics.observe_lateness(Lane.SAFETY, 0.3)

    found = told(metrics.exposition().decode())
    assert float(found['lupine_lateness_seconds_bucket{lane="safety",le="0.5"}']) >= 1
    assert 'lupine_lateness_seconds_bucket{lane="safety",le="10.0"}' in found


def test_what_several_processes_count_is_added_up(tmp_path):
    folder = tmp_path / "not" / "there" / "yet"

    run(COUNT, folder)
    run(COUNT, folder)

    found = told(run(TELL, folder))
    assert found['lupine_sends_total{channel="sms",outcome="accepted"}'] == "2.0"
    assert found['lupine_lateness_seconds_count{lane="reminders"}'] == "2.0"


def test_a_port_answers_collectors():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    metrics.count_refused_callback()

    metrics.serve("127.0.0.1", port)

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        assert "lupine_callbacks_refused_total" in answer.read().decode()


@pytest.fixture
def full_disk(tmp_path):
    """A disk with room for names only."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8k", "lupine", folder]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this user may mount no small disk")
    (folder / "filling").write_bytes(bytes(4096))
    (folder / "more").write_bytes(bytes(4096))
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_on_a_full_disk_a_process_counts_in_memory_and_lives(full_disk):
    said = run(COUNT + "print('alive')\n", full_disk)

    assert said.splitlines()[-1] == "alive"
    assert not list(full_disk.glob("*.db"))


def test_where_no_folder_can_be_a_process_counts_in_memory_and_lives(tmp_path):
    (tmp_path / "file").write_text("not a folder")

    said = run(COUNT + "print('alive')\n", tmp_path / "file" / "metrics")

    assert said.splitlines()[-1] == "alive"
