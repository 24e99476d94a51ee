"""Reminders of invented people that come due at chosen instants, and what became of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bench.rows import book_reminded, open_practice
from booking.clock import WallClock
from booking.domain.message import MessageState
from booking.models import Message, MessageEvent

THERAPISTS = 20


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
        with self._database.reading() as session:
            rows = session.scalars(
                select(Message).where(Message.id.in_(self._ids)).order_by(Message.due_at)
            ).all()
            session.expunge_all()
        return rows

    def waiting(self, before):
        """Return those due before an instant of which nobody has heard that they were accepted."""
        return [row for row in self.rows() if row.due_at < before and row.provider_sid is None]

    def holders(self):
        """Return which processes have texts at the carrier."""
        return {
            _process(row.lease_owner) for row in self.rows() if row.state is MessageState.SENDING
        }

    def claims(self):
        """Return who took each reminder in hand, by its id, the first claim first."""
        found = {one: [] for one in self._ids}
        with self._database.reading() as session:
            steps = session.scalars(
                select(MessageEvent)
                .where(MessageEvent.message_id.in_(self._ids), MessageEvent.what == "claimed")
                .order_by(MessageEvent.id)
            )
            for step in steps:
                claim = Claim(step.at, _process(step.detail["owner"]))
                found[step.message_id].append(claim)
        return found

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
