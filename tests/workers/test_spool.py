"""A folder of messages: each is whole or not there, and whatever else lies there ends nobody."""

import os
import threading
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tests.build.spools import KEEP, make_old, taken, words
from workers import spool
from workers.spool import Spool


def test_messages_come_in_the_order_they_were_put_each_once_and_leave_nothing(ticks, folder):
    for one in ("first", "second", "third"):
        ticks.put("celery", one.encode())
    ticks.put("other", b"elsewhere")

    assert ticks.size("celery") == 3
    assert taken(ticks) == ["first", "second", "third"]
    assert taken(ticks, "other") == ["elsewhere"]
    assert list(folder.iterdir()) == []


def test_a_reader_never_meets_a_message_that_is_not_whole(folder):
    whole = "x" * 100_000
    writes, reads, read = Spool(folder, keep=KEEP), Spool(folder, keep=KEEP), []
    done = threading.Event()

    def write():
        for _ in range(300):
            writes.put("celery", whole.encode())
        done.set()

    writer = threading.Thread(target=write)
    with capture_logs() as lines:
        writer.start()
        while not done.is_set() or reads.size("celery"):
            one = reads.take("celery", words)
            if one is not None:
                read.append(one)
        writer.join()

    assert read == [whole] * 300
    assert lines == []


def test_of_several_readers_only_one_gets_a_message(folder):
    writes = Spool(folder, keep=KEEP)
    for number in range(300):
        writes.put("celery", str(number).encode())
    found = [[], [], []]

    def read(mine):
        mine.extend(taken(Spool(folder, keep=KEEP)))

    readers = [threading.Thread(target=read, args=(one,)) for one in found]
    for one in readers:
        one.start()
    for one in readers:
        one.join()

    assert sorted(int(one) for some in found for one in some) == list(range(300))


def test_a_file_that_vanishes_between_the_look_and_the_reading_is_nobodys_trouble(ticks, folder):
    for number in range(3):
        ticks.put("celery", str(number).encode())
    assert ticks.take("celery", words) == "0"
    for path in folder.iterdir():
        path.unlink()

    with capture_logs() as lines:
        assert taken(ticks) == []

    assert lines == []


def test_what_a_crash_left_is_gone_after_a_while_whoever_looks(folder):
    folder.mkdir(parents=True)
    for name in (".0.part", "0.celery.msg", "1.old-queue.msg", "no name of ours"):
        (folder / name).write_text("left")
        make_old(folder / name, KEEP + timedelta(seconds=1))
    (folder / ".1.part").write_text("being written")

    with capture_logs() as lines:
        Spool(folder, keep=KEEP).put("celery", b"a tick")

    left = sorted(path.name for path in folder.iterdir())
    assert left[0] == ".1.part"
    assert len(left) == 2
    assert lines == []


def test_without_a_reader_ticks_do_not_pile_up(folder, monkeypatch):
    monkeypatch.setattr(spool, "SWEEP_EVERY_S", 0.0)
    writes = Spool(folder, keep=KEEP)
    for _ in range(50):
        writes.put("celery", b"a tick")
    for path in folder.iterdir():
        make_old(path, KEEP + timedelta(seconds=1))

    writes.put("celery", b"the newest")

    assert len(list(folder.iterdir())) == 1


def test_after_the_clock_was_set_back_what_is_left_of_the_future_is_dropped(ticks, folder):
    ticks.put("celery", b"of the future")
    for path in folder.iterdir():
        make_old(path, -timedelta(hours=1))
    ticks.put("celery", b"of now")

    assert taken(ticks) == ["of now"]


@pytest.mark.parametrize("what", ["folder", "parent"])
def test_a_folder_that_is_missing_or_no_folder_is_made_anew(ticks, folder, what):
    where = folder if what == "folder" else folder.parent
    ticks.put("celery", b"lost")
    assert taken(ticks) == ["lost"]
    for path in (folder, folder.parent)[: 1 if what == "folder" else 2]:
        path.rmdir()
    assert taken(ticks) == []

    ticks.put("celery", b"first")
    assert taken(ticks) == ["first"]

    where.rename(where.with_name("elsewhere"))
    where.write_text("a file in its place")
    assert taken(ticks) == []
    ticks.put("celery", b"second")

    assert taken(ticks) == ["second"]


def test_of_a_message_that_finds_no_room_nothing_stays(ticks, folder, monkeypatch):
    ticks.put("celery", b"before")
    real = os.fdopen

    class Full:
        def __init__(self, descriptor, mode):
            self._file = real(descriptor, mode, buffering=0)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self._file.close()

        def write(self, content):
            self._file.write(content[:3])
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool.os, "fdopen", Full)
    with pytest.raises(OSError, match="No space left"):
        ticks.put("celery", b"too much")
    monkeypatch.undo()

    assert len(list(folder.iterdir())) == 1
    ticks.put("celery", b"after")
    assert taken(ticks) == ["before", "after"]


def test_a_folder_that_may_not_be_read_is_told_of_once(ticks, monkeypatch):
    ticks.put("celery", b"a tick")

    def refuses(_folder):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched, capture_logs() as lines:
        patched.setattr(spool.os, "scandir", refuses)
        for _ in range(3):
            assert taken(ticks) == []

    assert [one["reason"] for one in lines] == ["Permission denied"]
    assert taken(ticks) == ["a tick"]


def test_a_message_that_cannot_be_claimed_is_not_taken(ticks, folder, monkeypatch):
    ticks.put("celery", b"a tick")
    path = next(folder.iterdir())

    def refuses(one, missing_ok=False):
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patched, capture_logs() as lines:
        patched.setattr(type(path), "unlink", refuses)
        for _ in range(3):
            assert ticks.take("celery", words) is None

    assert [one["reason"] for one in lines] == ["Read-only file system"]
    assert taken(ticks) == ["a tick"]


def test_a_purge_empties_one_queue(ticks):
    ticks.put("celery", b"a tick")
    ticks.put("other", b"another")

    assert ticks.purge("celery") == 1
    assert (ticks.size("celery"), ticks.size("other")) == (0, 1)
