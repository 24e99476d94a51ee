"""The Celery application as its processes load it: from the environment, or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.build.databases import migrate
from tests.build.settings import FIELD_KEY

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-of-these-tests-only-0123456789"
SHOW = """
import json
from workers.app import app
app.loader.import_default_modules()
own = sorted(name for name in app.tasks if name.startswith("workers."))
from workers.runtime import runtime
print(json.dumps({
    "tasks": own,
    "broker": app.conf.broker_url,
    "acks_late": [app.tasks[name].acks_late for name in own],
    "ignores": [app.tasks[name].ignore_result for name in own],
    "runtimes": runtime.cache_info().currsize,
    "modules": [name for name in __import__("sys").modules if name.startswith("booking.web")],
}))
"""

BROKER = """
from workers.app import app
broker = app.connection_for_read()
print(type(broker.transport).__module__, bool(broker.ssl))
"""
STOP = """
import os
from celery.signals import worker_init, worker_shutting_down
from workers.app import app
from workers.shutdown import is_stopping
worker_init.send(sender=None)
reads, writes = os.pipe()
before = is_stopping()
child = os.fork()
if child == 0:
    os.read(reads, 1)
    os._exit(is_stopping())
worker_shutting_down.send(sender=None, sig="SIGTERM", how="Warm", exitcode=0)
os.write(writes, b".")
print(before, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.fixture
def environment(tmp_path):
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{tmp_path}/lupine.sqlite3",
        "DATA_DIR": str(tmp_path),
        "PUBLIC_BASE_URL": "https://book.example.org",
        "SECRET_KEYS": "a-secret-of-these-tests-only-0123456789",
        "FIELD_KEYS": FIELD_KEY,
        "CLINIC_NAME": "Willow Room",
        "CLINIC_PHONE": "+1 212 555 0100",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKENS": TOKEN,
        "TWILIO_FROM": "+15005550006",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": "hello@example.org",
    }


def _run(environment, script=SHOW):
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_knows_its_tasks_and_opens_nothing_before_a_child_needs_it(environment, tmp_path):
    ran = _run(environment)

    assert ran.returncode == 0, ran.stderr
    shown = json.loads(ran.stdout)
    assert shown["tasks"] == ["workers.tasks.run_job"]
    assert all(shown["acks_late"])
    assert all(shown["ignores"])
    assert shown["runtimes"] == 0
    assert not (tmp_path / "lupine.sqlite3").exists()
    assert shown["modules"] == [], "a worker never loads the website"


@pytest.mark.parametrize(("scheme", "is_encrypted"), [("redis", False), ("rediss", True)])
def test_over_redis_ticks_go_through_a_transport_that_outlives_its_loss(
    environment, scheme, is_encrypted
):
    environment["REDIS_URL"] = f"{scheme}://127.0.0.1:9/3"

    ran = _run(environment, BROKER)

    expected = f"workers.redis_transport {is_encrypted}"
    assert ran.stdout.strip() == expected, ran.stderr


def test_without_redis_ticks_go_through_a_transport_that_no_torn_file_ends(environment):
    ran = _run(environment, BROKER)

    assert ran.stdout.strip() == "workers.file_transport False", ran.stderr


def test_a_child_hears_when_its_worker_is_told_to_stop(environment):
    migrate(environment["DATABASE_URL"])

    ran = _run(environment, STOP)

    assert (ran.stdout.strip(), ran.stderr) == ("False 1", "")


@pytest.mark.parametrize("name", ["FIELD_KEYS", "TWILIO_AUTH_TOKENS", "DATABASE_URL"])
def test_a_missing_setting_ends_it_at_once_and_by_name(environment, name):
    del environment[name]

    ran = _run(environment)

    assert ran.returncode == 1
    assert name in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_wrong_setting_is_named_without_its_value(environment):
    environment["TWILIO_AUTH_TOKENS"] = "change-me-change-me-change-me-change-me"

    ran = _run(environment)

    assert ran.returncode == 1
    assert "TWILIO_AUTH_TOKENS" in ran.stderr
    assert "change-me" not in ran.stderr
    assert TOKEN not in ran.stderr
