"""Alerts: those that a danger joins or repeats, and those that somebody may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true, union_all
from sqlalchemy.orm import Session, joinedload

from booking.clinic.actor import Actor, Everything
from booking.kit.upsert import insert_or_ignore
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Channel, Kind, kept_as
from booking.messaging.message import NEVER_ARRIVES, MessageState
from booking.messaging.models import Message
from booking.patients.models import Patient
from booking.safety.models import Alert, AlertCause
from booking.safety.rules.red_flags import Tier
from booking.safety.states import AlertState
from booking.scheduling.models import Appointment
from booking.scheduling.visibility import patient_visible_to, visible_to


@dataclass(frozen=True)
class AlertSubject:
    """What an alert is about: a patient, or where that is not known whoever has a phone.

    `phone` is also where the danger is answered; None where no text may go.
    """

    patient: Patient | None
    phone: str | None
    appointment_id: UUID | None = None
    check_in_id: UUID | None = None
    inbound_sid: str | None = None
    """The text that raised it, where one did."""
    answer_id: UUID | None = None
    """The answer to a check-in that raised it, where one did."""


def is_known(session: Session, source_key: str) -> bool:
    """Whether a source has raised an alert before, or was joined to one."""
    of_alerts = select(Alert.source_key).where(Alert.source_key == source_key)
    joined = select(AlertCause.source_key).where(AlertCause.source_key == source_key)
    return session.execute(union_all(of_alerts, joined)).first() is not None


def find_similar_open(
    session: Session, tier: Tier, subject: AlertSubject, *, since: datetime
) -> Alert | None:
    """Lock the newest alert of the same tier, person and matter that nobody has in hand."""
    # The tier is encrypted: those of the last while about one person are few.
    found = session.scalars(
        select(Alert)
        .where(
            _about(subject, since),
            Alert.appointment_id.is_not_distinct_from(subject.appointment_id),
            Alert.check_in_id.is_not_distinct_from(subject.check_in_id),
        )
        .order_by(Alert.opened_at.desc(), Alert.id.desc())
        .with_for_update()
    )
    return next((one for one in found if one.tier is tier), None)


def count_in_hand(session: Session, user_id: UUID) -> int:
    """Return how many alerts somebody has taken in hand and not closed."""
    found = select(func.count()).select_from(Alert)
    in_hand = found.where(Alert.acknowledged_by == user_id, Alert.state == AlertState.ACKNOWLEDGED)
    return session.scalar(in_hand) or 0


def join(session: Session, values: dict[str, Any]) -> bool:
    """Keep with an alert what says the same once more; False where it was kept before."""
    return insert_or_ignore(session, AlertCause, values, ["source_key"])


def sources_of_open(
    session: Session, tiers: Collection[Tier], subject: AlertSubject, since: datetime
) -> Sequence[str]:
    """Return what raised the open alerts of these tiers about somebody, or was joined to them."""
    found = session.scalars(select(Alert).where(_about(subject, since)))
    as_grave = [one for one in found if one.tier in tiers]
    if not as_grave:
        return ()
    joined = session.scalars(
        select(AlertCause.source_key).where(AlertCause.alert_id.in_([one.id for one in as_grave]))
    )
    return [*(one.source_key for one in as_grave), *joined]


def was_delivered(session: Session, dedupe_keys: Collection[str]) -> bool:
    """Whether any of these messages has left or still will."""
    return (
        session.scalar(
            select(Message.id)
            .where(Message.dedupe_key.in_(dedupe_keys), Message.state.not_in(NEVER_ARRIVES))
            .limit(1)
        )
        is not None
    )


def was_answered(
    session: Session, kind: Kind, phone: str, *, since: datetime, now: datetime
) -> bool:
    """Whether a safety text of a kind is on its way to a phone, or got there, since an instant.

    One that failed does not count, nor one that may never have left, nor one that waits.
    """
    answers = session.scalars(
        select(Message.sealed_kind).where(
            Message.recipient == phone,
            Message.channel == Channel.SMS,
            Message.kind == kept_as(kind),
            Message.created_at > since,
            Message.due_at <= now,
            Message.state.not_in(NEVER_ARRIVES | {MessageState.UNKNOWN}),
        )
    )
    return kind in set(answers)


def not_closed(session: Session, actor: Actor) -> Sequence[Alert]:
    """Return the alerts an actor sees that nobody has closed, with their patients."""
    return session.scalars(
        select(Alert)
        .where(Alert.state != AlertState.CLOSED, alert_visible_to(actor))
        .options(joinedload(Alert.patient))
    ).all()


def count_open(session: Session, actor: Actor) -> int:
    """Count the alerts an actor sees that nobody has acknowledged."""
    query = select(func.count()).select_from(Alert)
    query = query.where(Alert.state == AlertState.OPEN, alert_visible_to(actor))
    return session.scalar(query) or 0


def of_patient(session: Session, actor: Actor, patient: Patient) -> Sequence[Alert]:
    """Return the alerts about a patient, or from their phone, that nobody has closed."""
    from_their_phone = exists().where(
        Alert.patient_id.is_(None),
        InboundMessage.sid == Alert.inbound_sid,
        InboundMessage.phone == patient.phone,
    )
    return session.scalars(
        select(Alert).where(
            Alert.state != AlertState.CLOSED,
            or_(Alert.patient_id == patient.id, from_their_phone),
            patient_visible_to(actor, patient.id),
        )
    ).all()


def tiers_of_check_in(session: Session, check_in_id: UUID) -> Sequence[Tier]:
    """Return how grave what was raised by the answers to a check-in is."""
    return session.scalars(select(Alert.tier).where(Alert.check_in_id == check_in_id)).all()


def get(session: Session, actor: Actor, alert_id: UUID) -> Alert | None:
    """Return an alert, or None where there is none that the actor may see."""
    return session.scalar(_one(actor, alert_id))


def get_for_update(session: Session, actor: Actor, alert_id: UUID) -> Alert | None:
    """Lock an alert, or return None where there is none that the actor may see."""
    query = _one(actor, alert_id).with_for_update(of=Alert)
    return session.scalar(query.execution_options(populate_existing=True))


def count_joined(session: Session, alert_id: UUID) -> int:
    """Count the causes that were joined to an alert."""
    query = select(func.count()).select_from(AlertCause)
    return session.scalars(query.where(AlertCause.alert_id == alert_id)).one()


def joined_to(session: Session, alert_ids: Collection[UUID]) -> Sequence[AlertCause]:
    """Return what was joined to some alerts, the earliest first."""
    return session.scalars(
        select(AlertCause)
        .where(AlertCause.alert_id.in_(alert_ids))
        .order_by(AlertCause.at, AlertCause.source_key)
    ).all()


def alert_visible_to(actor: Actor) -> ColumnElement[bool]:
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


def _one(actor: Actor, alert_id: UUID) -> Select[Alert]:
    return select(Alert).where(Alert.id == alert_id, alert_visible_to(actor))


def _about(subject: AlertSubject, since: datetime) -> ColumnElement[bool]:
    about: ColumnElement[bool]
    if subject.patient is not None:
        about = Alert.patient_id == subject.patient.id
    else:
        from_there = select(InboundMessage.sid).where(InboundMessage.phone == subject.phone)
        about = Alert.patient_id.is_(None) & Alert.inbound_sid.in_(from_there)
    return (Alert.state == AlertState.OPEN) & (Alert.opened_at > since) & about
