"""Taking messages out of the outbox: claim, and the last look before they leave.

Each function here runs in a transaction of its own; the carrier is called between `start` and
`outcomes.record`, never inside one. docs/messages.md tells the whole way of one message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from booking.clinic.clinic import Clinic
from booking.clinic.policy import ClinicPolicies
from booking.kit.keyring import digest_of
from booking.messaging import batch_queries as batches
from booking.messaging import envelope as envelopes
from booking.messaging import queries as store
from booking.messaging import question_queries as question_store
from booking.messaging import rendering as wording
from booking.messaging import sender_queries as sender_store
from booking.messaging.failures import mail_for, mail_instead
from booking.messaging.inbound_models import Question
from booking.messaging.message import CANNOT_BE_MADE, WORDS_FAILED, Channel, MessageState
from booking.messaging.models import Message
from booking.messaging.ports import Links, OutgoingEmail, OutgoingText, Texts, WordsFailed
from booking.messaging.send_rules import Decision, Verdict, decide
from booking.messaging.sms_segments import segments
from booking.scheduling import message_facts
from booking.scheduling import message_subjects as last_look

BATCH = 100
PUT_OFF = timedelta(minutes=1)
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
    around = last_look.read(session, ids, clinic=clinic, policies=policies, now=now)
    going = [
        message
        for message in around.messages
        if message.state is MessageState.CLAIMED
        and message.lease_owner == owner
        and _may_go(session, message, around, policies, now)
    ]
    asking = question_store.ask(session, _questions(going, around, now), now)
    leaving: list[OutgoingText | OutgoingEmail] = []
    for message in going:
        asks = message.id in asking
        try:
            words = wording.words_for(
                message,
                around.appointment(message),
                around.check_in(message),
                asks=asks,
                clinic=clinic,
                texts=texts,
                links=links,
                now=now,
            )
        except WordsFailed as failed:
            _fail(session, message, failed, now)
        else:
            envelopes.enter_sending(message, words, policies.delivery, now)
            message.body_digest = digest_of(words.text)
            leaving.append(envelopes.outgoing(message, words, now))
    batches.record(
        session, [one.message_id for one in leaving], "started", MessageState.SENDING, now
    )
    _settle(session, around, leaving, clinic, now)
    return Outgoing(
        texts=tuple(one for one in leaving if isinstance(one, OutgoingText)),
        mails=tuple(one for one in leaving if isinstance(one, OutgoingEmail)),
        started_at=now,
    )


def lay_aside(session: Session, message_id: UUID, owner: str, *, error: str, now: datetime) -> None:
    """Put off a claimed message that cannot even be looked at, for as long as it is of use.

    Nobody foresaw this, so it may be our own fault and mended soon: it is tried again every
    minute, which raises an alarm, and fails when its time is over. `error` is the name of what
    went wrong, for the history; nothing of the row is read.
    """
    state = batches.lay_aside(
        session, message_id, owner, CANNOT_BE_MADE, until=now + PUT_OFF, now=now
    )
    if state is not None:
        batches.record(
            session, [message_id], WORDS_FAILED, state, now, reason=CANNOT_BE_MADE, error=error
        )


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
    if decision.verdict is Verdict.SEND and envelopes.is_too_late(message, now):
        decision = Decision(Verdict.EXPIRE, "too late to be of use")
    if decision.verdict is Verdict.SEND:
        around.count(message, now)
        return True
    if decision.verdict is Verdict.SUPPRESS:
        mail_instead(session, message, reason=decision.reason, now=now)
    else:
        _put_aside(session, message, decision, now)
    return False


def _fail(session: Session, message: Message, failed: WordsFailed, now: datetime) -> None:
    """Let a message fail whose words cannot be made; a mail, with words of its own, takes over."""
    question_store.close_of_message(session, message.id, now)
    store.enter(
        session,
        message,
        MessageState.FAILED,
        now,
        what=WORDS_FAILED,
        reason=CANNOT_BE_MADE,
        error=str(failed),
    )
    mail_for(session, message, now)


def _settle(
    session: Session,
    around: last_look.Surroundings,
    leaving: Sequence[OutgoingText | OutgoingEmail],
    clinic: Clinic,
    now: datetime,
) -> None:
    """Pay for the segments beyond one a text, and take back what was paid for texts that stay."""
    paid = sum(message.channel is Channel.SMS for message in around.messages)
    used = sum(segments(one.body) for one in leaving if isinstance(one, OutgoingText))
    if used != paid:
        sender = sender_store.locked(session, clinic.sender, now)
        sender_store.keep_bucket(sender, sender_store.bucket_of(sender).spent(used - paid))


def _questions(
    messages: Sequence[Message], around: last_look.Surroundings, now: datetime
) -> list[Question]:
    asked = (
        message_facts.question_of(
            message, around.appointment(message), around.check_in(message), now
        )
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
