"""What tests of the website look up in the database."""

from sqlalchemy import func, select

from booking.scheduling.models import Appointment


def count(runtime, what):
    with runtime.database.read_only() as session:
        return session.scalar(select(func.count()).select_from(what))


def states(runtime):
    with runtime.database.read_only() as session:
        return sorted(one.state for one in session.scalars(select(Appointment)))
