"""The record of who did what, for those who may read it; that they read it stands on it too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from booking.accounts import queries as accounts
from booking.accounts.models import Role, User
from booking.accounts.permissions import require_role
from booking.audit import queries as record
from booking.audit.audit_query import AuditQuery
from booking.audit.models import AuditEvent
from booking.clinic.unit_of_work import UnitOfWork

READERS = (Role.AUDITOR, Role.ADMINISTRATOR)
A_PAGE = 50
BY_STAFF = "user:"
BY_PATIENT = "patient:"


@dataclass(frozen=True)
class Page:
    """A page of the record."""

    events: Sequence[AuditEvent]
    names: Mapping[UUID, str]
    """Of the staff on it, by account; patients are named nowhere on the record."""
    next_before: int | None


def read(uow: UnitOfWork, sought: AuditQuery) -> Page:
    """Return a page of the record; raises NotPermitted for whoever may not read it."""
    require_role(uow, *READERS)
    found = record.page(uow.session, sought, A_PAGE + 1)
    shown = found[:A_PAGE]
    ids = {one for event in shown for one in (actor_id(event.actor), _holder(event)) if one}
    return Page(
        events=shown,
        names=accounts.names_of(uow.session, ids),
        next_before=shown[-1].id if len(found) > A_PAGE else None,
    )


def staff(uow: UnitOfWork) -> Sequence[User]:
    """Return whose acts can be looked for: everybody who has or had an account, by name."""
    require_role(uow, *READERS)
    return accounts.every(uow.session)


def actions(uow: UnitOfWork) -> Sequence[str]:
    """Return the kinds of acts that can be looked for."""
    require_role(uow, *READERS)
    return record.actions(uow.session)


def actor_id(actor: str) -> UUID | None:
    """Return the account of whoever acted, where it was a member of staff."""
    return UUID(actor.removeprefix(BY_STAFF)) if actor.startswith(BY_STAFF) else None


def _holder(event: AuditEvent) -> UUID | None:
    return event.subject_id if event.subject == "user" else None
