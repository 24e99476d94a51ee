"""The messages of an appointment, and the history of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from booking.checkins.models import CheckIn
from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging.models import Message, MessageEvent
from booking.scheduling.models import Appointment


def of_appointment(uow: UnitOfWork, appointment: Appointment) -> list[Message]:
    """Return the messages of an appointment and of its check-ins, in the order they are due."""
    check_ins = select(CheckIn.id).where(CheckIn.appointment_id == appointment.id)
    return list(
        uow.session.scalars(
            select(Message)
            .where(
                or_(
                    Message.appointment_id == appointment.id,
                    Message.check_in_id.in_(check_ins),
                )
            )
            .order_by(Message.due_at, Message.created_at, Message.id)
        )
    )


def events_of(
    uow: UnitOfWork, messages: Sequence[Message]
) -> Mapping[UUID, Sequence[MessageEvent]]:
    """Return the history of each of these messages by its id, oldest step first."""
    history: dict[UUID, list[MessageEvent]] = defaultdict(list)
    for step in uow.session.scalars(
        select(MessageEvent)
        .where(MessageEvent.message_id.in_([message.id for message in messages]))
        .order_by(MessageEvent.at, MessageEvent.id)
    ):
        history[step.message_id].append(step)
    return {message.id: history[message.id] for message in messages}
