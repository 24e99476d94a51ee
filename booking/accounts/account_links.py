"""Links with which the holder of an account chooses a password: made, used once, closed."""

from datetime import timedelta
from uuid import UUID

from booking.accounts import queries, sessions
from booking.accounts.events import AccountChanged, AccountLinkMade, Change
from booking.accounts.models import AccountLink, LinkPurpose, User
from booking.accounts.service import check_password, is_usable, normal_email
from booking.audit.service import audit
from booking.clinic.actor import StaffActor, System
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import InvalidInput, LinkClosed, LinkExpired, LinkInvalid
from booking.kit.ids import new_id

HOUR = timedelta(hours=1)


def make(uow: UnitOfWork, user: User, purpose: LinkPurpose) -> AccountLink:
    """Make a link to an account and close those of the same purpose before it."""
    close_all(uow, user.id, purpose)
    policy = uow.policies.sign_in
    is_invitation = purpose is LinkPurpose.INVITATION
    lasts = policy.invitation_lasts if is_invitation else policy.new_password_lasts
    made = AccountLink(
        id=new_id(),
        user_id=user.id,
        purpose=purpose,
        made_by=uow.actor.user_id if isinstance(uow.actor, StaffActor) else None,
        made_at=uow.now,
        expires_at=uow.now + lasts,
    )
    uow.session.add(made)
    uow.session.flush()
    audit(uow, action=f"{purpose.value}_made", subject="user", subject_id=user.id)
    uow.emit(AccountLinkMade(user, made))
    return made


def close_all(uow: UnitOfWork, user_id: UUID, purpose: LinkPurpose | None = None) -> int:
    """Close the links of an account that nobody has used; returns how many."""
    links = queries.unused_links(uow.session, user_id, purpose)
    for one in links:
        one.closed_at = uow.now
    return len(links)


def ask_for_new_password(uow: UnitOfWork, email: str) -> None:
    """Have a link for a new password mailed to the account of an address, if there is one.

    Nothing tells whoever asks whether there is. An account is mailed only so often.
    """
    user = queries.by_email(uow.session, normal_email(email))
    if user is None or not is_usable(user) or user.is_invited:
        return
    made = queries.links_made_since(uow.session, user.id, LinkPurpose.NEW_PASSWORD, uow.now - HOUR)
    if made < uow.policies.sign_in.new_passwords_per_hour:
        make(uow, user, LinkPurpose.NEW_PASSWORD)


def open_link(uow: UnitOfWork, link_id: UUID, purpose: LinkPurpose) -> User:
    """Return whose account a link opens; raises LinkInvalid, LinkExpired or LinkClosed."""
    return _holder(uow, queries.link(uow.session, link_id), purpose)


def check_choice(uow: UnitOfWork, link_id: UUID, purpose: LinkPurpose, password: str) -> None:
    """Raise InvalidInput where a password is no good, before it is hashed, which takes time."""
    user = open_link(uow, link_id, purpose)
    flaw = check_password(password, user.email)
    if flaw is not None:
        raise InvalidInput(password=flaw)


def choose_password(
    uow: UnitOfWork, link_id: UUID, purpose: LinkPurpose, password_hash: str
) -> User:
    """Let the holder of a link choose the account's password; whoever was signed in is out.

    The password was checked and hashed before this transaction. The link opens nothing
    afterwards.
    """
    link = queries.link_for_update(uow.session, link_id)
    user = _holder(uow, link, purpose)
    if link is not None:
        link.used_at = uow.now
    close_all(uow, user.id)
    set_password(uow.acting_as(System.SIGN_IN), user, password_hash)
    return user


def set_password(
    uow: UnitOfWork, user: User, password_hash: str, *, but: UUID | None = None
) -> None:
    """Give an account another password, end its sessions and PINs, and tell its holder.

    `but` is a session that goes on.
    """
    was_invited = user.is_invited
    user.password_hash = password_hash
    sessions.end_all(uow, user.id, but=but)
    action = "invitation_taken" if was_invited else "password_changed"
    audit(uow, action=action, subject="user", subject_id=user.id)
    if not was_invited:
        uow.emit(AccountChanged(user, user.email, Change.PASSWORD))


def _holder(uow: UnitOfWork, link: AccountLink | None, purpose: LinkPurpose) -> User:
    if link is None or link.purpose is not purpose:
        raise LinkInvalid
    if link.used_at is not None or link.closed_at is not None:
        raise LinkClosed("account_link_closed")
    if uow.now >= link.expires_at:
        raise LinkExpired("account_link_expired")
    user = queries.get(uow.session, link.user_id)
    if user is None or not is_usable(user):
        raise LinkClosed("account_link_closed")
    return user
