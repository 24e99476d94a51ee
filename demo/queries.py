"""What the demo asks the tables: whether it may begin, and what no room has a verb for."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.checkins.models import CheckIn
from booking.checkins.rules.scores import CheckInKind
from booking.messaging.kinds import Kind
from booking.messaging.message import UNSENT
from booking.messaging.models import Message
from booking.therapists.eligibility import CredentialType
from booking.therapists.models import Credential, Therapist


def has_therapists(session: Session) -> bool:
    """Whether somebody works here already."""
    return session.scalar(select(Therapist.id).limit(1)) is not None


def credentials(session: Session, therapist_id: int, type_: CredentialType) -> Sequence[Credential]:
    """Return a therapist's credentials of a type."""
    return session.scalars(
        select(Credential).where(Credential.therapist_id == therapist_id, Credential.type == type_)
    ).all()


def can_sign_in(session: Session, emails: Collection[str]) -> bool:
    """Whether one of these accounts can sign in."""
    accounts = select(User.id).where(User.email.in_(emails), User.active)
    return session.scalar(accounts.limit(1)) is not None


def check_in(session: Session, appointment_id: UUID, kind: CheckInKind) -> CheckIn | None:
    """Return the check-in of a kind around an appointment."""
    return session.scalar(
        select(CheckIn).where(CheckIn.appointment_id == appointment_id, CheckIn.kind == kind)
    )


def due_messages(session: Session, appointment_id: UUID, now: datetime) -> Sequence[Message]:
    """Return what was due about an appointment by now and has not left."""
    return session.scalars(
        select(Message).where(
            Message.appointment_id == appointment_id,
            Message.state.in_(UNSENT),
            Message.due_at <= now,
        )
    ).all()


def next_message(session: Session, appointment_id: UUID, kind: Kind) -> Message | None:
    """Return the first message of a kind that waits to go about an appointment."""
    return session.scalar(
        select(Message)
        .where(
            Message.appointment_id == appointment_id,
            Message.state.in_(UNSENT),
            Message.kind == kind,
        )
        .order_by(Message.due_at, Message.id)
        .limit(1)
    )
