"""Staff accounts by their id, by their mail address, and the names of their holders."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.accounts.models import NO_PASSWORD, AccountLink, LinkPurpose, Role, User


def get(session: Session, user_id: UUID) -> User | None:
    """Return an account."""
    return session.get(User, user_id)


def get_for_update(session: Session, user_id: UUID) -> User | None:
    """Return an account that nobody else changes meanwhile."""
    return session.get(User, user_id, with_for_update=True, populate_existing=True)


def by_email(session: Session, email: str) -> User | None:
    """Return the account of a mail address."""
    return session.scalar(select(User).where(User.email == email))


def every(session: Session) -> Sequence[User]:
    """Return all accounts, by the names of their holders."""
    return session.scalars(select(User).order_by(User.name, User.email)).all()


def administrators_for_update(session: Session) -> Sequence[User]:
    """Return those who administer and have a password, so that nobody switches one off meanwhile.

    Always in the same order: two who lock them never wait crosswise.
    """
    return session.scalars(
        select(User)
        .where(User.role == Role.ADMINISTRATOR, User.active, User.password_hash != NO_PASSWORD)
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def names_of(session: Session, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of those who hold some accounts, by the account's id."""
    users = session.scalars(select(User).where(User.id.in_(user_ids)))
    return {user.id: user.name for user in users}


def therapists_with_account(session: Session) -> frozenset[int]:
    """Return the therapists who have an account that is switched on."""
    found = session.scalars(
        select(User.therapist_id).where(User.therapist_id.is_not(None), User.active)
    )
    return frozenset(one for one in found if one is not None)


def link(session: Session, link_id: UUID) -> AccountLink | None:
    """Return a link to an account."""
    return session.get(AccountLink, link_id)


def link_for_update(session: Session, link_id: UUID) -> AccountLink | None:
    """Return a link that nobody else uses meanwhile."""
    return session.get(AccountLink, link_id, with_for_update=True, populate_existing=True)


def links_by_ids(session: Session, link_ids: Collection[UUID]) -> Sequence[AccountLink]:
    """Return some links to accounts."""
    return session.scalars(select(AccountLink).where(AccountLink.id.in_(link_ids))).all()


def unused_links(
    session: Session, user_id: UUID, purpose: LinkPurpose | None = None
) -> Sequence[AccountLink]:
    """Return the links of an account that nobody has used or closed, the newest first."""
    found = select(AccountLink).where(
        AccountLink.user_id == user_id,
        AccountLink.used_at.is_(None),
        AccountLink.closed_at.is_(None),
    )
    if purpose is not None:
        found = found.where(AccountLink.purpose == purpose)
    return session.scalars(found.order_by(AccountLink.made_at.desc())).all()


def open_links(session: Session, purpose: LinkPurpose, now: datetime) -> Sequence[AccountLink]:
    """Return the links of a kind that still open something, the oldest first."""
    return session.scalars(
        select(AccountLink)
        .where(
            AccountLink.purpose == purpose,
            AccountLink.used_at.is_(None),
            AccountLink.closed_at.is_(None),
            AccountLink.expires_at > now,
        )
        .order_by(AccountLink.made_at)
    ).all()


def links_made_since(session: Session, user_id: UUID, purpose: LinkPurpose, since: datetime) -> int:
    """Return how many links of a kind were made for an account after an instant."""
    return (
        session.scalar(
            select(func.count())
            .select_from(AccountLink)
            .where(
                AccountLink.user_id == user_id,
                AccountLink.purpose == purpose,
                AccountLink.made_at > since,
            )
        )
        or 0
    )
