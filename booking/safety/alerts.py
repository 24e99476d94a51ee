"""Alerts: what a person must look at, and what became of it."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import joinedload

from booking.accounts.models import User
from booking.clinic.actor import Actor, Everything
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import Flaw, InvalidInput, NotFound
from booking.messaging.inbound_models import InboundMessage
from booking.patients.models import Patient
from booking.safety.models import Alert, JoinedCause
from booking.safety.red_flags import Tier
from booking.safety.states import AlertState, Transition
from booking.safety.transitions import transition
from booking.scheduling.models import Appointment
from booking.scheduling.visibility import patient_visible_to, visible_to

URGENCY: Sequence[Tier] = (Tier.RED, Tier.CRISIS, Tier.AMBER, Tier.REVIEW)
"""Most urgent first."""


def open_alerts(uow: UnitOfWork) -> list[Alert]:
    """Return the alerts nobody has closed, most urgent first, then oldest first.

    A therapist sees those their own sessions raised, and those of patients who have a session
    with them, because a danger concerns everybody who treats that patient.
    """
    return _most_urgent_first(
        uow.session.scalars(
            select(Alert)
            .where(Alert.state != AlertState.CLOSED, _concerns(uow.actor))
            .options(joinedload(Alert.patient))
        )
    )


def count_open(uow: UnitOfWork) -> int:
    """Return how many alerts that this actor sees nobody has acknowledged."""
    query = select(func.count()).select_from(Alert)
    query = query.where(Alert.state == AlertState.OPEN, _concerns(uow.actor))
    return uow.session.scalar(query) or 0


def of_patient(uow: UnitOfWork, patient: Patient) -> list[Alert]:
    """Return the alerts about a patient that nobody has closed, most urgent first.

    None to whom the patient does not concern.

    Those from the patient's phone count too where it was not clear who of several had written.
    """
    from_their_phone = exists().where(
        Alert.patient_id.is_(None),
        InboundMessage.sid == Alert.inbound_sid,
        InboundMessage.phone == patient.phone,
    )
    return _most_urgent_first(
        uow.session.scalars(
            select(Alert).where(
                Alert.state != AlertState.CLOSED,
                or_(Alert.patient_id == patient.id, from_their_phone),
                patient_visible_to(uow.actor, patient.id),
            )
        )
    )


def unproven_bookings(uow: UnitOfWork, alerts: Iterable[Alert]) -> set[UUID]:
    """Return the appointments of alerts that nobody knows the patient to have made."""
    return set(
        uow.session.scalars(
            select(Appointment.id).where(
                Appointment.id.in_({one.appointment_id for one in alerts} - {None}),
                Appointment.proven_at.is_(None),
            )
        )
    )


def assignees(uow: UnitOfWork, alerts: Sequence[Alert]) -> dict[UUID, str]:
    """Return the names of those who have these alerts in hand, by their account's id."""
    ids = {alert.acknowledged_by for alert in alerts if alert.acknowledged_by}
    users = uow.session.scalars(select(User).where(User.id.in_(ids)))
    return {user.id: user.name for user in users}


def get(uow: UnitOfWork, alert_id: UUID) -> Alert:
    """Return one alert, closed or not; raises NotFound where it does not concern the actor."""
    return _found(uow.session.scalar(_one(alert_id, uow.actor)))


def acknowledge(uow: UnitOfWork, alert_id: UUID) -> Alert:
    """Note that a person has the alert in hand; the first one stays named.

    Raises NotFound where it does not concern them, and InvalidTransition once it is closed.
    """
    alert = _locked(uow, alert_id)
    transition(uow, alert, Transition.ACKNOWLEDGE)
    return alert


def close(uow: UnitOfWork, alert_id: UUID, outcome: str, *, seen: int | None = None) -> Alert:
    """Close an alert with what came of it; whoever closes an open one has also seen it.

    `seen` is how many joined causes whoever closes it had before them. Raises NotFound,
    InvalidInput without an outcome or where more has come since, and InvalidTransition if it is
    closed: what was written once is never written over.
    """
    if not outcome.strip():
        raise InvalidInput(outcome=Flaw("outcome_missing"))
    alert = acknowledge(uow, alert_id)
    if seen is not None and _joined_to(uow, alert) > seen:
        raise InvalidInput(outcome=Flaw("more_has_come"))
    transition(uow, alert, Transition.CLOSE, outcome=outcome.strip())
    return alert


def _joined_to(uow: UnitOfWork, alert: Alert) -> int:
    return uow.session.scalars(
        select(func.count()).select_from(JoinedCause).where(JoinedCause.alert_id == alert.id)
    ).one()


def _locked(uow: UnitOfWork, alert_id: UUID) -> Alert:
    query = _one(alert_id, uow.actor).with_for_update(of=Alert)
    return _found(uow.session.scalar(query.execution_options(populate_existing=True)))


def _one(alert_id: UUID, actor: Actor) -> Select[Alert]:
    return select(Alert).where(Alert.id == alert_id, _concerns(actor))


def _found(alert: Alert | None) -> Alert:
    if alert is None:
        raise NotFound
    return alert


def _most_urgent_first(alerts: Iterable[Alert]) -> list[Alert]:
    """Sort here: no query can tell how grave an alert is. Few are open at a time."""
    return sorted(alerts, key=lambda one: (URGENCY.index(one.tier), one.opened_at, one.id))


def _concerns(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that an alert is of a visible session or patient, or of their phone."""
    if isinstance(actor.sees, Everything):
        return true()
    of_own_session = exists().where(
        Appointment.id == Alert.appointment_id,
        Appointment.patient_id == Alert.patient_id,
        visible_to(actor),
    )
    # A text from a phone that several patients share names none of them: it concerns all.
    on_that_phone = exists().where(
        Alert.patient_id.is_(None),
        InboundMessage.sid == Alert.inbound_sid,
        Patient.phone == InboundMessage.phone,
        patient_visible_to(actor, Patient.id),
    )
    return or_(of_own_session, patient_visible_to(actor, Alert.patient_id), on_that_phone)
