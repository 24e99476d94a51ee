"""The simulator as a process of its own, and the script that steers it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from simulator import cli
from tests.simulator.world import ACCOUNT, CLINIC, TOKENS

ROOT = Path(__file__).parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def settings(folder, port, smtp_port):
    return {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "SANDBOX_PORT": str(port),
        "SANDBOX_SMTP_PORT": str(smtp_port),
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKENS": ",".join(TOKENS),
        "TWILIO_FROM": CLINIC,
        "SANDBOX_INBOUND_URL": "http://127.0.0.1:9/hooks/twilio/inbound",
    }


def start(environment):
    return subprocess.Popen(
        [sys.executable, "-m", "simulator"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def process(tmp_path):
    port, smtp_port = free_port(), free_port()
    child = start(settings(tmp_path, port, smtp_port))
    child.ready = json.loads(child.stdout.readline())
    child.port, child.smtp_port = port, smtp_port
    yield child
    with contextlib.suppress(ProcessLookupError):
        child.kill()
    child.communicate()


def create(process, body="Hi"):
    return requests.post(
        f"http://127.0.0.1:{process.port}/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        data={"To": "+12025550101", "From": CLINIC, "Body": body},
        auth=(ACCOUNT, TOKENS[0]),
        timeout=5,
    )


def test_it_says_when_it_is_ready_and_is_then_healthy(process):
    assert process.ready["ready"] is True
    health = requests.get(f"{process.ready['phones']}/control/health", timeout=5)

    assert health.json() == {"ok": True}


@pytest.mark.parametrize("wanted", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_two_seconds_even_with_an_open_page(process, wanted):
    with requests.get(f"{process.ready['phones']}/events", stream=True, timeout=5):
        began = time.monotonic()
        process.send_signal(wanted)

        assert process.wait(timeout=5) == 0
    assert time.monotonic() - began < 2
    assert process.stderr.read() == ""


def test_a_kill_loses_nothing_it_answered_for(process, tmp_path):
    sids = [create(process, f"Text {n}").json()["sid"] for n in range(20)]
    process.kill()
    process.wait()

    port, smtp_port = free_port(), free_port()
    again = start(settings(tmp_path, port, smtp_port))
    try:
        again.stdout.readline()
        rows = requests.get(f"http://127.0.0.1:{port}/ledger?kind=create", timeout=5).json()
    finally:
        again.terminate()
        again.communicate()

    assert [row["sid"] for row in rows] == sids


def test_a_taken_port_is_one_clear_sentence(process, tmp_path):
    second = start(settings(tmp_path / "other", process.port, free_port()))
    _, errors = second.communicate(timeout=5)

    assert second.returncode == 1
    assert f"Port {process.port}" in errors
    assert "SANDBOX_PORT" in errors
    assert len(errors.splitlines()) == 1


def test_a_state_folder_in_use_is_one_clear_sentence(process, tmp_path):
    second = start(settings(tmp_path, free_port(), free_port()))
    _, errors = second.communicate(timeout=5)

    assert second.returncode == 1
    assert "Another simulator" in errors
    assert len(errors.splitlines()) == 1


def test_a_missing_setting_is_one_clear_sentence(tmp_path):
    second = start({**settings(tmp_path, free_port(), free_port()), "TWILIO_FROM": ""})
    _, errors = second.communicate(timeout=5)

    assert second.returncode == 1
    assert errors == "sandbox: TWILIO_FROM is missing; the simulator needs it to start.\n"


def steer(world, capsys, *arguments):
    status = cli.main(["--url", world.base_url, *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_script_sets_shows_and_clears_faults(world, capsys):
    pairs = ["probability=0.5", "to=+12025550123", "statuses=sent,delivered"]
    assert steer(world, capsys, "fault", "callback_missing", *pairs)[0] == 0

    shown = json.loads(steer(world, capsys, "faults")[1])["faults"]
    assert steer(world, capsys, "clear")[0] == 0

    assert shown[0]["statuses"] == ["sent", "delivered"]
    assert (shown[0]["probability"], shown[0]["to"]) == (0.5, "+12025550123")
    assert json.loads(steer(world, capsys, "faults")[1])["faults"] == []


def test_the_script_sends_texts_and_reads_phones_mails_and_the_ledger(world, phone, capsys):
    assert steer(world, capsys, "inbound", phone, "4 6 3")[0] == 0

    texts = json.loads(steer(world, capsys, "texts", phone)[1])
    rows = steer(world, capsys, "ledger", "--to", phone, "--kind", "inbound")[1].splitlines()

    assert [text["body"] for text in texts] == ["4 6 3"]
    assert [json.loads(row)["body"] for row in rows] == ["4 6 3"]
    assert json.loads(steer(world, capsys, "mails", "--to", "x@example.org")[1]) == []
    assert json.loads(steer(world, capsys, "health")[1]) == {"ok": True}


def test_the_script_says_what_was_refused(world, capsys):
    status, _, errors = steer(world, capsys, "fault", "earthquake")

    assert status == 1
    assert "There is no fault" in errors


def test_the_script_says_when_nobody_answers(capsys):
    assert cli.main(["--url", f"http://127.0.0.1:{free_port()}", "health"]) == 1
    assert "No simulator answers" in capsys.readouterr().err
