"""What messaging asks of whatever its messages are about: it knows no appointment itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.models import Message
from booking.messaging.ports import CalendarFile
from booking.messaging.reason import Reason


class SubjectBatch(Protocol):
    """What some messages are about, read in the transaction that decides about them."""

    def staleness(self, message: Message) -> Reason | None:
        """Return why a message would no longer be true, or None."""
        ...

    def allows_texts(self, message: Message) -> bool:
        """Return whether a text about this subject may go."""
        ...

    def question(self, message: Message) -> OpenQuestion | None:
        """Return the question a text asks, or None where it asks nothing."""
        ...

    def facts(self, message: Message) -> Mapping[str, object]:
        """Return what a template tells of the subject."""
        ...

    def calendar(self, message: Message) -> CalendarFile | None:
        """Return the calendar file that goes with a mail, or None."""
        ...


class LockedSubjects(Protocol):
    """What some messages are about, locked."""

    def read(self, messages: Sequence[Message]) -> SubjectBatch:
        """Read what decides about the messages, which are locked by now."""
        ...


class Subjects(Protocol):
    """Something that messages are about."""

    def lock(self, uow: UnitOfWork, message_ids: Sequence[UUID]) -> LockedSubjects:
        """Lock what some messages are about; called before the messages are locked."""
        ...

    def is_current(self, uow: UnitOfWork, message: Message) -> bool:
        """Return whether a message tells of its subject as it is now; locks nothing."""
        ...


@dataclass(frozen=True)
class _Batches:
    """A batch of each subject, asked in turn."""

    batches: tuple[SubjectBatch, ...]

    def staleness(self, message: Message) -> Reason | None:
        return next((why for one in self.batches if (why := one.staleness(message))), None)

    def allows_texts(self, message: Message) -> bool:
        return all(one.allows_texts(message) for one in self.batches)

    def question(self, message: Message) -> OpenQuestion | None:
        asked = (one.question(message) for one in self.batches)
        return next((question for question in asked if question is not None), None)

    def facts(self, message: Message) -> Mapping[str, object]:
        return {name: it for one in self.batches for name, it in one.facts(message).items()}

    def calendar(self, message: Message) -> CalendarFile | None:
        files = (one.calendar(message) for one in self.batches)
        return next((file for file in files if file is not None), None)


@dataclass(frozen=True)
class _Locked:
    parts: tuple[LockedSubjects, ...]

    def read(self, messages: Sequence[Message]) -> SubjectBatch:
        return _Batches(tuple(part.read(messages) for part in self.parts))


@dataclass(frozen=True)
class SubjectsInOrder:
    """Several subjects as one, in the order in which they lock."""

    parts: tuple[Subjects, ...]

    def lock(self, uow: UnitOfWork, message_ids: Sequence[UUID]) -> LockedSubjects:
        """Lock what some messages are about, one subject after the other."""
        return _Locked(tuple(part.lock(uow, message_ids) for part in self.parts))

    def is_current(self, uow: UnitOfWork, message: Message) -> bool:
        """Return whether a message tells of everything it is about as it is now."""
        return all(part.is_current(uow, message) for part in self.parts)
