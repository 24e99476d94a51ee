"""Staff accounts, and who may see what."""

from dataclasses import dataclass
from typing import Final

from booking.accounts import queries
from booking.accounts.models import NO_PASSWORD, Role, User
from booking.accounts.passwords import hashed
from booking.clinic.actor import Everything, Nothing, OwnPatients, StaffActor
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import Flaw, InvalidInput, NotPermitted
from booking.kit.mail_address import InvalidEmail, parse_email

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 200
LONGEST_NAME: Final = 120
FEWEST_LETTERS: Final = 5
"""Different ones in a password: twelve times the same letter is none."""
SEES_ALL: Final = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class AccountFacts:
    """Whose account it is, and as what; a therapist's names the therapist, no other does."""

    email: str
    name: str
    role: Role
    therapist_id: int | None = None


@dataclass(frozen=True)
class NewUser:
    """An account to be added.

    Without a password nobody can sign in to it until an invitation is taken.
    """

    email: str
    name: str
    password: str | None
    role: Role
    therapist_id: int | None = None

    @property
    def facts(self) -> AccountFacts:
        """Whose account it is to be, and as what."""
        return AccountFacts(self.email, self.name, self.role, self.therapist_id)


def add_user(uow: UnitOfWork, new: NewUser) -> User:
    """Add an account; who may is the caller's to ask (booking.accounts.administration).

    Raises InvalidInput where the address is in use, the password is short, or a therapist's
    account does not say whose it is.
    """
    fields = flaws_of(uow, new.facts)
    wrong = None if new.password is None else check_password(new.password, new.email)
    if wrong is not None:
        fields["password"] = wrong
    if fields:
        raise InvalidInput(**fields)
    user = User(
        email=normal_email(new.email),
        name=new.name.strip(),
        password_hash=NO_PASSWORD if new.password is None else hashed(new.password),
        role=new.role,
        therapist_id=new.therapist_id,
        active=True,
        created_at=uow.now,
    )
    uow.session.add(user)
    uow.session.flush()
    return user


def flaws_of(uow: UnitOfWork, facts: AccountFacts) -> dict[str, Flaw]:
    """Return what is wrong with the facts of an account that is to be, by field."""
    fields = {}
    if not facts.name.strip():
        fields["name"] = Flaw("name_missing")
    elif len(facts.name.strip()) > LONGEST_NAME:
        fields["name"] = Flaw("name_too_long", {"longest": LONGEST_NAME})
    flaw = email_flaw(uow, facts.email)
    if flaw is not None:
        fields["email"] = flaw
    is_therapist = facts.role is Role.THERAPIST
    if is_therapist != (facts.therapist_id is not None) or facts.role is Role.PATIENT:
        fields["role"] = Flaw("role_without_its_therapist")
    return fields


def email_flaw(uow: UnitOfWork, email: str) -> Flaw | None:
    """Return what is wrong with a mail address for an account that does not have it yet."""
    try:
        parse_email(email)
    except InvalidEmail as wrong:
        return wrong.flaw
    if queries.by_email(uow.session, normal_email(email)) is not None:
        return Flaw("email_has_account")
    return None


def check_password(password: str, email: str) -> Flaw | None:
    """Return what is wrong with a password that somebody wants to have."""
    if len(password) < SHORTEST_PASSWORD:
        return Flaw("password_too_short", {"shortest": SHORTEST_PASSWORD})
    if len(password) > LONGEST_PASSWORD:
        return Flaw("password_too_long", {"longest": LONGEST_PASSWORD})
    if len(set(password)) < FEWEST_LETTERS or normal_email(email) in password.casefold():
        return Flaw("password_guessable")
    return None


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


def _sees(user: User) -> Everything | OwnPatients | Nothing | None:
    if user.role in SEES_ALL:
        return Everything()
    if user.role is Role.AUDITOR:
        return Nothing()
    # A therapist's account without its therapist would have no bounds to what it sees.
    if user.role is Role.THERAPIST and user.therapist_id is not None:
        return OwnPatients(user.therapist_id)
    return None
