"""Celery's processes as they really run, over files in a folder of the test's own."""

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from tests.build.settings import FIELD_KEY

ROOT = Path(__file__).resolve().parents[2]
WORKER = ("worker", "--without-gossip", "--without-mingle", "--without-heartbeat", "-c", "2")
BEAT = ("beat", "--pidfile=")


def environment_of(folder, database_url=None, **more):
    """Return the environment of a process whose DATA_DIR is this folder."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONWARNINGS": "ignore",
        "DATABASE_URL": database_url or f"sqlite:///{folder}/lupine.sqlite3",
        "DATA_DIR": str(folder),
        "PUBLIC_BASE_URL": "https://book.example.org",
        "SECRET_KEYS": "a-secret-of-these-tests-only-0123456789",
        "FIELD_KEYS": FIELD_KEY,
        "CLINIC_NAME": "Willow Room",
        "CLINIC_PHONE": "+1 212 555 0100",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKENS": "a-token-of-these-tests-only-0123456789",
        "TWILIO_FROM": "+15005550006",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": "hello@example.org",
        **more,
    }


def celery(arguments, environment, log):
    """Run a Celery process while the test looks; its lines go to the file `log`."""
    return python(("celery", "-A", "workers.app", *arguments), environment, log)


@contextmanager
def python(arguments, environment, log):
    """Run a module while the test looks; its lines go to the file `log`."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    # Through a pipe, as a supervisor has them: a limit on its files is none on its lines.
    keeping = threading.Thread(target=_keep, args=(process.stdout, log))
    keeping.start()
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        keeping.join()


def _keep(lines, log):
    with lines, log.open("ab", buffering=0) as file:
        for line in lines:
            file.write(line)


def wait_until(holds, within=30.0, every=0.05):
    """Wait until something holds; whether it does."""
    ends_at = time.monotonic() + within
    while time.monotonic() < ends_at:
        if holds():
            return True
        time.sleep(every)
    return bool(holds())
