"""A PIN opens an account again on a device its owner signed in with some days ago at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from booking.accounts import factor_queries as factors
from booking.accounts import passwords, queries, sessions
from booking.accounts.caller import Caller
from booking.accounts.factor_models import DevicePin
from booking.accounts.models import StaffSession, User
from booking.accounts.own_account import mine
from booking.accounts.passwords import Checked
from booking.accounts.service import is_usable
from booking.audit.service import audit
from booking.clinic.actor import System, staff_id
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import Flaw, InvalidInput, NotPermitted

SHORTEST: Final = 6
LONGEST: Final = 12
_RUNS: Final = ("01234567890123", "98765432109876")


@dataclass(frozen=True)
class PinOwner:
    """Whose account a PIN opens on a device."""

    id: UUID
    name: str


@dataclass(frozen=True)
class PinTry:
    """A PIN that may be tried once: whose, and its hash."""

    user_id: UUID
    pin_hash: str


def has_pin(uow: UnitOfWork, device: str) -> bool:
    """Whether one's own account has a PIN on a device that still opens it."""
    return _opens(uow, factors.pin(uow.session, staff_id(uow.actor), device), mine(uow))


def owners(uow: UnitOfWork, device: str) -> Sequence[PinOwner]:
    """Return whose accounts a PIN opens on a device, by name."""
    since = uow.now - uow.policies.sign_in.pin_for
    found = factors.pins_on(uow.session, device, since)
    return [PinOwner(user.id, user.name) for pin, user in found if _opens(uow, pin, user)]


def check_new(pin: str) -> None:
    """Raise InvalidInput where a PIN is no good."""
    wrong = None
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        wrong = Flaw("pin_not_digits", {"shortest": SHORTEST, "longest": LONGEST})
    elif len(set(pin)) < 3 or any(pin in run for run in _RUNS):
        wrong = Flaw("pin_guessable")
    if wrong is not None:
        raise InvalidInput(pin=wrong)


def choose(uow: UnitOfWork, device: str, pin_hash: str) -> None:
    """Let a PIN open one's own account on a device from now on."""
    user = mine(uow)
    factors.drop_pin(uow.session, user.id, device)
    uow.session.add(
        DevicePin(
            user_id=user.id,
            device=device,
            pin_hash=pin_hash,
            password_mark=passwords.mark_of(user.password_hash),
            failures=0,
            full_at=uow.now,
        )
    )
    audit(uow, action="pin_chosen", subject="user", subject_id=user.id)


def remove(uow: UnitOfWork, device: str) -> None:
    """Let no PIN open one's own account on a device."""
    factors.drop_pin(uow.session, staff_id(uow.actor), device)
    audit(uow, action="pin_removed", subject="user", subject_id=staff_id(uow.actor))


def take_try(uow: UnitOfWork, user_id: UUID, device: str) -> PinTry:
    """Count a try before the PIN is looked at, so that many at once are no more than it.

    Raises NotPermitted where no PIN opens the account here, or there were too many tries.
    """
    user = queries.get(uow.session, user_id)
    pin = factors.pin(uow.session, user_id, device)
    if user is None or pin is None or not _opens(uow, pin, user):
        raise NotPermitted("pin_not_here")
    if not factors.take_pin_try(uow.session, user_id, device, uow.policies.sign_in.pin_tries):
        raise NotPermitted("pin_not_here")
    return PinTry(user_id, pin.pin_hash)


def sign_in(
    uow: UnitOfWork, tried: PinTry, checked: Checked, by: Caller
) -> tuple[StaffSession, User]:
    """Begin a session with a PIN that was right; raises NotPermitted."""
    user = queries.get(uow.session, tried.user_id)
    pin = factors.pin(uow.session, tried.user_id, by.device)
    is_same = pin is not None and pin.pin_hash == tried.pin_hash
    # This try is counted already: how many there were was asked before it.
    if user is None or not is_same or not checked.is_right or not _is_in_force(uow, pin, user):
        raise NotPermitted("pin_wrong")
    factors.forgive_pin(uow.session, user.id, by.device)
    return sessions.begin_by_pin(uow, user, by), user


def note_failure(uow: UnitOfWork, user_id: UUID, device: str) -> bool:
    """Put a wrong PIN on the record; returns whether there are tries left."""
    acting = uow.acting_as(System.SIGN_IN)
    audit(acting, action="pin_failed", subject="user", subject_id=user_id)
    pin = factors.pin(uow.session, user_id, device)
    if pin is None or pin.failures >= uow.policies.sign_in.pin_tries:
        factors.drop_pin(uow.session, user_id, device)
        return False
    return True


def _opens(uow: UnitOfWork, pin: DevicePin | None, user: User) -> bool:
    has_tries = pin is not None and pin.failures < uow.policies.sign_in.pin_tries
    return has_tries and _is_in_force(uow, pin, user)


def _is_in_force(uow: UnitOfWork, pin: DevicePin | None, user: User) -> bool:
    return (
        pin is not None
        and is_usable(user)
        and pin.password_mark == passwords.mark_of(user.password_hash)
        and uow.now - pin.full_at < uow.policies.sign_in.pin_for
    )
