"""What the current request works with: the process's runtime, and what time it is."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import cast

from flask import current_app, g

from booking.clinic.actor import Actor
from booking.clinic.clinic import Clinic
from booking.clinic.unit_of_work import UnitOfWork
from booking.runtime import Runtime

EXTENSION = "lupine"


def runtime() -> Runtime:
    """Return what this process was built with."""
    return cast(Runtime, current_app.extensions[EXTENSION])


def clinic() -> Clinic:
    """Return the clinic this site belongs to."""
    return runtime().clinic


def now() -> datetime:
    """Return the instant of this request: one for all that it does, aware UTC."""
    if "now" not in g:
        g.now = runtime().clock.now()
    return cast(datetime, g.now)


def unit_of_work(actor: Actor) -> AbstractContextManager[UnitOfWork]:
    """Open a unit of work; it is kept when the block ends well.

    Its instant is read as its transaction begins: of two that wait for each other, the one that
    comes second in the database is then the later one by the clock too.
    """
    return runtime().unit_of_work(actor)


def read_only(actor: Actor) -> AbstractContextManager[UnitOfWork]:
    """Open a unit of work at the instant of this request, of which nothing is kept."""
    return runtime().read_only(actor, now())
