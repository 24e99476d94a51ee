"""A worker and a beat as they run on one machine, while their folder is poisoned, full or gone."""

import json
import os
import resource
import shutil
import signal

import pytest

from booking.monitoring import heartbeat_queries as ticks
from tests.build.programs import BEAT, WORKER, celery, environment_of, python, wait_until
from workers import marks

SENT = "workers.tasks.run_job"


@pytest.fixture
def environment(clinic, tmp_path):
    return environment_of(tmp_path, clinic.url)


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


@pytest.fixture
def works(clinic):
    """Whether a worker has done a tick since the last call of this."""
    seen = [None]

    def has_worked():
        with clinic.transaction() as session:
            last = ticks.last(session, ticks.SENDING)
        before, seen[0] = seen[0], last
        return last is not None and last != before

    return has_worked


def poison(folder, number):
    """Put one of each kind of unreadable file where a worker looks first."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, json.dumps({"body": 1}).encode()]
    for kind, content in enumerate(contents):
        (folder / f"0-{number}-{kind}.celery.msg").write_bytes(content)
    (folder / f"0-{number}-folder.celery.msg").mkdir()
    os.mkfifo(folder / f"0-{number}-pipe.celery.msg")
    (folder / f"0-{number}-link.celery.msg").symlink_to("/nowhere")


def poisons_left(folder):
    return [path for path in folder.iterdir() if path.name.startswith("0-")]


def test_a_worker_outlives_what_lies_in_its_folder_at_its_start_and_comes_in_later(
    environment, log, folder, works
):
    poison(folder, 1)
    with celery(BEAT, environment, log), celery(WORKER, environment, log) as worker:
        assert wait_until(works), log.read_text()
        for number in (2, 3):
            poison(folder, number)
            assert wait_until(lambda: not poisons_left(folder)), log.read_text()
            works()
            assert wait_until(works), log.read_text()
        for path in (folder.parent, folder):
            shutil.rmtree(path, ignore_errors=True)
            works()
            assert wait_until(works), log.read_text()

        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    assert log.read_text().count("was set aside") == 27
    assert "Traceback" not in log.read_text()


def test_beat_outlives_a_full_disk_and_leaves_nothing_torn(environment, log, folder, tmp_path):
    with celery(BEAT, environment, log) as beat:
        assert wait_until(lambda: folder.exists() and any(folder.iterdir())), log.read_text()
        # As a full disk does, this refuses every byte; it is this process's alone.
        resource.prlimit(beat.pid, resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
        assert wait_until(lambda: log.read_text().count("Message Error") >= 3), log.read_text()
        for path in folder.iterdir():
            path.unlink(missing_ok=True)
        told = log.read_text().count("Message Error")
        assert wait_until(lambda: log.read_text().count("Message Error") > told)
        assert list(folder.iterdir()) == []

        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(beat.pid, resource.RLIMIT_FSIZE, unlimited)
        assert wait_until(lambda: any(folder.iterdir())), log.read_text()
        assert beat.poll() is None

    for path in folder.iterdir():
        assert json.loads(path.read_bytes())["headers"]["task"]
    assert (tmp_path / marks.BEAT).exists()


def test_whoever_starts_again_and_again_with_leftovers_works_each_time(
    environment, log, folder, works
):
    for number in range(2):
        poison(folder, number)
        (folder / f".{number}.part").touch()
        with celery(BEAT, environment, log), celery(WORKER, environment, log):
            works()
            assert wait_until(works), log.read_text()

    assert poisons_left(folder) == []


@pytest.mark.parametrize("program", ["worker", "loop"])
def test_who_sends_outlives_a_full_disk_and_goes_on(environment, log, works, program):
    own = python(("workers.poller",), environment, log) if program == "loop" else None
    with celery(BEAT, environment, log), own or celery(WORKER, environment, log) as sender:
        assert wait_until(works), log.read_text()
        # As a full disk does, this refuses every byte; it is this process's alone.
        resource.prlimit(sender.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        assert wait_until(lambda: "OperationalError" in log.read_text()), log.read_text()
        assert "Traceback" not in log.read_text()
        assert sender.poll() is None

        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(sender.pid, resource.RLIMIT_FSIZE, unlimited)
        works()
        assert wait_until(works), log.read_text()
        assert sender.poll() is None
