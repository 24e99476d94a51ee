"""One reminder and the steps of its way, for tests that stop between them."""

from datetime import timedelta

from booking.messaging import delivery
from booking.messaging.kinds import Kind
from tests.build.times import utc

WEDNESDAY = "2026-03-11T17:00Z"
"""A session at 13:00 in New York, nine days ahead; its reminders come at 13:00 as well."""
FIRST_REMINDER = utc("2026-03-08T17:00Z")


def claim(clinic, owner="sender-1"):
    claimant = delivery.Worker(owner, timedelta(minutes=1))
    with clinic.unit_of_work() as uow:
        return delivery.claim_texts(uow, claimant, rate=100.0).ids


def start(clinic, ids, owner="sender-1"):
    runtime = clinic.runtime
    with clinic.unit_of_work() as uow:
        return delivery.begin_sending(
            uow, ids, owner, subjects=runtime.subjects, texts=runtime.texts
        )


def reminder_of(clinic, booked):
    return clinic.messages(kind=Kind.REMINDER, about=booked)[0]
