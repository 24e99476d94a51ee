import os

import pytest

from launch import log_file
from launch.log_file import LogFile


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.setattr(log_file, "LARGEST_LOG", 1_000)
    monkeypatch.setattr(log_file, "MOST_AT_ONCE", 400)
    return LogFile(tmp_path / "log" / "web.log")


def _write(log, text):
    os.write(log.fileno(), text.encode())


def test_a_log_that_grows_too_large_is_set_aside_and_begun_anew(log):
    _write(log, "x" * 1_200 + "\n")

    log.keep_bounded()
    _write(log, "after\n")

    assert log.path.read_text() == "after\n"
    assert log.path.with_suffix(".log.1").read_text().endswith("x\n")
    assert log.path.with_suffix(".log.1").stat().st_mode & 0o777 == 0o600
    assert log.new_lines(to_the_end=False) == ["after"]


def test_whatever_is_written_the_two_files_stay_bounded(log):
    for number in range(200):
        _write(log, f"line {number}\n" * 20)
        log.new_lines(to_the_end=False)
        log.keep_bounded()

    sizes = [file.stat().st_size for file in log.path.parent.iterdir()]
    assert len(sizes) == 2
    assert max(sizes) < 1_400


def test_a_log_that_was_deleted_is_still_read_and_still_bounded(log):
    log.path.unlink()
    _write(log, "gone but there\n")

    shown = log.new_lines(to_the_end=False)
    _write(log, "x" * 1_200)
    log.keep_bounded()

    assert shown == ["gone but there"]
    assert os.fstat(log.fileno()).st_size == 0


def test_a_folder_of_logs_that_was_deleted_is_there_again_for_the_next(log):
    log.path.unlink()
    log.path.parent.rmdir()
    _write(log, "x" * 1_200)

    log.keep_bounded()
    again = LogFile(log.path)
    _write(again, "here\n")

    assert log.path.read_text() == "here\n"


def test_where_no_log_can_be_opened_the_child_writes_into_nothing(tmp_path):
    (tmp_path / "log").write_text("a file where the folder should be")

    log = LogFile(tmp_path / "log" / "web.log")
    _write(log, "lost\n")

    assert log.new_lines(to_the_end=True) == []
    log.keep_bounded()


def test_of_a_flood_only_the_end_is_shown_and_the_rest_is_told(log):
    _write(log, "".join(f"line {number}\n" for number in range(100)))

    shown = log.new_lines(to_the_end=False)

    assert "bytes are left out" in shown[0]
    assert shown[-1] == "line 99"
    assert all(line.startswith("line ") for line in shown[1:])
    assert log.new_lines(to_the_end=False) == []


def test_a_log_that_somebody_cut_is_read_from_its_beginning(log):
    _write(log, "before\n")
    log.new_lines(to_the_end=False)
    os.truncate(log.path, 0)
    _write(log, "new\n")

    assert log.new_lines(to_the_end=False) == ["new"]
