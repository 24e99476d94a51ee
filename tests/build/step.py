"""Writes the next step of the database's shape, as `make step` asks for it."""

import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from flask_migrate import revision, upgrade

from booking.database_shape import newest_step
from tests.build.databases import application


def write(what):
    """Compare the tables with a database at the newest step, and write down the difference."""
    with TemporaryDirectory() as folder, application(f"sqlite:///{Path(folder, 'any.sqlite3')}"):
        # It takes every step, then refuses to stand behind the tables: that is what to write.
        with suppress(SystemExit):
            upgrade()
        revision(message=what, autogenerate=True, rev_id=f"{int(newest_step()) + 1:04}")


if __name__ == "__main__":
    write(" ".join(sys.argv[1:]) or sys.exit('WHAT="what it does" is missing'))
