"""Databases and disks at fault, for as long as a block lasts, and what a page says then."""

import sqlite3
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from booking.kit.db import db
from booking.web.app import create_app
from booking.web.limits import limiter
from tests.build.times import SettableClock
from tests.web.world import NOW, add_therapist

CALLS = ("Your appointments stand", "+1 212 555 0100")


@contextmanager
def opened(settings, clock=None):
    """A site with Dana, on these settings."""
    app = create_app(settings, clock=clock or SettableClock(NOW))
    limiter.reset()
    with app.extensions["lupine"].database.transaction() as session:
        add_therapist(session)
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def locked(file):
    """Another program writes to the file and does not end."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.rollback()
    other.close()


@contextmanager
def read_only(app):
    """No connection may write, as on a disk that is mounted read-only."""
    with app.app_context():
        engine = db.engine

    def refuse(connection, _record, _proxy):
        connection.execute("PRAGMA query_only=ON")

    event.listen(engine, "checkout", refuse)
    yield
    event.remove(engine, "checkout", refuse)
    engine.dispose()


@contextmanager
def full(folder):
    """A file on the disk takes the room there is."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):  # noqa: PT012
        while True:
            file.write(b"\0" * 4096)
    yield
    filler.unlink()


def form_with(browser):
    return browser.get("/therapists/dana-demo?from=2026-03-03").form("/holds")


def assert_kind(page, status=503):
    assert page.status == status
    assert int(page.headers["Retry-After"]) > 0
    for words in CALLS:
        assert words in page.text
    assert "Traceback" not in page.html
