"""What the tests of the workers share: a spool in a folder of the test's own."""

from datetime import timedelta

import pytest

from workers.spool import Spool


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "broker" / "queue"


@pytest.fixture
def aside(tmp_path):
    return tmp_path / "broker" / "set-aside"


@pytest.fixture
def ticks(folder):
    return Spool(folder, keep=timedelta(minutes=5))
