"""What the current request works with: the process's runtime, and what time it is."""

from datetime import datetime
from typing import cast

from flask import current_app, g

from booking.clinic.clinic import Clinic
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
