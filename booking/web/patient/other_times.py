"""Times to choose from instead of one that is gone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from booking.clinic.actor import System
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import DomainError, SlotTaken
from booking.scheduling import availability
from booking.scheduling.models import Appointment
from booking.web.current import read_only
from booking.web.patient.search import zone_asked
from booking.web.problems import problem_of, status_of

CHOICES_AFTER_LOSS = 6


def other_starts(uow: UnitOfWork, held: Appointment) -> Sequence[datetime]:
    """Return starts to choose from instead: from the lost time on, else the soonest."""
    for after in (held.starts_at, uow.now):
        slots = availability.next_free(uow, held.service_id, after, limit=CHOICES_AFTER_LOSS)
        if slots:
            return [slot.starts_at for slot in slots]
    return []


def choose_another(service_id: UUID, starts_at: datetime, gone: DomainError) -> ResponseReturnValue:
    """Answer somebody whose chosen time cannot be held: the next free ones."""
    with read_only(System.BOOKING_PAGE) as uow:
        service = availability.offered_service(uow, service_id)
        starts = list(gone.next_free) if isinstance(gone, SlotTaken) else []
        for after in (starts_at, uow.now):
            starts = starts or [
                slot.starts_at
                for slot in availability.next_free(uow, service_id, after, limit=CHOICES_AFTER_LOSS)
            ]
        page = render_template(
            "patient/booking/taken.html",
            problem=problem_of(gone),
            service=service,
            starts=starts,
            zone=zone_asked(service.location.zone),
            private=True,
        )
    return page, status_of(gone)
