import os
import socket
import subprocess
import sys

import pytest

from launch.ports import free_port, holder, is_free, wait_until_free


@pytest.fixture
def taken():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_somebody_listens_on_is_not_free(taken):
    assert not is_free(taken)
    assert wait_until_free([taken], 0.1) == [taken]


def test_the_holder_of_a_port_is_named_with_its_process_and_command(taken):
    found = holder(taken)

    assert found.pid == os.getpid()
    assert "python" in found.command or "pytest" in found.command


def test_of_several_that_share_a_port_the_first_that_was_there_is_named():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"],
            stdin=subprocess.PIPE,
            pass_fds=[server.fileno()],
        )
        try:
            assert holder(port).pid == min(os.getpid(), child.pid)
        finally:
            child.communicate()


def test_nobody_holds_a_free_port():
    assert holder(free_port()) is None


def test_free_ports_come_together_and_below_those_systems_hand_out():
    first = free_port(together=2)

    assert is_free(first)
    assert is_free(first + 1)
    assert first + 1 < 32768
