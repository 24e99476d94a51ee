"""Staff accounts by their id, by their mail address, and the names of their holders."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import User


def get(session: Session, user_id: UUID) -> User | None:
    """Return an account."""
    return session.get(User, user_id)


def by_email(session: Session, email: str) -> User | None:
    """Return the account of a mail address."""
    return session.scalar(select(User).where(User.email == email))


def names_of(session: Session, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of those who hold some accounts, by the account's id."""
    users = session.scalars(select(User).where(User.id.in_(user_ids)))
    return {user.id: user.name for user in users}
