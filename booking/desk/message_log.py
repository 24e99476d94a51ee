"""The message log as staff reads it: a page at a time, and the history of each message."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import message_log_queries
from booking.desk.message_query import Cursor, MessageQuery
from booking.messaging import sender_queries
from booking.messaging.message import MessageState
from booking.messaging.models import Message, MessageEvent


def page(
    uow: UnitOfWork, query: MessageQuery, limit: int, after: Cursor | None = None
) -> Sequence[Message]:
    """Return messages that the actor may see, the latest due first, after a place."""
    return message_log_queries.page(uow.session, uow.actor, query, limit, after)


def count_states(uow: UnitOfWork, query: MessageQuery) -> Mapping[MessageState, int]:
    """Return how many messages that the actor may see stand in each state."""
    return message_log_queries.count_states(uow.session, uow.actor, query)


def events_of(
    uow: UnitOfWork, messages: Sequence[Message]
) -> Mapping[UUID, Sequence[MessageEvent]]:
    """Return the history of each of these messages by its id, oldest step first."""
    history: dict[UUID, list[MessageEvent]] = defaultdict(list)
    for step in message_log_queries.events_of(uow.session, [message.id for message in messages]):
        history[step.message_id].append(step)
    return {message.id: history[message.id] for message in messages}


def is_stopped(uow: UnitOfWork) -> bool:
    """Whether the clinic's texts wait until a person lets them go on."""
    return sender_queries.is_stopped(uow.session, uow.clinic.sender)
