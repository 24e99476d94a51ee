"""The one way to change a message's state, with all that a step writes beside it.

A step of one message goes by the session. Batches are claimed and accepted past it, in a few
statements however many they are: as objects, the rows and lines of history of one send would
cost several times what the rest of it does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import InvalidTransition
from booking.messaging import batch_queries as batches
from booking.messaging.kinds import Channel, Lane
from booking.messaging.message import (
    FINAL,
    HANDED_OVER,
    LEASED,
    TAKEN,
    MessageEventType,
    MessageState,
    may_become,
    states_before,
)
from booking.messaging.models import Message
from booking.messaging.queries import add_event
from booking.messaging.reason import Reason

_NO_LEASE = {"lease_owner": None, "lease_until": None}
# What an earlier attempt had met is in the history; of a text that got on it is not true.
_NO_ERROR = {"error_code": None, "reason": None, "reason_before": None}


@dataclass(frozen=True, slots=True)
class Told:
    """What was met as a message was not taken: a Trouble or a word of the other side's, and a code.

    Without a word the code of the carrier's error tells all there is to tell.
    """

    word: str
    code: int | None
    about: str = ""

    @property
    def detail(self) -> dict[str, Any]:
        """What a history keeps of it."""
        if not self.word:
            return {"error": self.code} if self.code else {}
        about = {"about": self.about} if self.about else {}
        return {"said": self.word, **about}


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds messages, and until when."""

    owner: str
    until: datetime


def transition(
    uow: UnitOfWork,
    message: Message,
    state: MessageState,
    *,
    event: MessageEventType,
    why: Reason | Told | None = None,
    next_at: datetime | None = None,
    **detail: Any,
) -> None:
    """Put a message in a state, and say so in its history; `next_at` is when one that waits is due.

    Raises InvalidTransition where the table has no such step.
    """
    _enter(uow, message, state)
    if next_at is not None:
        message.next_attempt_at = next_at
    if why is not None:
        message.reason_before = None
    if isinstance(why, Told):
        message.error_code, message.reason = why.code, Reason.OTHER_SIDE
        detail = {**why.detail, **detail}
    elif why is not None:
        message.reason, detail = why, {"reason": why.value, **detail}
    add_event(uow, message, event, **detail)


def transition_all(
    uow: UnitOfWork,
    messages: Sequence[Message],
    state: MessageState,
    *,
    event: MessageEventType,
) -> None:
    """Put messages that were read in a state, with one statement for the history of all.

    Raises InvalidTransition where the table has no such step for one of them.
    """
    for message in messages:
        _enter(uow, message, state)
    batches.add_events(uow, [message.id for message in messages], event, state)


def follow_report(uow: UnitOfWork, message: Message, state: MessageState) -> None:
    """Put a message where a report, which its history has already, says that it has come to.

    Raises InvalidTransition where the table has no such step.
    """
    _enter(uow, message, state)


def claim(
    uow: UnitOfWork, channel: Channel, lane: Lane, lease: Lease, *, limit: int
) -> Sequence[UUID]:
    """Lease the messages of a lane that are due, the nearest deadline first.

    Rows another sender holds are skipped, so any number of senders may ask at once.
    """
    ids = batches.due(uow.session, channel, lane, uow.now, limit)
    if ids:
        state = MessageState.CLAIMED
        leased = {"state": state, "lease_owner": lease.owner, "lease_until": lease.until}
        batches.change(uow.session, ids, states_before(state), leased)
        batches.add_events(uow, ids, MessageEventType.CLAIMED, state, owner=lease.owner)
    return ids


def accept(uow: UnitOfWork, sids: Mapping[UUID, str | None]) -> None:
    """Note that the other side took some messages, each with the id it gave it.

    Where a report was faster than the answer to our call, it knows at least as much: then only
    a missing id is filled in.
    """
    if not sids:
        return
    state = MessageState.ACCEPTED
    expecting = states_before(state) & HANDED_OVER
    standing = batches.states_of(uow.session, sids)
    expected = [one for one, its in standing if its in expecting]
    reported = [one for one, its in standing if its not in expecting]
    batches.fill_in(uow.session, reported, sids, {})
    accepted = {"state": state, "accepted_at": uow.now, **_NO_LEASE, **_NO_ERROR}
    batches.fill_in(uow.session, expected, sids, accepted)
    batches.add_events(uow, expected, MessageEventType.ACCEPTED, state)


def quarantine(
    uow: UnitOfWork, message_id: UUID, owner: str, reason: Reason, *, until: datetime
) -> MessageState | None:
    """Put off a message that a sender holds and cannot even read, or fail it if that is too late.

    Returns its new state, or None where the sender does not hold it. Nothing of the row is read,
    and the caller writes its history.
    """
    in_time = Message.expires_at > until
    ends: tuple[tuple[MessageState, Any, dict[str, Any]], ...] = (
        (MessageState.PENDING, in_time, {"next_attempt_at": until}),
        (MessageState.FAILED, ~in_time, {"final_at": uow.now}),
    )
    held = Message.lease_owner == owner
    for state, applies, values in ends:
        before = states_before(state) & {MessageState.CLAIMED}
        changes = {"state": state, "reason": reason, "reason_before": None, **_NO_LEASE, **values}
        if batches.change(uow.session, [message_id], before, changes, held, applies) == 1:
            return state
    return None


def _enter(uow: UnitOfWork, message: Message, state: MessageState) -> None:
    """Write a state, and the times, the lease and the error that follow from it."""
    now = uow.now
    if not may_become(message.state, state):
        raise InvalidTransition(
            machine="message",
            state=message.state,
            step=state,
        )
    message.state = state
    if state is MessageState.SENDING:
        message.attempts += 1
        message.send_started_at = now
        message.lease_until = now + uow.policies.delivery.lease
    if state not in LEASED:
        message.lease_owner = message.lease_until = None
    if state in TAKEN:
        message.accepted_at = message.accepted_at or now
        message.error_code = message.reason = message.reason_before = None
    if state in FINAL:
        message.final_at = now
