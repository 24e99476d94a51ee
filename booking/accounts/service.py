"""Staff accounts, and who may see what."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from booking.domain.appointment import State
from booking.domain.errors import InvalidInput
from booking.models.appointment import Appointment
from booking.models.user import Role, User
from booking.services.passwords import hashed

SHORTEST_PASSWORD = 12
SEES_ALL = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


class Viewer(Protocol):
    """Somebody signed in, as far as it decides what they may see."""

    @property
    def role(self) -> Role:
        """What they may do."""
        ...

    @property
    def therapist_id(self) -> int | None:
        """Whose sessions are theirs; None for everybody but therapists."""
        ...


def may_see(user: Viewer, appointment: Appointment) -> bool:
    """Whether this person may open this appointment: a therapist only their own sessions."""
    if user.role in SEES_ALL:
        return True
    return user.role is Role.THERAPIST and user.therapist_id == appointment.therapist_id


def may_see_patient(session: Session, user: Viewer, patient_id: UUID) -> bool:
    """Whether this person may open this patient's history.

    A therapist may as soon as the patient has a session with them, cancelled ones aside.
    """
    if user.role in SEES_ALL:
        return True
    if user.role is not Role.THERAPIST or user.therapist_id is None:
        return False
    # A patient who cancelled is no patient of theirs any more; one who never came may be.
    shared = exists().where(
        Appointment.patient_id == patient_id,
        Appointment.therapist_id == user.therapist_id,
        Appointment.state.not_in([State.HELD, State.CANCELLED]),
        # Nor is one by being booked in their name.
        Appointment.proven_at.is_not(None),
    )
    return bool(session.scalar(select(shared)))


def add_user(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    role: Role,
    therapist_id: int | None,
    now: datetime,
) -> User:
    """Add an account.

    Raises InvalidInput where the address is in use, the password is short, or a therapist's
    account does not say whose it is.
    """
    fields = {}
    if len(password) < SHORTEST_PASSWORD:
        fields["password"] = f"A password has at least {SHORTEST_PASSWORD} characters."
    if session.scalar(select(func.count()).where(User.email == normal_email(email))):
        fields["email"] = "There is an account with this mail address."
    if (role is Role.THERAPIST) != (therapist_id is not None) or role is Role.PATIENT:
        fields["role"] = "A therapist's account names its therapist; no other account does."
    if fields:
        raise InvalidInput("The account was not added.", fields)
    user = User(
        email=normal_email(email),
        name=name.strip(),
        password_hash=hashed(password),
        role=role,
        therapist_id=therapist_id,
        active=True,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user


def normal_email(email: str) -> str:
    """Return a mail address as accounts are found by it."""
    return email.strip().casefold()


def is_usable(user: User) -> bool:
    """Whether somebody may sign in to an account."""
    # A therapist's account without its therapist would have no bounds to what it sees.
    if user.role is Role.THERAPIST:
        return user.active and user.therapist_id is not None
    return user.active and user.role in SEES_ALL
