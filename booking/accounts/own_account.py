"""What the holder of an account changes of it: the password."""

from uuid import UUID

from booking.accounts import account_links, queries, sign_in_queries
from booking.accounts.models import User
from booking.accounts.passwords import mark_of
from booking.accounts.service import check_password
from booking.clinic.actor import staff_id
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import InvalidInput, NotFound


def mine(uow: UnitOfWork) -> User:
    """Return the account of whoever acts."""
    user = queries.get(uow.session, staff_id(uow.actor))
    if user is None:
        raise NotFound
    return user


def check_new_password(uow: UnitOfWork, password: str) -> None:
    """Raise InvalidInput where a password is no good; before it is hashed, which takes time."""
    flaw = check_password(password, mine(uow).email)
    if flaw is not None:
        raise InvalidInput(new_password=flaw)


def change_password(uow: UnitOfWork, session_id: UUID, password_hash: str) -> None:
    """Change one's own password; every other session ends, this one goes on.

    Whoever calls it has seen to it that the one of before was given.
    """
    user = queries.get_for_update(uow.session, staff_id(uow.actor))
    if user is None:
        raise NotFound
    account_links.close_all(uow, user.id)
    account_links.set_password(uow, user, password_hash, but=session_id)
    sign_in_queries.go_on(uow.session, session_id, mark_of(user.password_hash), uow.now)
