"""The seven things that must hold, each checked against the carrier's ledger."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.clinic.policy import TEXTING_HOURS
from booking.messaging.kinds import KINDS, Channel
from booking.messaging.message import MessageState, may_become
from tests.chaos.truth import effective_states, is_final

S = MessageState
UNFINISHED = frozenset({S.PENDING, S.CLAIMED, S.SENDING, S.UNKNOWN})
AT_CARRIER = frozenset({S.ACCEPTED, S.QUEUED, S.SENT, S.DELIVERED, S.UNDELIVERED})
NEVER_LEFT = frozenset({S.CANCELLED, S.EXPIRED, S.SUPPRESSED})
TRANSIT = timedelta(seconds=1)


@dataclass
class Finding:
    """One invariant: how many things it was checked on, and which break it and why."""

    number: int
    claim: str
    checked: int = 0
    broken: list[tuple[UUID | str | None, str]] = field(default_factory=list)

    @property
    def holds(self):
        return not self.broken

    def line(self):
        """Return it as one line."""
        verdict = "holds" if self.holds else "BROKEN"
        return (
            f"{self.number} {self.claim:<62} checked {self.checked:>7,}"
            f"  broken {len(self.broken):>3,}  {verdict}"
        )

    def look(self, who, problem):
        """Count one thing, broken where there is a problem to tell."""
        self.checked += 1
        if problem:
            self.broken.append((who, problem))


def check_all(truth, watcher):
    """Return the seven findings."""
    return [
        every_due_message_ended(truth),
        sent_once(truth),
        never_out_of_time(truth),
        ends_are_final(truth),
        one_effect(truth),
        right_patient(truth),
        nothing_stuck(watcher),
    ]


def every_due_message_ended(truth):
    """Every due row ends, and what it says is what the carrier knows."""
    found = Finding(1, "every due message ended, as the carrier knows it")
    for message in truth.messages.values():
        waits = message.state is S.PENDING and message.next_attempt_at > truth.read_at
        if message.due_at > truth.read_at or waits:
            continue
        found.look(message.id, _how_it_ended_wrong(truth, message))
    return found


def _how_it_ended_wrong(truth, message):
    if message.state in UNFINISHED:
        return f"still {message.state}"
    if message.state is S.FAILED and not message.reason:
        return "failed without a reason"
    if message.channel is not Channel.SMS:
        return None
    taken = truth.accepted(message.id)
    if message.state in AT_CARRIER and not taken:
        return f"{message.state}, and the carrier never had it"
    denies = message.state in NEVER_LEFT or message.provider_sid is None
    if taken and denies and not _under_lag(truth, taken):
        return f"{message.state}, and the carrier had it"
    return None


def sent_once(truth):
    """At most one accepted create for each dedupe key; those under list lag are told apart."""
    found = Finding(2, "no message was sent twice")
    for message_id, creates in truth.everything_accepted():
        twice = len(creates) > 1 and not _under_lag(truth, creates)
        found.look(message_id, f"accepted {len(creates)} times" if twice else None)
    return found


def doubles_under_lag(truth):
    """How many messages went twice while the carrier's list lagged, and how many went at all."""
    lagging = [c for _, c in truth.everything_accepted() if _under_lag(truth, c)]
    return sum(len(creates) > 1 for creates in lagging), len(lagging)


def _under_lag(truth, creates):
    return truth.lag_began is not None and creates[0].received_at >= truth.lag_began


def never_out_of_time(truth):
    """No send began too late, about an old time, at night or after an opt-out."""
    found = Finding(3, "no send was late, stale, at night or after an opt-out")
    for start in truth.starts:
        message = truth.messages[start.message_id]
        found.look(start.message_id, _begun_wrong(truth, start, message))
    latest = defaultdict(list)
    for start in truth.starts:
        latest[start.message_id].append(start.at)
    for message_id, creates in truth.everything_accepted():
        message = truth.messages.get(message_id)
        for create in creates:
            found.look(message_id, _left_wrong(truth, create, message, latest[message_id]))
    return found


def _begun_wrong(truth, start, message):
    if start.at >= message.expires_at:
        return "begun after it had expired"
    if message.channel is not Channel.SMS:
        return _stale(truth, start, message)
    stopped_at = truth.opted_out.get(message.recipient)
    if (
        stopped_at is not None
        and start.committed_at > stopped_at
        and not KINDS[message.kind].after_opt_out
    ):
        return f"begun {start.committed_at - stopped_at} after the opt-out"
    return _stale(truth, start, message)


def _stale(truth, start, message):
    if not KINDS[message.kind].follows_appointment or message.appointment_version is None:
        return None
    changes = truth.changes.get(message.appointment_id, [])
    voided = changes[message.appointment_version - 1 :]
    if voided and start.committed_at > voided[0]:
        return f"begun {start.committed_at - voided[0]} after the appointment had changed"
    return None


def _left_wrong(truth, create, message, starts):
    if message is None:
        return "the carrier has a text of no message"
    begun = [at for at in starts if at <= create.received_at]
    if not begun:
        return "left before any start"
    if create.received_at - begun[-1] > truth.lease + TRANSIT:
        return f"left {create.received_at - begun[-1]} after it was begun"
    if KINDS[message.kind].proactive and TEXTING_HOURS.is_quiet(
        create.received_at, ZoneInfo(message.zone)
    ):
        return "left in quiet hours"
    return None


def ends_are_final(truth):
    """Final states never change, every step is in the table, and a SID belongs to one row."""
    found = Finding(4, "ends are final, steps are allowed, a carrier id is one row's")
    for message_id, events in truth.events.items():
        found.look(message_id, _wrong_step(events, truth.messages[message_id].state))
    for message_id, creates in truth.everything_accepted():
        message = truth.messages.get(message_id)
        sids = {create.sid for create in creates}
        wrong = message and message.provider_sid and message.provider_sid not in sids
        found.look(message_id, "has the carrier id of another text" if wrong else None)
    return found


def _wrong_step(events, state_now):
    before = S.PENDING
    for event, after in effective_states(events):
        if event.state is not before and not may_become(before, event.state):
            return f"{event.type}: from {before} to {event.state}"
        if is_final(before) and after is not before:
            return f"{event.type}: {before} became {after}"
        before = after
    if state_now is not before:
        return f"the row is {state_now}, its history ends {before}"
    return None


def one_effect(truth):
    """However often an inbound text was delivered, it is kept once and acts once."""
    found = Finding(5, "each text from a patient was kept and acted on once")
    for row in truth.texts_in:
        kept = truth.inbound.get(row["sid"])
        problem = None
        if kept is None:
            problem = "never kept"
        elif kept.handled_at is None:
            problem = "kept and never acted on"
        found.look(row["sid"], problem)
    _effects(truth, found)
    return found


def _effects(truth, found):
    """Compare what was done with how many different texts asked for it."""
    confirms, scores, stops = defaultdict(int), defaultdict(int), defaultdict(int)
    for one in truth.inbound.values():
        question = truth.questions.get(one.question_id)
        if one.meaning == "confirm" and question:
            confirms[question.appointment_id] += 1
        elif one.meaning == "scored" and question:
            scores[question.check_in_id] += 1
        elif one.meaning == "optout":
            stops[one.phone] += 1
    for appointment_id, times in truth.confirmations.items():
        more = times > confirms[appointment_id]
        found.look(f"appointment {appointment_id}", "confirmed more often than asked" * more)
    for check_in_id in {one.check_in_id for one in truth.answers}:
        kept = sum(one.check_in_id == check_in_id for one in truth.answers)
        more = kept > scores[check_in_id]
        found.look(f"check-in {check_in_id}", "answered more often than texted" * more)
    withdrawn = {
        (one.patient_id, one.at) for one in truth.consents if one.source == "text" and not one.given
    }
    for patient_id in {who for who, _ in withdrawn}:
        times = sum(who == patient_id for who, _ in withdrawn)
        more = times > stops[truth.patients[patient_id].phone]
        found.look(f"patient {patient_id}", "opted out more often than texted" * more)


def right_patient(truth):
    """A reply belongs to the patient whose question the phone had seen last."""
    found = Finding(6, "no reply was attached to the wrong patient")
    asked = _asked_by_phone(truth)
    for one in truth.inbound.values():
        if one.patient_id is not None:
            found.look(one.sid, _wrong_patient(truth, one, asked))
    return found


def _asked_by_phone(truth):
    """Return, by phone and topic, when a question was seen there, and whose it was."""
    asked = defaultdict(list)
    for question in truth.questions.values():
        for create in truth.accepted(question.message_id):
            if truth.asks(create, question):
                seen = (create.received_at, question.patient_id)
                asked[question.phone, question.topic].append(seen)
    return {key: sorted(seen) for key, seen in asked.items()}


def _wrong_patient(truth, one, asked):
    """Say what is wrong with whom a text was taken to be from, or nothing."""
    if truth.patients[one.patient_id].phone != one.phone:
        return "the patient has another phone"
    question = truth.questions.get(one.question_id)
    if question is None:
        sharing = sum(other.phone == one.phone for other in truth.patients.values())
        # Who else shares the phone now may have come later; then it was one person's.
        return None if sharing == 1 or _was_alone(truth, one) else "the phone is shared"
    if question.patient_id != one.patient_id or question.phone != one.phone:
        return "the question was put to somebody else"
    seen = asked.get((one.phone, question.topic), ())
    before = [who for when, who in seen if when <= truth.came_at(one)]
    if question.patient_id not in before:
        return "the phone had never seen that patient's question"
    if before[-1] != question.patient_id:
        return "another patient's question was the last the phone had seen"
    return None


def _was_alone(truth, one):
    others = [
        other
        for other in truth.patients.values()
        if other.phone == one.phone and other.id != one.patient_id
    ]
    return all(_came_at(other) >= one.handled_at for other in others)


def _came_at(patient):
    """Return when a patient's row was written, by its id: a booking of the past says earlier."""
    return datetime.fromtimestamp((patient.id.int >> 80) / 1000, tz=UTC)


def nothing_stuck(watcher):
    """No row stays claimed or sending beyond its lease and a tick, as seen during the run."""
    found = Finding(7, "nothing stayed claimed or sending beyond lease and tick")
    # Looks, not rows: one that finds nothing in hand has seen that nothing stays there.
    found.checked = watcher.samples
    found.broken = [
        (message_id, f"{over.total_seconds():.1f} s beyond its lease")
        for message_id, over in watcher.overdue.items()
    ]
    return found
