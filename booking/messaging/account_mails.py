"""Mails to the holders of staff accounts: the links they are sent, and what has changed."""

from datetime import timedelta
from typing import Final

from booking.accounts.events import AccountChanged, AccountLinkMade
from booking.accounts.models import LinkPurpose
from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging.kinds import Channel, Kind
from booking.messaging.outbox import MAIL_TTL, NewMessage, queue

ACCOUNT_LINK: Final = "account_link"
"""How a mail says among its facts which link it carries."""
KIND_OF: Final = {
    LinkPurpose.INVITATION: Kind.ACCOUNT_INVITATION,
    LinkPurpose.NEW_PASSWORD: Kind.NEW_PASSWORD,
}
NEWS_TTL: Final = timedelta(days=7)


def mail_link(uow: UnitOfWork, made: AccountLinkMade) -> None:
    """Mail a link to the holder of an account."""
    kind = KIND_OF[made.link.purpose]
    variables = {ACCOUNT_LINK: str(made.link.id), "name": made.user.name}
    expires_at = min(made.link.expires_at, uow.now + MAIL_TTL)
    queue(
        uow,
        NewMessage(
            kind=kind,
            channel=Channel.EMAIL,
            recipient=made.user.email,
            language=uow.clinic.languages[0],
            zone=uow.clinic.zone,
            due_at=uow.now,
            expires_at=expires_at,
            subject=made.link.id,
            variables=variables,
        ),
    )


def mail_change(uow: UnitOfWork, changed: AccountChanged) -> None:
    """Tell the holder of an account what has changed of it."""
    queue(
        uow,
        NewMessage(
            kind=Kind.ACCOUNT_CHANGED,
            channel=Channel.EMAIL,
            recipient=changed.email,
            language=uow.clinic.languages[0],
            zone=uow.clinic.zone,
            due_at=uow.now,
            expires_at=uow.now + NEWS_TTL,
            subject=changed.user.id,
            parts=(changed.change.value, uow.now.isoformat()),
            variables={"name": changed.user.name, "change": changed.change.value},
        ),
    )
