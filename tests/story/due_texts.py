"""Reminders of invented people that come due at chosen instants, and what became of each."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bench.rows import book_reminded, open_practice
from booking.kit.clock import WallClock
from booking.messaging.message import MessageEventType
from booking.messaging.models import Message, MessageEvent

THERAPISTS = 20
LONG_AGO, LATER = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Claim:
    """Somebody took a reminder in hand: when, and in which process."""

    at: datetime
    process: int


class DueTexts:
    """The reminders of one running Lupine, beside whatever else it sends."""

    def __init__(self, running):
        self._running = running
        self._practice = open_practice(running.operator.engine, THERAPISTS, WallClock().now())
        self._ids = []

    @property
    def _database(self):
        return self._running.operator.database

    def plan(self, instants):
        """Book a session for each instant, each with a patient of its own reminded then."""
        self._ids += book_reminded(
            self._running.operator.engine,
            self._practice,
            instants,
            now=WallClock().now(),
            seed=1,
            first=len(self._ids),
        )

    def rows(self):
        """Return every reminder as it stands, in the order they are due."""
        with self._database.read_only() as session:
            rows = session.scalars(
                select(Message).where(Message.id.in_(self._ids)).order_by(Message.due_at)
            ).all()
            session.expunge_all()
        return rows

    def waiting(self, before):
        """Return those due before an instant of which nobody has heard that they were accepted."""
        return [row for row in self.rows() if row.due_at < before and row.provider_sid is None]

    def claims(self, first=LONG_AGO, last=LATER):
        """Return who took reminders in hand in a stretch of time, the first claim first."""
        with self._database.read_only() as session:
            steps = session.scalars(
                select(MessageEvent)
                .where(MessageEvent.message_id.in_(self._ids))
                .where(MessageEvent.type == MessageEventType.CLAIMED)
                .where(MessageEvent.at >= first, MessageEvent.at < last)
                .order_by(MessageEvent.id)
            )
            return [Claim(step.at, _process(step.detail["owner"])) for step in steps]

    def senders(self, first, last=LATER):
        """Return the processes that took a reminder in hand in a stretch of time."""
        return {claim.process for claim in self.claims(first, last)}

    def accepted(self):
        """Return the ledger's rows of what the carrier accepted, by phone."""
        phones = {row.recipient for row in self.rows()}
        found = {phone: [] for phone in phones}
        for row in self._running.phones.sent():
            if row["to"] in phones:
                found[row["to"]].append(row)
        return found

    def lateness(self, first, last):
        """Return how late each one due in a stretch was accepted, in seconds."""
        ledger = self.accepted()
        return [
            (accepted_at(ledger[row.recipient][0]) - row.due_at) / timedelta(seconds=1)
            for row in self.rows()
            if first <= row.due_at < last
        ]


def _process(owner):
    return int(owner.rpartition(":")[2])


def accepted_at(row):
    """When the carrier accepted what a row of the ledger tells of."""
    return datetime.fromisoformat(row["at"])
