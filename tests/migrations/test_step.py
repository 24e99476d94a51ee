"""`make step`, run in a copy of the project whose tables have grown."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from booking.database_shape import newest_step
from launch.bootstrap import PROJECT, STAMP, digest

NEEDED = ("booking", "launch", "tests/__init__.py", "tests/build", "Makefile", "pyproject.toml")
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
GROWN = '''
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column
from booking.kit.base import Id
from booking.kit.column_types import EncryptedText

Patient.nickname = mapped_column(String(20), nullable=True)


class Kettle(Base):
    """What tea is made with."""

    __tablename__ = "kettle"

    id: Mapped[Id]
    secret: Mapped[str] = mapped_column(EncryptedText)
'''
UPGRADE = "import sys; from tests.build.databases import migrate; migrate(sys.argv[1])"


@pytest.fixture
def copy(tmp_path):
    """The project in a folder of its own, which uses the libraries installed here."""
    copy = tmp_path / "project"
    for name in (*NEEDED, *REQUIREMENTS):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        _copy(PROJECT / name, copy / name)
    environment = copy / ".venv"
    environment.mkdir()
    for one in Path(sys.prefix).iterdir():
        if one.name != STAMP:
            (environment / one.name).symlink_to(one)
    stamp = {name: digest(copy, [name]) for name in REQUIREMENTS}
    (environment / STAMP).write_text(json.dumps(stamp))
    return copy


def _copy(original, copy):
    if original.is_dir():
        shutil.copytree(original, copy, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(original, copy)


def in_copy(copy, *command):
    quiet = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=copy, env=quiet, capture_output=True, text=True)


def make_step(copy, *what):
    return in_copy(copy, "make", f"PYTHON={sys.executable}", "step", *what)


def steps_in(copy):
    return {file.name for file in (copy / "booking/migrations/versions").glob("*.py")}


def test_the_next_step_is_numbered_and_brings_a_database_to_the_tables(copy):
    before = steps_in(copy)
    with (copy / "booking" / "tables.py").open("a") as tables:
        tables.write(GROWN)

    made = make_step(copy, "WHAT=Kettles and nicknames")

    assert made.returncode == 0, made.stderr
    number = f"{int(newest_step()) + 1:04}"
    assert steps_in(copy) - before == {f"{number}_kettles_and_nicknames.py"}
    written = (copy / f"booking/migrations/versions/{number}_kettles_and_nicknames.py").read_text()
    assert written.startswith('"""Kettles and nicknames\n')
    assert f'revision = "{number}"\ndown_revision = "{newest_step()}"\n' in written
    assert "import booking" not in written
    assert "from booking" not in written
    # An upgrade that ends at the newest step refuses a database that is not as the tables are.
    upgraded = in_copy(copy, sys.executable, "-c", UPGRADE, f"sqlite:///{copy}/any.sqlite3")
    assert upgraded.returncode == 0, upgraded.stderr


def test_a_step_that_says_not_what_it_does_is_not_written(copy):
    before = steps_in(copy)

    made = make_step(copy)

    assert made.returncode != 0
    assert 'WHAT="what it does" is missing' in made.stderr
    assert steps_in(copy) == before
