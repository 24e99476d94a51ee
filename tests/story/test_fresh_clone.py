"""README's commands in a fresh clone: settings of Docker's beside it, and folders of any name."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
import requests

from launch.health import site_answers
from launch.ports import free_port
from launch.programs import PROJECT
from tests.story.running import KEPT, until

pytestmark = pytest.mark.story

FOLDER = 'data 50% %(x)s [1]* what?mode=memory #1 it\'s "caf\u00e9"'


@pytest.fixture
def clone(tmp_path):
    """A copy of what a clone holds, and of .env.example as README says."""
    place = tmp_path / "a clone, 50% off"
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, place / name)
    shutil.copy(place / ".env.example", place / ".env")
    return place


def test_a_clone_with_the_example_of_docker_runs_in_a_folder_of_any_name(clone):
    port = free_port(together=3)
    site = f"http://127.0.0.1:{port}"
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"PORT": str(port), "SANDBOX_PORT": str(port + 1), "DATA_DIR": FOLDER}
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "launch.supervisor"],
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        until(
            lambda: supervisor.poll() is not None or site_answers(f"{site}/readyz"), "the site", 60
        )
        assert supervisor.poll() is None, supervisor.communicate()[0]
        sent = f"http://127.0.0.1:{port + 1}/ledger?kind=create"
        until(lambda: requests.get(sent, timeout=5).json(), "the first text of the demo", 90)
        figures = requests.get(f"{site}/metrics", timeout=5).text
    finally:
        supervisor.send_signal(signal.SIGINT)
        said = supervisor.communicate(timeout=60)[0]

    assert supervisor.returncode == 0, said
    assert "lupine_sends_total" in figures
    data = clone / FOLDER
    assert json.loads((data / "lupine.lock").read_text())["web"] == site
    assert (data / "lupine.sqlite3").stat().st_size
    beside = {path.name for path in clone.iterdir()} - {path.name for path in PROJECT.iterdir()}
    assert beside <= {".env", FOLDER}, "nothing lies outside its folder"
