"""What a test may want to know of the clinic; reads only, and changes nothing."""

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from booking.checkins.models import Answer, CheckIn
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Kind, kept_as
from booking.messaging.message import MessageState
from booking.messaging.models import Message, MessageEvent
from booking.patients.models import Patient
from booking.safety.models import Alert
from booking.scheduling.models import Appointment
from booking.therapists.models import Therapist
from booking.web.staff.history_words import told_words
from tests.build.times import stamp, utc


class Readings:
    """The reading half of the clinic; rows come back detached, columns only."""

    def messages(self, *, kind=None, about=None, channel=None, state=None, to=None):
        """The messages that fit, the earliest due first."""
        query = select(Message).order_by(Message.due_at, Message.id)
        wanted = {
            Message.kind: kept_as(kind) if kind else None,
            Message.appointment_id: about.id if about else None,
            Message.channel: channel,
            Message.state: state,
            Message.recipient: to,
        }
        for column, value in wanted.items():
            if value is not None:
                query = query.where(column == value)
        with self.reading() as session:
            found = session.scalars(query.options(undefer(Message.sealed_kind))).all()
        # Which safety text it is can only be read, not asked for.
        return [one for one in found if kind is None or one.template is kind]

    def message(self, **wanted):
        """The only message that fits."""
        [found] = self.messages(**wanted)
        return found

    def reminders(self, booked):
        """When the reminders of an appointment that still wait are due."""
        waiting = self.messages(kind=Kind.REMINDER, about=booked, state=MessageState.PENDING)
        return [stamp(one.due_at) for one in waiting]

    def kinds(self, **wanted):
        """The kinds of the messages that fit, the earliest due first."""
        return [one.template for one in self.messages(**wanted)]

    def next_due(self, until):
        """When the next message up to an instant is due, or None."""
        with self.reading() as session:
            return session.scalar(
                select(func.min(Message.next_attempt_at)).where(
                    Message.state == MessageState.PENDING, Message.next_attempt_at <= utc(until)
                )
            )

    def said_of(self, message):
        """Return what the other side said last of a message, as staff reads it."""
        events = self.all(
            MessageEvent, MessageEvent.message_id == message.id, order_by=MessageEvent.id
        )
        return [told_words(one.detail) for one in events if told_words(one.detail)][-1]

    def history(self, message):
        """What happened to a message, step by step."""
        with self.reading() as session:
            return session.scalars(
                select(MessageEvent.type)
                .where(MessageEvent.message_id == message.id)
                .order_by(MessageEvent.id)
            ).all()

    def reload(self, row):
        """The same row as it is now."""
        return self.get(type(row), row.id)

    def get(self, model, key):
        with self.reading() as session:
            return session.get_one(model, key)

    def all(self, model, *conditions, order_by=None):
        """All rows of a table that fit."""
        query = select(model).where(*conditions)
        with self.reading() as session:
            return session.scalars(
                query.order_by(order_by) if order_by is not None else query
            ).all()

    def alerts(self):
        return self.all(Alert, order_by=Alert.opened_at)

    def inbound(self):
        """The texts that came in, in order."""
        return self.all(InboundMessage, order_by=InboundMessage.received_at)

    def check_ins(self, booked):
        """The check-ins of an appointment by their kind."""
        return {one.kind: one for one in self.all(CheckIn, CheckIn.appointment_id == booked.id)}

    def scores(self, booked, kind):
        """The three numbers that count for a check-in of an appointment, or None."""
        check_in = self.check_ins(booked)[kind]
        current = self.all(Answer, Answer.check_in_id == check_in.id, Answer.replaced_at.is_(None))
        return next(((one.pain, one.tiredness, one.stiffness) for one in current), None)

    def patient(self, of_cast):
        """The row of somebody of the cast who has booked."""
        [row] = self.all(Patient, Patient.email == of_cast.email)
        return row

    def therapist(self, of_cast):
        [row] = self.all(Therapist, Therapist.slug == of_cast.slug)
        return row

    def state(self, booked):
        """Where an appointment stands now."""
        return self.get(Appointment, booked.id).state
