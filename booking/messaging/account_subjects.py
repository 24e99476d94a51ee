"""The links to staff accounts that mails carry, and whether they still open something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from booking.accounts import queries as accounts
from booking.accounts.models import AccountLink, LinkPurpose
from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging.account_mails import ACCOUNT_LINK
from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import KINDS
from booking.messaging.models import Message
from booking.messaging.ports import CalendarFile, Links
from booking.messaging.reason import Reason


def link_address(links: Links, link: AccountLink) -> str:
    """Return the address of a link to an account."""
    if link.purpose is LinkPurpose.INVITATION:
        return links.invitation(link.id, link.expires_at)
    return links.new_password(link.id, link.expires_at)


@dataclass(frozen=True)
class AccountLinkSubjects:
    """The links to accounts that messages carry; nobody has to lock them for that."""

    links: Links

    def lock(self, uow: UnitOfWork, _message_ids: Sequence[UUID]) -> "UnlockedAccountLinks":
        """Lock nothing: a link that is closed a moment later opens nothing."""
        return UnlockedAccountLinks(uow, self.links)

    def is_current(self, _uow: UnitOfWork, _message: Message) -> bool:
        """Return True: a link has no other version."""
        return True


@dataclass(frozen=True)
class UnlockedAccountLinks:
    """The links of messages that are yet to be read."""

    uow: UnitOfWork
    links: Links

    def read(self, messages: Sequence[Message]) -> "AccountLinkBatch":
        """Read the links of some messages; asks nothing where none carries one."""
        ids = {one for message in messages if (one := _link_id(message)) is not None}
        found = accounts.links_by_ids(self.uow.session, ids) if ids else ()
        return AccountLinkBatch(self.uow, self.links, {one.id: one for one in found})


@dataclass(frozen=True)
class AccountLinkBatch:
    """The links of some messages."""

    uow: UnitOfWork
    links: Links
    found: dict[UUID, AccountLink]

    def staleness(self, message: Message) -> Reason | None:
        """Return that a link opens nothing any more, or None."""
        if _link_id(message) is None:
            return None
        link = self._of(message)
        is_open = link is not None and link.is_open(self.uow.now)
        return None if is_open else Reason.LINK_CLOSED

    def allows_texts(self, _message: Message) -> bool:
        """Return True: these are mails."""
        return True

    def question(self, _message: Message) -> OpenQuestion | None:
        """Return None: nothing is asked."""
        return None

    def facts(self, message: Message) -> Mapping[str, object]:
        """Return the address of the link."""
        link = self._of(message)
        return {} if link is None else {"account_address": link_address(self.links, link)}

    def calendar(self, _message: Message) -> CalendarFile | None:
        """Return None: no calendar holds a link."""
        return None

    def _of(self, message: Message) -> AccountLink | None:
        link_id = _link_id(message)
        return self.found.get(link_id) if link_id else None


def _link_id(message: Message) -> UUID | None:
    """Return which link a message carries; read of its kind first, which every message has."""
    if not KINDS[message.kind].opens_account:
        return None
    return UUID(str(message.variables[ACCOUNT_LINK]))
