"""Alerts: what a person must look at, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Case, ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.domain.appointment import State
from booking.domain.errors import InvalidInput, MoveNotAllowed, NotFound
from booking.domain.redflags import Tier
from booking.models.appointment import Appointment
from booking.models.check_in import Alert, AlertState, Answer
from booking.models.conversation import InboundMessage
from booking.models.patient import Patient
from booking.models.user import User

URGENCY: Sequence[Tier] = (Tier.RED, Tier.CRISIS, Tier.AMBER, Tier.REVIEW)
"""Most urgent first."""


@dataclass(frozen=True)
class Cause:
    """What raised an alert: the patient's own words, or three numbers, or both."""

    text: InboundMessage | None
    answer: Answer | None


def open_alerts(session: Session, therapist_id: int | None) -> list[Alert]:
    """Return the alerts nobody has closed, most urgent first, then oldest first.

    With a therapist: those their own sessions raised, and those of patients who have a session
    with them, because a danger concerns everybody who treats that patient.
    """
    query = (
        select(Alert)
        .where(Alert.state != AlertState.CLOSED)
        .order_by(_rank(), Alert.opened_at, Alert.id)
        .options(joinedload(Alert.patient))
    )
    if therapist_id is not None:
        query = query.where(_concerns(therapist_id))
    return list(session.scalars(query))


def count_open(session: Session, therapist_id: int | None) -> int:
    """Return how many alerts nobody has acknowledged, of all or of a therapist's patients."""
    query = select(func.count()).select_from(Alert).where(Alert.state == AlertState.OPEN)
    if therapist_id is not None:
        query = query.where(_concerns(therapist_id))
    return session.scalar(query) or 0


def of_patient(session: Session, patient: Patient) -> list[Alert]:
    """Return the alerts about a patient that nobody has closed, most urgent first.

    Those from the patient's phone count too where it was not clear who of several had written.
    """
    from_their_phone = exists().where(
        Alert.patient_id.is_(None),
        InboundMessage.sid == Alert.inbound_sid,
        InboundMessage.phone == patient.phone,
    )
    return list(
        session.scalars(
            select(Alert)
            .where(
                Alert.state != AlertState.CLOSED,
                or_(Alert.patient_id == patient.id, from_their_phone),
            )
            .order_by(_rank(), Alert.opened_at, Alert.id)
        )
    )


def causes(session: Session, alerts: Sequence[Alert]) -> dict[UUID, Cause]:
    """Return what raised each of these alerts, by the alert's id: two statements for all.

    An answer that raised one is shown even where the patient has corrected it since.
    """
    texts = {
        one.sid: one
        for one in session.scalars(
            select(InboundMessage).where(
                InboundMessage.sid.in_([a.inbound_sid for a in alerts if a.inbound_sid])
            )
        )
    }
    answers = session.scalars(
        select(Answer).where(
            Answer.check_in_id.in_([a.check_in_id for a in alerts if a.check_in_id])
        )
    ).all()
    by_id = {str(one.id): one for one in answers}
    current = {one.check_in_id: one for one in answers if one.replaced_at is None}
    return {
        alert.id: Cause(
            text=texts.get(alert.inbound_sid or ""),
            answer=None
            if alert.inbound_sid or alert.check_in_id is None
            else by_id.get(_answer_id(alert), current.get(alert.check_in_id)),
        )
        for alert in alerts
    }


def _answer_id(alert: Alert) -> str:
    """Return the id of the answer that raised an alert, from `answer:<id>:<tier>`."""
    return alert.source_key.removeprefix("answer:").partition(":")[0]


def handlers(session: Session, alerts: Sequence[Alert]) -> dict[UUID, str]:
    """Return the names of those who have these alerts in hand, by their account's id."""
    ids = {alert.acknowledged_by for alert in alerts if alert.acknowledged_by}
    return {user.id: user.name for user in session.scalars(select(User).where(User.id.in_(ids)))}


def get(session: Session, alert_id: UUID, therapist_id: int | None) -> Alert:
    """Return one alert, closed or not; with a therapist only if it concerns them.

    Raises NotFound.
    """
    query = select(Alert).where(Alert.id == alert_id)
    if therapist_id is not None:
        query = query.where(_concerns(therapist_id))
    alert = session.scalar(query)
    if alert is None:
        raise NotFound("There is no such alert.")
    return alert


def acknowledge(session: Session, alert_id: UUID, *, user_id: UUID, now: datetime) -> Alert:
    """Note that a person has the alert in hand; the first one stays named.

    Raises NotFound, and MoveNotAllowed once it is closed.
    """
    alert = _locked(session, alert_id)
    if alert.state is AlertState.CLOSED:
        raise MoveNotAllowed("This alert is closed already.")
    if alert.state is AlertState.OPEN:
        alert.state = AlertState.ACKNOWLEDGED
        alert.acknowledged_at = now
        alert.acknowledged_by = user_id
    return alert


def close(session: Session, alert_id: UUID, outcome: str, *, user_id: UUID, now: datetime) -> Alert:
    """Close an alert with what came of it; whoever closes an open one has also seen it.

    Raises NotFound, InvalidInput without an outcome, and MoveNotAllowed if it is closed: what
    was written once is never written over.
    """
    if not outcome.strip():
        raise InvalidInput(
            "Please say what came of it.", {"outcome": "Say what came of it before you close it."}
        )
    alert = acknowledge(session, alert_id, user_id=user_id, now=now)
    alert.state = AlertState.CLOSED
    alert.closed_at = now
    alert.closed_by = user_id
    alert.outcome = outcome.strip()
    return alert


def _locked(session: Session, alert_id: UUID) -> Alert:
    alert = session.get(Alert, alert_id, with_for_update=True)
    if alert is None:
        raise NotFound("There is no such alert.")
    return alert


def _rank() -> Case[int]:
    return case({tier: place for place, tier in enumerate(URGENCY)}, value=Alert.tier)


def _concerns(therapist_id: int) -> ColumnElement[bool]:
    theirs = exists().where(
        Appointment.patient_id == Alert.patient_id,
        Appointment.therapist_id == therapist_id,
        or_(
            Appointment.id == Alert.appointment_id,
            Appointment.state.not_in([State.HELD, State.CANCELLED]),
        ),
    )
    # A text from a phone that several patients share names none of them: it concerns all.
    on_that_phone = exists().where(
        Alert.patient_id.is_(None),
        InboundMessage.sid == Alert.inbound_sid,
        Patient.phone == InboundMessage.phone,
        Appointment.patient_id == Patient.id,
        Appointment.therapist_id == therapist_id,
        Appointment.state.not_in([State.HELD, State.CANCELLED]),
    )
    return or_(theirs, on_that_phone)
