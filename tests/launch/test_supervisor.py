import os
import sys
from pathlib import Path

import pytest

from demo import DEMO_SIGN_IN
from launch import supervisor
from launch.local_settings import Ports
from launch.ports import free_port
from launch.programs import PROJECT, Program, Programs
from launch.stack import Stack, StartFailed

STAYS = "import time; time.sleep(120)"


def _stack(folder, *programs):
    first = free_port(together=3)
    staying = tuple(
        Program(name, (sys.executable, "-c", script), dict(os.environ)) for name, script in programs
    )
    return Stack(folder, Ports(first, first + 1), {}, lambda env: Programs((), staying))


def test_a_process_that_never_works_makes_the_run_fail_and_is_named_with_its_last_lines(
    tmp_path,
):
    with (
        _stack(tmp_path, ("phone", STAYS), ("web", "raise SystemExit('lost')")) as stack,
        pytest.raises(StartFailed, match=r"web ended \(exit status 1\)(.|\n)*lost"),
    ):
        supervisor.watch(stack, lambda: False)


def test_a_newcomer_is_told_the_addresses_and_the_sign_in(tmp_path):
    with _stack(tmp_path, ("phone", STAYS), ("web", STAYS)) as stack:
        said = supervisor.welcome(stack)

    for words in (stack.web_url, stack.phone_url, *DEMO_SIGN_IN):
        assert words in said


def test_without_a_simulator_no_demo_sign_in_is_told(tmp_path):
    with _stack(tmp_path, ("web", STAYS)) as stack:
        said = supervisor.welcome(stack)

    assert DEMO_SIGN_IN[1] not in said
    assert stack.phone_url not in said


@pytest.mark.parametrize("value", ["none", "0", "65535", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch, value):
    monkeypatch.setenv("PORT", value)

    with pytest.raises(StartFailed, match=f"PORT is {value}"):
        supervisor._ports()


def test_the_lines_of_every_process_carry_its_name(capsys):
    supervisor.say("web", "one\ntwo")

    assert capsys.readouterr().out == "web     | one\nweb     | two\n"


@pytest.mark.parametrize(
    ("value", "folder"),
    [
        ("", PROJECT / "var"),
        ("here", PROJECT / "here"),
        ("-here", PROJECT / "-here"),
        ("/there/50%", Path("/there/50%")),
        ("~/there", Path("/home/of/nora/there")),
    ],
)
def test_a_data_folder_is_named_as_people_name_folders(monkeypatch, value, folder):
    monkeypatch.setenv("HOME", "/home/of/nora")
    monkeypatch.setenv("DATA_DIR", value)

    assert supervisor._data_dir() == folder


@pytest.mark.parametrize("value", ["/tmp/\udcff", "~nobody-of-that-name/there"])
def test_a_data_folder_that_cannot_be_is_refused(monkeypatch, value):
    monkeypatch.setenv("DATA_DIR", value)

    with pytest.raises(StartFailed, match="DATA_DIR is"):
        supervisor._data_dir()
