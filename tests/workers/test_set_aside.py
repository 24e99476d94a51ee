"""What lies in the broker's folder and is no message: out of the way, told once, not for ever."""

import os
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.build.spools import KEEP, make_old, taken
from workers import set_aside, spool
from workers.spool import Spool


def poison_empty(path):
    path.touch()


def poison_binary(path):
    path.write_bytes(b"\xff\xfe\x00")


def poison_huge(path):
    path.write_bytes(b"x" * (spool.LARGEST + 1))


def poison_folder(path):
    (path / "in it").mkdir(parents=True)


def poison_pipe(path):
    os.mkfifo(path)


def poison_socket(path):
    # The name of a socket may not be as long as the folder of a test.
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("s")
        Path("s").rename(path)


def poison_link_to_nowhere(path):
    path.symlink_to("/nowhere")


def poison_link_to_itself(path):
    path.symlink_to(path)


def poison_link_to_a_file(path):
    path.symlink_to("/etc/hosts")


POISONS = [made for name, made in list(globals().items()) if name.startswith("poison_")]


@pytest.mark.parametrize("poison", POISONS, ids=lambda one: one.__name__)
def test_what_cannot_be_read_is_set_aside_told_once_and_keeps_nothing_up(
    ticks, folder, aside, poison, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    folder.mkdir(parents=True)
    poison(folder / "0.celery.msg")
    ticks.put("celery", b"a tick")

    with capture_logs() as lines:
        assert taken(ticks) == ["a tick"]
        assert taken(ticks) == []

    assert list(folder.iterdir()) == []
    assert len(list(aside.iterdir())) == 1
    assert [one["event"] for one in lines] == ["a file of the broker was set aside"]


def test_a_name_that_is_no_text_and_one_that_is_too_long_end_nothing(ticks, folder):
    folder.mkdir(parents=True)
    for name in (b"0\xff.celery.msg", b"1" * 240 + b".celery.msg"):
        (folder / os.fsdecode(name)).touch()
    ticks.put("celery", b"a tick")

    with capture_logs() as lines:
        assert taken(ticks) == ["a tick"]

    assert len(lines) == 2
    assert all(one["file"].isascii() for one in lines)
    assert list(folder.iterdir()) == []


def test_what_can_be_neither_moved_nor_deleted_is_told_of_once_and_passed_over(
    ticks, folder, monkeypatch
):
    folder.mkdir(parents=True)
    (folder / "0.celery.msg").touch()
    ticks.put("celery", b"a tick")
    monkeypatch.setattr(set_aside, "_delete", lambda _path: False)
    (folder.parent / "set-aside").touch()

    with capture_logs() as lines:
        assert taken(ticks) == ["a tick"]
        for _ in range(3):
            assert taken(ticks) == []

    assert len(lines) == 1


def test_only_so_many_are_kept_aside_and_none_for_ever(ticks, folder, aside):
    folder.mkdir(parents=True)
    for number in range(set_aside.MOST + 15):
        (folder / f"{number:03}.celery.msg").touch()
    assert taken(ticks) == []
    assert len(list(aside.iterdir())) == set_aside.MOST

    for path in aside.iterdir():
        make_old(path, set_aside.KEEP + timedelta(hours=1))
    Spool(folder, keep=KEEP).put("celery", b"a tick")

    assert list(aside.iterdir()) == []
