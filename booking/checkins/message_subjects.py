"""What messages say and ask about check-ins, and whether it is still to be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from booking.checkins import queries as check_in_queries
from booking.checkins.models import CheckIn
from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import KINDS, Kind, Topic
from booking.messaging.models import Message
from booking.messaging.ports import CalendarFile, Links
from booking.messaging.reason import Reason
from booking.scheduling import queries as schedule
from booking.scheduling.message_facts import question_about


@dataclass(frozen=True)
class CheckInSubjects:
    """The check-ins that messages are about; nobody has to lock them for that.

    Whoever answers one locks its appointment first, and so does whoever sends.
    """

    links: Links

    def lock(self, uow: UnitOfWork, _message_ids: Sequence[UUID]) -> "UnlockedCheckIns":
        """Lock nothing: the appointments are locked."""
        return UnlockedCheckIns(uow, self.links)

    def is_current(self, _uow: UnitOfWork, _message: Message) -> bool:
        """Return True: the time of asking for numbers has no other version."""
        return True


@dataclass(frozen=True)
class UnlockedCheckIns:
    """The check-ins of messages that are yet to be read."""

    uow: UnitOfWork
    links: Links

    def read(self, messages: Sequence[Message]) -> "CheckInBatch":
        """Read the check-ins of some messages, and which of them are answered."""
        ids = {one.check_in_id for one in messages if one.check_in_id}
        found = check_in_queries.by_ids(self.uow.session, ids)
        return CheckInBatch(
            self.uow,
            self.links,
            {one.id: one for one in found},
            check_in_queries.answered(self.uow.session, ids),
        )


@dataclass(frozen=True)
class CheckInBatch:
    """The check-ins of some messages, and which of them are answered."""

    uow: UnitOfWork
    links: Links
    check_ins: dict[UUID, CheckIn]
    answered: frozenset[UUID]

    def staleness(self, message: Message) -> Reason | None:
        """Return why the numbers are not to be asked for any more, or None."""
        return staleness(message.kind, is_answered=message.check_in_id in self.answered)

    def allows_texts(self, _message: Message) -> bool:
        """Return True: a session's form is asked for the session."""
        return True

    def question(self, message: Message) -> OpenQuestion | None:
        """Return the three numbers, where a text asks for them."""
        check_in = self._of(message)
        if check_in is None or KINDS[message.kind].asks is not Topic.SCORES:
            return None
        return question_about(
            message,
            schedule.get_one(self.uow.session, check_in.appointment_id),
            Topic.SCORES,
            asked_at=self.uow.now,
            expires_at=check_in.closes_at,
            check_in_id=check_in.id,
        )

    def facts(self, message: Message) -> Mapping[str, object]:
        """Return the link to where the numbers can be given."""
        check_in = self._of(message)
        if check_in is None:
            return {}
        link = self.links.check_in(check_in.id, check_in.closes_at, message.id)
        return {"check_in_link": link}

    def calendar(self, _message: Message) -> CalendarFile | None:
        """Return None: no calendar holds a check-in."""
        return None

    def _of(self, message: Message) -> CheckIn | None:
        return self.check_ins.get(message.check_in_id) if message.check_in_id else None


def staleness(kind: Kind, *, is_answered: bool) -> Reason | None:
    """Return why a message about a check-in would no longer be true, or None."""
    return Reason.ANSWERED if KINDS[kind].asks is Topic.SCORES and is_answered else None
