"""Who may administer: the one rule, asked by every verb that only an administrator may use."""

from booking.accounts import queries
from booking.accounts.models import Role
from booking.clinic.actor import Actor, StaffActor, System
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import NotPermitted

TRUSTED = frozenset({System.CONSOLE})
"""Whoever runs commands on the machine could as well write into the database."""


def require_role(uow: UnitOfWork, *roles: Role) -> None:
    """Raise NotPermitted unless somebody with one of these roles acts, or the console."""
    if not _is_trusted(uow.actor) and _role(uow) not in roles:
        raise NotPermitted


def require_administrator(uow: UnitOfWork) -> None:
    """Raise NotPermitted unless an administrator acts, or the console."""
    require_role(uow, Role.ADMINISTRATOR)


def _is_trusted(actor: Actor) -> bool:
    return isinstance(actor, System) and actor in TRUSTED


def _role(uow: UnitOfWork) -> Role | None:
    """Return the role of whoever acts as the account has it now."""
    if not isinstance(uow.actor, StaffActor):
        return None
    user = queries.get(uow.session, uow.actor.user_id)
    return user.role if user is not None and user.active else None
