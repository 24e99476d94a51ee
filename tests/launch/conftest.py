"""A stack of small programs, on ports and in a folder of its own."""

import pytest
from ruamel.yaml import YAML

from launch import restarts, units
from launch.local_settings import Ports
from launch.ports import free_port
from launch.programs import PROJECT, Programs
from launch.stack import Stack


@pytest.fixture
def ports():
    first = free_port(together=3)
    return Ports(web=first, sandbox=first + 1)


@pytest.fixture
def make(tmp_path, ports):
    stacks = []

    def _make(*staying, once=(), ports=ports, data_dir=tmp_path / "var"):
        programs = Programs(tuple(once), tuple(staying))
        stacks.append(Stack(data_dir, ports, {}, lambda env: programs))
        return stacks[-1]

    yield _make
    for stack in stacks:
        stack.stop()


@pytest.fixture
def tended(make):
    """Make a stack, start it, and return what tends it until something is so."""

    def _tended(*staying, **more):
        stack = make(*staying, **more)
        stack.told = []
        stack.said = lambda name, line: stack.told.append(f"{name}: {line}")
        stack.start()
        return stack

    return _tended


@pytest.fixture
def impatient(monkeypatch):
    """Let pauses and what counts as a long life be short."""
    for module in (restarts, units):
        for name, seconds in (("LONG_PAUSE_S", 0.3), ("STAYS_WELL_S", 3.0)):
            monkeypatch.setattr(module, name, seconds, raising=False)
    monkeypatch.setattr(restarts, "FIRST_PAUSE_S", 0.01)


@pytest.fixture(scope="session")
def compose():
    """docker-compose.yml as it is read."""
    return YAML(typ="safe").load(PROJECT / "docker-compose.yml")
