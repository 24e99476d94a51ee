"""The newest booking, and the link to it that a message carried."""

from sqlalchemy import select, update

from booking.kit.links import Scope, mark_of
from booking.messaging.kinds import Kind
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from booking.scheduling.models import Appointment


def newest(runtime):
    with runtime.database.read_only() as session:
        found = session.scalars(
            select(Appointment).where(Appointment.patient_id.is_not(None))
        ).all()
        session.expunge_all()
    return max(found, key=lambda one: one.booked_at)


def sent_link(runtime, channel):
    """The path that a message about the newest booking carried to Ana."""
    booked = newest(runtime)
    with runtime.database.transaction() as session:
        message = session.scalars(
            select(Message).where(
                Message.appointment_id == booked.id,
                Message.kind == Kind.CONFIRMATION,
                Message.channel == channel,
            )
        ).one()
        session.execute(
            update(Message).where(Message.id == message.id).values(state=MessageState.SENT)
        )
        until = booked.ends_at
        token = runtime.links.token(Scope.MANAGE, booked.id, until, mark_of(message.id))
    return f"/a/{token}"
