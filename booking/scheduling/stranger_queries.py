"""What stands on a phone, a mail address or a visitor that may have shown nothing of itself."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.clinic.policy import DAY
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Channel, kinds_that
from booking.messaging.models import Message
from booking.patients.models import Patient
from booking.scheduling.models import Appointment
from booking.scheduling.states import OPEN_STATES, State

_STANDING = Appointment.state.in_(OPEN_STATES)
_TOOK_PLACE = (State.ARRIVED, State.DONE)
_FIRST_MAILS = sorted(kinds_that(lambda rules: rules.answers_booking))


class Bookings(NamedTuple):
    """How many sessions stand: booked by a visitor within a day, coming on a phone and a mail."""

    by_visitor: int
    on_phone: int
    on_mail: int


def _asked(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    return column == bindparam(name, type_=column.type)


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    counted = select(func.count(Appointment.id)).where(_STANDING, *conditions)
    return counted.scalar_subquery()


def _first(query: Select[Any], name: str) -> Select[Any]:
    """Have the few rows of a query found before appointments are looked at.

    PostgreSQL plans a prepared statement once. On the empty tables of a new clinic it would
    join by reading both in full, and keep to that for as long as they have no statistics.
    """
    few = query.cte(name).prefix_with("MATERIALIZED", dialect="postgresql")
    return select(few.c[0])


_COMING = Appointment.starts_at > bindparam("now", type_=Appointment.starts_at.type)
_BY_VISITOR = _count(
    _asked(Appointment.visitor, "visitor"),
    Appointment.created_at > bindparam("since", type_=Appointment.created_at.type),
)
_WITH_PHONE = _first(select(Patient.id).where(_asked(Patient.phone, "phone")), "with_phone")
_ON_PHONE = _count(_COMING, Appointment.patient_id.in_(_WITH_PHONE))
# By the mail that each booking was answered with: its spelling is the one that counts.
_ANSWERED = select(Message.appointment_id).where(
    _asked(Message.counted_as, "mail"),
    Message.channel == Channel.EMAIL,
    Message.kind.in_(_FIRST_MAILS),
)
_ON_MAIL = _count(_COMING, Appointment.id.in_(_first(_ANSWERED, "answered")))
# Made once: making a statement costs as much as running it.
_BOOKINGS = select(_BY_VISITOR, _ON_PHONE, _ON_MAIL)


def bookings(session: Session, visitor: str, phone: str, mail: str, now: datetime) -> Bookings:
    """Count what stands, in one statement; `mail` is spelled as it is counted."""
    asked = {"visitor": visitor, "phone": phone, "mail": mail, "now": now, "since": now - DAY}
    return Bookings(*session.connection().execute(_BOOKINGS, asked).one())


def is_proven(session: Session, phone: str) -> bool:
    """Whether a text ever came from a phone, or somebody with it ever came to a session."""
    came = exists().where(
        Appointment.patient_id == Patient.id,
        Patient.phone == phone,
        Appointment.state.in_(_TOOK_PLACE),
    )
    # What a check-in page kept stands beside the texts, under an id of its own.
    texted = exists().where(InboundMessage.phone == phone, InboundMessage.sid.not_like("web-%"))
    return bool(session.scalar(select(or_(came, texted))))
