"""Taking messages out of the outbox: claim, last look, and what became of each.

Every function here runs in a transaction of its own; the carrier is called between `start`
and `record`, never inside one. docs/messages.md tells the whole way of one message.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.domain.dispatch import AppointmentFacts, Decision, Situation, Verdict, decide
from booking.domain.gsm import segments
from booking.domain.message import Channel, Kind, Lane, MessageState
from booking.domain.policy import ClinicPolicies
from booking.models import Appointment, Message
from booking.ports import (
    Clinic,
    Links,
    Outcome,
    OutgoingEmail,
    OutgoingText,
    SendResult,
    Texts,
)
from booking.services import availability, wording
from booking.services.consequences import after_refusal, mail_instead
from booking.store import appointments as appointment_store
from booking.store import check_ins as check_in_store
from booking.store import messages as store
from booking.store import patients as patient_store

BATCH = 25
LEASE = timedelta(seconds=60)
"""Longer than a batch takes with every call running into its time-out."""
LONGEST_AT_CARRIER = timedelta(hours=10)
SHORTEST_AT_CARRIER = timedelta(seconds=60)
"""A carrier that is given less than it needs for one attempt drops the text."""
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)

_PUT_ASIDE: dict[Verdict, MessageState] = {
    Verdict.CANCEL: MessageState.CANCELLED,
    Verdict.EXPIRE: MessageState.EXPIRED,
    Verdict.POSTPONE: MessageState.PENDING,
}


@dataclass(frozen=True)
class Outgoing:
    """What one transaction decided to send."""

    texts: tuple[OutgoingText, ...] = ()
    mails: tuple[OutgoingEmail, ...] = ()


def claim(
    session: Session, lane: Lane, owner: str, *, now: datetime, limit: int = BATCH
) -> list[UUID]:
    """Take up to `limit` due messages of a lane for this sender, for the length of a lease."""
    messages = store.due(session, int(lane), now, limit)
    for message in messages:
        message.state = MessageState.CLAIMED
        message.lease_owner = owner
        message.lease_until = now + LEASE
        store.record(session, message, "claimed", now, owner=owner)
    return [message.id for message in messages]


def start(
    session: Session,
    ids: Sequence[UUID],
    owner: str,
    *,
    clinic: Clinic,
    policies: ClinicPolicies,
    texts: Texts,
    links: Links,
    now: datetime,
) -> Outgoing:
    """Look once more at each claimed message; the commit of this is the point of no return.

    Appointments are locked before their messages, as everybody who moves or cancels one
    locks them. What is not right to send any more leaves the outbox here, with a reason.
    """
    appointments = _lock_appointments(session, ids)
    outgoing_texts: list[OutgoingText] = []
    outgoing_mails: list[OutgoingEmail] = []
    for message in store.of_ids(session, ids):
        if message.state is not MessageState.CLAIMED or message.lease_owner != owner:
            continue
        appointment = appointments.get(message.appointment_id) if message.appointment_id else None
        situation = _situation(session, message, appointment, clinic)
        decision = decide(situation, policies.reminders.quiet_hours, now)
        if decision.verdict is Verdict.SUPPRESS:
            mail_instead(session, message, reason=decision.reason, now=now)
            continue
        if decision.verdict is not Verdict.SEND:
            _put_aside(session, message, decision, now)
            continue
        words = wording.words_for(
            session, message, appointment, clinic=clinic, texts=texts, links=links, now=now
        )
        message.attempts += 1
        message.send_started_at = now
        message.lease_until = now + LEASE
        message.body_digest = hashlib.sha256(words.text.encode()).hexdigest()
        store.enter(session, message, MessageState.SENDING, now, what="started")
        if message.channel is Channel.SMS:
            message.segments = segments(words.text)
            outgoing_texts.append(
                OutgoingText(message.id, message.recipient, words.text, _valid_for(message, now))
            )
        else:
            outgoing_mails.append(
                OutgoingEmail(
                    message.id,
                    message.recipient,
                    words.subject,
                    words.text,
                    words.html,
                    words.attachments,
                )
            )
    return Outgoing(tuple(outgoing_texts), tuple(outgoing_mails))


def record(
    session: Session, results: Sequence[SendResult], *, clinic: Clinic, now: datetime
) -> None:
    """Keep what became of each message that was handed over."""
    by_id = {result.message_id: result for result in results}
    for message in store.of_ids(session, list(by_id)):
        result = by_id[message.id]
        if result.provider_sid and message.provider_sid is None:
            message.provider_sid = result.provider_sid
        if message.state not in {MessageState.SENDING, MessageState.UNKNOWN}:
            # A callback was faster than the answer to our call; it knows at least as much.
            continue
        if result.outcome is Outcome.ACCEPTED:
            message.accepted_at = now
            store.enter(session, message, MessageState.ACCEPTED, now, what="accepted")
        elif result.outcome is Outcome.NOT_PROCESSED:
            _try_again(session, message, result, now)
        elif result.outcome is Outcome.UNKNOWN:
            store.enter(
                session, message, MessageState.UNKNOWN, now, what="unknown", reason=result.reason
            )
        else:
            after_refusal(
                session,
                message,
                MessageState.FAILED,
                result.error_code,
                reason=result.reason,
                was_taken=False,
                clinic=clinic,
                now=now,
            )


def recover(session: Session, *, now: datetime, limit: int = 500) -> int:
    """Take back what a sender that died had claimed; returns how many.

    What had not passed the point of no return is due again; a text that had may have been
    sent, and is unknown until there is evidence. A mail goes again under the same Message-ID.
    """
    lapsed = store.lapsed_leases(session, now, limit)
    for message in lapsed:
        if message.state is MessageState.CLAIMED or message.channel is Channel.EMAIL:
            store.enter(session, message, MessageState.PENDING, now, what="lease_lapsed")
        else:
            store.enter(
                session,
                message,
                MessageState.UNKNOWN,
                now,
                what="lease_lapsed",
                reason="the sender stopped in the middle",
            )
    return len(lapsed)


def _lock_appointments(session: Session, ids: Sequence[UUID]) -> dict[UUID, Appointment]:
    return {
        appointment.id: appointment
        for appointment in appointment_store.lock_of_messages(session, ids)
    }


def _situation(
    session: Session, message: Message, appointment: Appointment | None, clinic: Clinic
) -> Situation:
    facts = None
    if appointment is not None:
        facts = AppointmentFacts(
            state=appointment.state,
            version=appointment.version,
            starts_at=appointment.starts_at,
            therapist_vetted=availability.may_take_place(
                appointment.service, appointment.starts_at
            ),
        )
    is_text = message.channel is Channel.SMS
    answered = (
        message.kind is Kind.CHECK_IN
        and message.check_in_id is not None
        and check_in_store.current_answer(session, message.check_in_id) is not None
    )
    return Situation(
        kind=message.kind,
        channel=message.channel,
        expires_at=message.expires_at,
        zone=ZoneInfo(message.zone),
        version=message.appointment_version,
        appointment=facts,
        opted_out=is_text
        and patient_store.has_opted_out(session, message.recipient, clinic.sender),
        answered=answered,
    )


def _put_aside(session: Session, message: Message, decision: Decision, now: datetime) -> None:
    if decision.until is not None:
        message.next_attempt_at = decision.until
    store.enter(
        session,
        message,
        _PUT_ASIDE[decision.verdict],
        now,
        what=decision.verdict.value,
        reason=decision.reason,
    )


def _try_again(session: Session, message: Message, result: SendResult, now: datetime) -> None:
    doubled = FIRST_WAIT * 2 ** min(message.attempts - 1, 10)
    wait = min(doubled, LONGEST_WAIT)
    if result.retry_after_s is not None:
        wait = max(wait, timedelta(seconds=result.retry_after_s))
    # Half of the wait differs from message to message, so that they do not all come back at once.
    share = message.id.bytes[-1] / 255
    message.next_attempt_at = now + wait * (0.5 + share / 2)
    if result.retry_after_s is not None:
        message.next_attempt_at = max(
            message.next_attempt_at, now + timedelta(seconds=result.retry_after_s)
        )
    message.error_code = result.error_code
    store.enter(
        session, message, MessageState.PENDING, now, what="not_processed", reason=result.reason
    )


def _valid_for(message: Message, now: datetime) -> int:
    """Return how long the carrier may keep trying, in seconds."""
    left = min(message.expires_at - now, LONGEST_AT_CARRIER)
    return int(max(left, SHORTEST_AT_CARRIER).total_seconds())
