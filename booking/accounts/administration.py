"""What an administrator does with accounts: invites, changes, switches off and on."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from booking.accounts import account_links, queries, sessions
from booking.accounts import factor_queries as factors
from booking.accounts.events import AccountChanged, Change
from booking.accounts.models import AccountLink, LinkPurpose, Role, User
from booking.accounts.permissions import require_administrator
from booking.accounts.service import AccountFacts, NewUser, add_user, flaws_of, normal_email
from booking.audit.service import audit
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import InvalidInput, NotFound, NotPermitted


def accounts(uow: UnitOfWork) -> Sequence[User]:
    """Return all accounts, by name."""
    require_administrator(uow)
    return queries.every(uow.session)


def get(uow: UnitOfWork, user_id: UUID) -> User:
    """Return an account; raises NotFound."""
    require_administrator(uow)
    user = queries.get(uow.session, user_id)
    if user is None:
        raise NotFound
    return user


def by_email(uow: UnitOfWork, email: str) -> User:
    """Return the account of a mail address; raises NotFound."""
    require_administrator(uow)
    user = queries.by_email(uow.session, normal_email(email))
    if user is None:
        raise NotFound
    return user


def add(uow: UnitOfWork, new: NewUser) -> User:
    """Add an account with its password; raises InvalidInput."""
    require_administrator(uow)
    user = add_user(uow, new)
    audit(uow, action="account_added", subject="user", subject_id=user.id)
    return user


def invite(uow: UnitOfWork, facts: AccountFacts) -> AccountLink:
    """Add an account and invite its holder to choose a password; raises InvalidInput."""
    user = add(uow, NewUser(facts.email, facts.name, None, facts.role, facts.therapist_id))
    return account_links.make(uow, user, LinkPurpose.INVITATION)


def invite_again(uow: UnitOfWork, user_id: UUID) -> AccountLink:
    """Close an invitation that was not taken and make another."""
    user = _get_for_update(uow, user_id)
    if not user.is_invited or not user.active:
        raise NotPermitted("account_in_use")
    return account_links.make(uow, user, LinkPurpose.INVITATION)


def withdraw_invitation(uow: UnitOfWork, user_id: UUID) -> None:
    """Close an invitation: its link opens nothing any more."""
    _get_for_update(uow, user_id)
    account_links.close_all(uow, user_id, LinkPurpose.INVITATION)
    audit(uow, action="invitation_withdrawn", subject="user", subject_id=user_id)


def open_invitation(uow: UnitOfWork, user_id: UUID) -> AccountLink | None:
    """Return the invitation of an account that can still be taken."""
    require_administrator(uow)
    return _open_link(uow, user_id, LinkPurpose.INVITATION)


def open_new_password(uow: UnitOfWork, user_id: UUID) -> AccountLink | None:
    """Return the link for a new password that an administrator made and that is still open."""
    require_administrator(uow)
    found = _open_link(uow, user_id, LinkPurpose.NEW_PASSWORD)
    return found if found is not None and found.made_by is not None else None


def invitations(uow: UnitOfWork) -> Mapping[UUID, AccountLink]:
    """Return the invitations that can still be taken, by account."""
    require_administrator(uow)
    found = queries.open_links(uow.session, LinkPurpose.INVITATION, uow.now)
    return {one.user_id: one for one in found}


def change(uow: UnitOfWork, user_id: UUID, facts: AccountFacts) -> User:
    """Change whose account it is and what they may do, at once and everywhere.

    The holder of an account whose mail address changes is told at the one of before. Raises
    InvalidInput, and NotPermitted where nobody who administers would be left.
    """
    administrators = _administrators(uow)
    user = _get_for_update(uow, user_id)
    flaws = flaws_of(uow, facts)
    if normal_email(facts.email) == user.email:
        flaws.pop("email", None)
    if flaws:
        raise InvalidInput(**flaws)
    if facts.role is not Role.ADMINISTRATOR:
        _require_another(administrators, user_id)
    before, role_before = user.email, user.role
    user.name, user.email = facts.name.strip(), normal_email(facts.email)
    user.role, user.therapist_id = facts.role, facts.therapist_id
    audit(uow, action="account_changed", subject="user", subject_id=user_id)
    if user.role is not role_before:
        action = f"role_{role_before.value}_to_{user.role.value}"
        audit(uow, action=action, subject="user", subject_id=user_id)
    if user.email != before:
        account_links.close_all(uow, user_id, LinkPurpose.NEW_PASSWORD)
        uow.emit(AccountChanged(user, before, Change.EMAIL))
    return user


def switch_off(uow: UnitOfWork, user_id: UUID) -> None:
    """Let nobody sign in to an account, and sign out whoever is.

    Its name stays where it stands. Raises NotPermitted for the last who administers.
    """
    administrators = _administrators(uow)
    user = _get_for_update(uow, user_id)
    _require_another(administrators, user_id)
    user.active = False
    sessions.end_all(uow, user_id)
    account_links.close_all(uow, user_id)
    audit(uow, action="account_switched_off", subject="user", subject_id=user_id)


def switch_on(uow: UnitOfWork, user_id: UUID) -> None:
    """Let the holder of an account sign in again, with the password of before."""
    user = _get_for_update(uow, user_id)
    user.active = True
    audit(uow, action="account_switched_on", subject="user", subject_id=user_id)


def offer_new_password(uow: UnitOfWork, user_id: UUID) -> AccountLink:
    """Make a link for a new password for somebody who cannot get in."""
    user = _get_for_update(uow, user_id)
    if user.is_invited or not user.active:
        raise NotPermitted("account_not_in_use")
    return account_links.make(uow, user, LinkPurpose.NEW_PASSWORD)


def set_password(uow: UnitOfWork, user_id: UUID, password_hash: str) -> None:
    """Give an account a password from the console; ends its sessions and its open links."""
    user = _get_for_update(uow, user_id)
    account_links.close_all(uow, user_id)
    account_links.set_password(uow, user, password_hash)


def sign_out_everywhere(uow: UnitOfWork, user_id: UUID) -> None:
    """End every session of an account, and what opens it without a password."""
    _get_for_update(uow, user_id)
    sessions.end_all(uow, user_id)
    audit(uow, action="signed_out_by_another", subject="user", subject_id=user_id)


def remove_factors(uow: UnitOfWork, user_id: UUID) -> None:
    """Forget the authenticator app, recovery codes and passkeys of somebody who has lost them.

    Their sessions end: whoever has what was lost may be in one.
    """
    user = _get_for_update(uow, user_id)
    factors.drop_second_factor(uow.session, user_id)
    factors.drop_passkeys(uow.session, user_id)
    sessions.end_all(uow, user_id)
    audit(uow, action="factors_removed", subject="user", subject_id=user_id)
    uow.emit(AccountChanged(user, user.email, Change.CODES_OFF))


def state_of(user: User) -> str:
    """Return where an account stands, in one word."""
    if not user.active:
        return "off"
    return "invited" if user.is_invited else "on"


def _open_link(uow: UnitOfWork, user_id: UUID, purpose: LinkPurpose) -> AccountLink | None:
    found = queries.unused_links(uow.session, user_id, purpose)
    return next((one for one in found if one.is_open(uow.now)), None)


def _get_for_update(uow: UnitOfWork, user_id: UUID) -> User:
    require_administrator(uow)
    user = queries.get_for_update(uow.session, user_id)
    if user is None:
        raise NotFound
    return user


def _administrators(uow: UnitOfWork) -> frozenset[UUID]:
    """Lock those who administer, before anything else, and return who they are."""
    require_administrator(uow)
    return frozenset(one.id for one in queries.administrators_for_update(uow.session))


def _require_another(administrators: frozenset[UUID], user_id: UUID) -> None:
    if administrators == {user_id}:
        raise NotPermitted("last_administrator")
