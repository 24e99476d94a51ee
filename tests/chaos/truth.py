"""What the carrier's ledger and the database say when everything has come to rest."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text

from booking.audit.models import AuditEvent
from booking.checkins.models import Answer, CheckIn
from booking.messaging.inbound_models import InboundMessage, OpenQuestion
from booking.messaging.message import FINAL, after_report, reported_state
from booking.messaging.models import Message, MessageEvent, OptOut
from booking.patients.models import Consent, Patient
from tests.chaos.carrier import Create

COMMITTED = {
    "message_event": "SELECT id, pg_xact_commit_timestamp(xmin) FROM message_event"
    " WHERE what = 'started'",
    "opt_out": "SELECT phone, pg_xact_commit_timestamp(xmin) FROM opt_out",
    "audit_event": "SELECT id, pg_xact_commit_timestamp(xmin) FROM audit_event"
    " WHERE action IN ('moved', 'cancelled')",
}
"""SQLite has one writer at a time, and every writer reads the clock after its turn has come:
there the order of the noted times is the order of the commits."""


@dataclass(frozen=True)
class Start:
    """One passing of the point of no return."""

    message_id: UUID
    at: datetime
    committed_at: datetime


@dataclass
class Truth:
    """Everything the invariants are checked against."""

    read_at: datetime
    lease: timedelta
    lag_began: datetime | None
    messages: dict[UUID, Message]
    events: dict[UUID, list[MessageEvent]]
    starts: list[Start]
    creates: list[Create]
    changes: dict[UUID, list[datetime]]
    opted_out: dict[str, datetime]
    questions: dict[UUID, OpenQuestion]
    inbound: dict[str, InboundMessage]
    patients: dict[UUID, Patient]
    answers: list[Answer]
    check_ins: dict[UUID, CheckIn]
    confirmations: dict[UUID, int]
    consents: list[Consent]
    texts_in: list[dict]
    handed_over: dict[str, int]

    def accepted(self, message_id):
        """Return what the carrier accepted of one message, in order."""
        return self._accepted().get(message_id, [])

    def _accepted(self):
        if not hasattr(self, "_by_message"):
            self._by_message = defaultdict(list)
            for create in self.creates:
                if create.outcome == "accepted":
                    self._by_message[create.message_id].append(create)
        return self._by_message

    def everything_accepted(self):
        """Yield each message the carrier accepted, with all times it did."""
        yield from self._accepted().items()

    def can_know(self, create):
        """Whether the database was read after this call, or has the start that led to it."""
        return create.received_at <= self.read_at or any(
            start.message_id == create.message_id
            and start.at <= create.received_at <= start.at + self.lease
            for start in self.starts
        )

    def asks(self, create, question):
        """Whether a text asked a question: it was opened in the very step that let it leave.

        What goes once more is made anew, and asks nothing where the phone has another question
        of that topic open by then.
        """
        if not hasattr(self, "_begun"):
            self._begun = defaultdict(list)
            for start in self.starts:
                self._begun[start.message_id].append(start.at)
        began = [at for at in self._begun[create.message_id] if at <= create.received_at]
        return max(began, default=None) == question.asked_at

    def came_at(self, one):
        """Return when a text came: one found in the carrier's list is kept by the second."""
        if not hasattr(self, "_texted"):
            self._texted = {}
            for row in self.texts_in:
                self._texted.setdefault(row["sid"], datetime.fromisoformat(row["at"]))
        return max(one.received_at, self._texted.get(one.sid, one.received_at))

    def history(self, message_id):
        """Return a message's history in lines to print."""
        message = self.messages.get(message_id)
        lines = []
        kept = self.inbound.get(message_id)
        if kept is not None:
            lines.append(
                f"received {kept.received_at:%T.%f} handled {kept.handled_at:%T.%f} as "
                f"{kept.meaning}, patient {kept.patient_id}, question {kept.question_id}"
            )
        if message is not None:
            lines.append(
                f"{message.kind} {message.channel} {message.state} due {message.due_at:%T.%f} "
                f"expires {message.expires_at:%F %T.%f} attempts {message.attempts} "
                f"reason {message.reason} sid {message.provider_sid}"
            )
        for event in self.events.get(message_id, []):
            lines.append(f"{event.at:%T.%f} {event.type} -> {event.state} {event.detail or ''}")
        for create in self.creates:
            if create.message_id == message_id:
                lines.append(f"{create.received_at:%T.%f} carrier: {create.outcome} {create.sid}")
        return lines


def read_truth(runtime, carrier, *, lag_began):
    """Read everything at once; what leaves meanwhile is in none of it."""
    read_at = runtime.clock.now()
    with runtime.database.read_only() as session:
        commits = _commit_times(session)

        def every(model, *order):
            return session.scalars(select(model).order_by(*order)).all()

        events = defaultdict(list)
        for event in every(MessageEvent, MessageEvent.id):
            events[event.message_id].append(event)
        audits = every(AuditEvent, AuditEvent.id)
        inbound = {one.sid: one for one in every(InboundMessage)}
        truth = Truth(
            read_at=read_at,
            lease=runtime.policies.delivery.lease,
            lag_began=lag_began,
            messages={one.id: one for one in every(Message)},
            events=dict(events),
            starts=_starts(events, commits),
            creates=[],
            changes=_changes(audits, commits),
            opted_out={
                one.phone: commits["opt_out"].get(one.phone) or acted_on(one, inbound)
                for one in every(OptOut)
            },
            questions={one.id: one for one in every(OpenQuestion, OpenQuestion.asked_at)},
            inbound=inbound,
            patients={one.id: one for one in every(Patient)},
            answers=list(every(Answer)),
            check_ins={one.id: one for one in every(CheckIn)},
            confirmations=_count(one.subject_id for one in audits if one.action == "confirmed"),
            consents=list(every(Consent)),
            texts_in=carrier.rows("inbound"),
            handed_over=_count(
                row["sid"]
                for row in carrier.rows("inbound_webhook")
                if row["outcome"] == "answered"
            ),
        )
        session.expunge_all()
    truth.creates = [one for one in carrier.creates() if truth.can_know(one)]
    return truth


def acted_on(opt_out, inbound):
    """When the text that stopped all others was acted on; it counts from when it was sent.

    Other texts of that phone may be acted on between the two, an earlier STOP and a START too.
    """
    handled = [
        one.handled_at
        for one in inbound.values()
        if one.phone == opt_out.phone and one.received_at == opt_out.opted_out_at and one.handled_at
    ]
    return min(handled, default=opt_out.opted_out_at)


def effective_states(events):
    """Yield the state after each step; a report says where it led only by its own words."""
    for event in events:
        state = event.state
        if event.type == "report" and reported_state(event.detail["status"]) is not None:
            state = after_report(state, reported_state(event.detail["status"]))
        yield event, state


def is_final(state):
    """Whether nothing may follow."""
    return state in FINAL


def _commit_times(session):
    if session.get_bind().dialect.name != "postgresql":
        return {table: {} for table in COMMITTED}
    return {table: dict(session.execute(text(query)).all()) for table, query in COMMITTED.items()}


def _starts(events, commits):
    known = commits["message_event"]
    return [
        Start(event.message_id, event.at, known.get(event.id, event.at))
        for steps in events.values()
        for event in steps
        if event.type == "started"
    ]


def _changes(audits, commits):
    changes = defaultdict(list)
    for one in audits:
        if one.action in {"moved", "cancelled"}:
            changes[one.subject_id].append(commits["audit_event"].get(one.id, one.at))
    return {subject: sorted(times) for subject, times in changes.items()}


def _count(keys):
    counts = defaultdict(int)
    for key in keys:
        counts[key] += 1
    return counts
