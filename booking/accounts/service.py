"""Staff accounts, and who may see what."""

from dataclasses import dataclass

from booking.accounts import queries
from booking.accounts.models import Role, User
from booking.accounts.passwords import hashed
from booking.clinic.actor import Everything, OwnPatients, StaffActor
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import Flaw, InvalidInput, NotPermitted

SHORTEST_PASSWORD = 12
SEES_ALL = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class NewUser:
    """An account to be added; a therapist's names the therapist, no other account does."""

    email: str
    name: str
    password: str
    role: Role
    therapist_id: int | None = None


def add_user(uow: UnitOfWork, new: NewUser) -> User:
    """Add an account.

    Raises InvalidInput where the address is in use, the password is short, or a therapist's
    account does not say whose it is.
    """
    fields = {}
    if len(new.password) < SHORTEST_PASSWORD:
        fields["password"] = Flaw("password_too_short", {"shortest": SHORTEST_PASSWORD})
    if queries.by_email(uow.session, normal_email(new.email)) is not None:
        fields["email"] = Flaw("email_has_account")
    is_therapist = new.role is Role.THERAPIST
    if is_therapist != (new.therapist_id is not None) or new.role is Role.PATIENT:
        fields["role"] = Flaw("role_without_its_therapist")
    if fields:
        raise InvalidInput(**fields)
    user = User(
        email=normal_email(new.email),
        name=new.name.strip(),
        password_hash=hashed(new.password),
        role=new.role,
        therapist_id=new.therapist_id,
        active=True,
        created_at=uow.now,
    )
    uow.session.add(user)
    uow.session.flush()
    return user


def normal_email(email: str) -> str:
    """Return a mail address as accounts are found by it."""
    return email.strip().casefold()


def is_usable(user: User) -> bool:
    """Whether somebody may sign in to an account."""
    return user.active and _sees(user) is not None


def actor_of(user: User) -> StaffActor:
    """Return whoever signed in to an account, as far as they see; the account is usable."""
    sees = _sees(user)
    if sees is None:
        raise NotPermitted
    return StaffActor(user.id, sees)


def _sees(user: User) -> Everything | OwnPatients | None:
    if user.role in SEES_ALL:
        return Everything()
    # A therapist's account without its therapist would have no bounds to what it sees.
    if user.role is Role.THERAPIST and user.therapist_id is not None:
        return OwnPatients(user.therapist_id)
    return None
