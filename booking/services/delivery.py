"""Taking messages out of the outbox: claim, and the last look before they leave.

Each function here runs in a transaction of its own; the carrier is called between `start` and
`outcomes.record`, never inside one. docs/messages.md tells the whole way of one message.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from booking.domain.dispatch import Decision, Verdict, decide
from booking.domain.gsm import segments
from booking.domain.message import Channel, MessageState
from booking.domain.policy import ClinicPolicies
from booking.models import Message, Question
from booking.ports import (
    Clinic,
    Links,
    OutgoingEmail,
    OutgoingText,
    Texts,
)
from booking.services import last_look, wording
from booking.services.consequences import mail_instead
from booking.store import batches
from booking.store import messages as store
from booking.store import questions as question_store
from booking.store import senders as sender_store

BATCH = 100
LONGEST_AT_CARRIER = timedelta(hours=10)
SHORTEST_AT_CARRIER = timedelta(seconds=60)
"""A carrier that is given less than it needs for one attempt drops the text."""

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
    started_at: datetime | None = None


@dataclass(frozen=True)
class Claimed:
    """What a sender took; `wait` is how long it must wait where it may not go on yet."""

    ids: Sequence[UUID]
    wait: timedelta | None = None


@dataclass(frozen=True)
class Claimant:
    """A process that sends: its name on the lease, how long that lasts, and how much it takes."""

    owner: str
    lease: timedelta
    limit: int = BATCH


def claim_texts(
    session: Session, claimant: Claimant, *, sender: str, rate: float, now: datetime
) -> Claimed:
    """Take due texts of the most urgent lane that has any, and pay for them.

    One segment a text is paid here; `start` pays the rest. A stopped or paused sender and an
    empty bucket take nothing: every process asks the same row, so together they keep the rate.
    """
    paying = sender_store.locked(session, sender, now)
    if paying.stopped_at is not None:
        return Claimed([])
    if paying.paused_until is not None and paying.paused_until > now:
        return Claimed([], wait=paying.paused_until - now)
    bucket = sender_store.bucket_of(paying).refilled(rate, now)
    if not bucket.affordable:
        return Claimed([], wait=bucket.wait(rate))
    limit = min(claimant.limit, bucket.affordable)
    ids = _claim(session, Channel.SMS, claimant, limit, now)
    if ids:
        sender_store.keep_bucket(paying, bucket.spent(len(ids)))
    return Claimed(ids)


def claim_mails(session: Session, claimant: Claimant, *, now: datetime) -> Claimed:
    """Take due mails of the most urgent lane that has any; nothing paces them."""
    return Claimed(_claim(session, Channel.EMAIL, claimant, claimant.limit, now))


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

    What is not right to send any more leaves the outbox here, with a reason.
    """
    around = last_look.read(session, ids, clinic=clinic, now=now)
    going = [
        message
        for message in around.messages
        if message.state is MessageState.CLAIMED
        and message.lease_owner == owner
        and _may_go(session, message, around, policies, now)
    ]
    asking = question_store.ask(session, _questions(going, around, now), now)
    outgoing_texts: list[OutgoingText] = []
    outgoing_mails: list[OutgoingEmail] = []
    for message in going:
        words = wording.words_for(
            message,
            around.appointment(message),
            around.check_in(message),
            asks=message.id in asking,
            clinic=clinic,
            texts=texts,
            links=links,
            now=now,
        )
        message.attempts += 1
        message.send_started_at = now
        message.lease_until = now + policies.delivery.lease
        message.body_digest = digest_of(words.text)
        message.state = MessageState.SENDING
        if message.channel is Channel.SMS:
            message.segments = segments(words.text)
            outgoing_texts.append(
                OutgoingText(
                    message.id,
                    message.recipient,
                    words.text,
                    _valid_for(message, now),
                    not_after=message.lease_until,
                )
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
    batches.record(session, [one.id for one in going], "started", MessageState.SENDING, now)
    _settle(session, around, going, clinic, now)
    return Outgoing(tuple(outgoing_texts), tuple(outgoing_mails), started_at=now)


def digest_of(body: str) -> str:
    """Return what is kept of a text's words: enough to recognise them, not to read them."""
    return hashlib.sha256(body.encode()).hexdigest()


def _claim(
    session: Session, channel: Channel, claimant: Claimant, limit: int, now: datetime
) -> Sequence[UUID]:
    for lane in batches.lanes_due(session, channel, now):
        ids = batches.claim(
            session,
            channel,
            lane,
            owner=claimant.owner,
            until=now + claimant.lease,
            now=now,
            limit=limit,
        )
        if ids:
            return ids
    return ()


def _may_go(
    session: Session,
    message: Message,
    around: last_look.Surroundings,
    policies: ClinicPolicies,
    now: datetime,
) -> bool:
    """Put a message aside unless it is right to send it now."""
    quiet = policies.reminders.quiet_hours
    decision = decide(around.situation(message, now), quiet, now, policies.caps)
    if decision.verdict is Verdict.SEND:
        around.count(message, now)
        return True
    if decision.verdict is Verdict.SUPPRESS:
        mail_instead(session, message, reason=decision.reason, now=now)
    else:
        _put_aside(session, message, decision, now)
    return False


def _settle(
    session: Session,
    around: last_look.Surroundings,
    going: Sequence[Message],
    clinic: Clinic,
    now: datetime,
) -> None:
    """Pay for the segments beyond one a text, and take back what was paid for texts that stay."""
    paid = sum(message.channel is Channel.SMS for message in around.messages)
    used = sum(message.segments or 0 for message in going if message.channel is Channel.SMS)
    if used != paid:
        sender = sender_store.locked(session, clinic.sender, now)
        sender_store.keep_bucket(sender, sender_store.bucket_of(sender).spent(used - paid))


def _questions(
    messages: Sequence[Message], around: last_look.Surroundings, now: datetime
) -> list[Question]:
    asked = (
        wording.question_of(message, around.appointment(message), around.check_in(message), now)
        for message in messages
    )
    return [question for question in asked if question is not None]


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


def _valid_for(message: Message, now: datetime) -> int:
    """Return how long the carrier may keep trying, in seconds."""
    left = min(message.expires_at - now, LONGEST_AT_CARRIER)
    return int(max(left, SHORTEST_AT_CARRIER).total_seconds())
