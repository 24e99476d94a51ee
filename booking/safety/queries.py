"""Open alerts, what was joined to them, and whether somebody was paged for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, union_all
from sqlalchemy.orm import Session

from booking.kit.upsert import insert_or_ignore
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Channel, Kind, kept_as
from booking.messaging.message import NEVER_ARRIVES, MessageState
from booking.messaging.models import Message
from booking.patients.models import Patient
from booking.safety.models import Alert, JoinedCause
from booking.safety.red_flags import Tier
from booking.safety.states import AlertState


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


def is_known(session: Session, source_key: str) -> bool:
    """Whether a source has raised an alert before, or was joined to one."""
    of_alerts = select(Alert.source_key).where(Alert.source_key == source_key)
    joined = select(JoinedCause.source_key).where(JoinedCause.source_key == source_key)
    return session.execute(union_all(of_alerts, joined)).first() is not None


def find_similar_open(
    session: Session, tier: Tier, subject: AlertSubject, *, since: datetime
) -> Alert | None:
    """Lock the newest alert of the same tier, person and matter that nobody has in hand."""
    # The tier is encrypted: those of the last while about one person are few.
    found = session.scalars(
        select(Alert)
        .where(
            _open(subject, since),
            Alert.appointment_id.is_not_distinct_from(subject.appointment_id),
            Alert.check_in_id.is_not_distinct_from(subject.check_in_id),
        )
        .order_by(Alert.opened_at.desc(), Alert.id.desc())
        .with_for_update()
    )
    return next((one for one in found if one.tier is tier), None)


def join(session: Session, values: dict[str, Any]) -> bool:
    """Keep with an alert what says the same once more; False where it was kept before."""
    return insert_or_ignore(session, JoinedCause, values, ["source_key"])


def sources_of_open(
    session: Session, tiers: Collection[Tier], subject: AlertSubject, since: datetime
) -> Sequence[str]:
    """Return what raised the open alerts of these tiers about somebody, or was joined to them."""
    found = session.scalars(select(Alert).where(_open(subject, since)))
    as_grave = [one for one in found if one.tier in tiers]
    if not as_grave:
        return ()
    joined = session.scalars(
        select(JoinedCause.source_key).where(JoinedCause.alert_id.in_([one.id for one in as_grave]))
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


def _open(subject: AlertSubject, since: datetime) -> ColumnElement[bool]:
    about: ColumnElement[bool]
    if subject.patient is not None:
        about = Alert.patient_id == subject.patient.id
    else:
        from_there = select(InboundMessage.sid).where(InboundMessage.phone == subject.phone)
        about = Alert.patient_id.is_(None) & Alert.inbound_sid.in_(from_there)
    return (Alert.state == AlertState.OPEN) & (Alert.opened_at > since) & about
