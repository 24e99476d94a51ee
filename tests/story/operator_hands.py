"""An operator's hands in the database of a running Lupine: they let time pass."""

from datetime import timedelta

from sqlalchemy import select

from booking.checkins import service as check_ins
from booking.clinic.actor import System
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.clock import WallClock
from booking.kit.db import open_database, open_engine
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.message import UNSENT, MessageState
from booking.messaging.models import Message, MessageEvent, OptOut
from booking.scheduling.events import AppointmentMoved
from booking.scheduling.models import Appointment
from booking.scheduling.states import BLOCKING_STATES


class Operator:
    """Looks into the database, and lets time pass for one appointment: nobody waits a day.

    The processes use the machine's clock. So instead of the clock the story moves what is due:
    a reminder or a check-in becomes due now, a session lies in two hours or has just begun.
    """

    def __init__(self, database_url):
        self.engine = open_engine(database_url)
        self.database = open_database(self.engine)

    def close(self):
        self.engine.dispose()

    def messages(self, appointment_id, kind, version=None):
        with self.database.read_only() as session:
            wanted = select(Message).where(
                Message.appointment_id == appointment_id, Message.kind == kind
            )
            found = session.scalars(wanted.order_by(Message.due_at)).all()
            session.expunge_all()
        return [one for one in found if version in {None, one.appointment_version}]

    def kept_about(self, phone):
        """How much is kept about a phone: texts from it, steps of texts to it, opt-outs."""
        steps = select(MessageEvent.id).join(Message, Message.id == MessageEvent.message_id)
        with self.database.read_only() as session:
            return [
                len(session.scalars(query).all())
                for query in (
                    select(InboundMessage.sid).where(InboundMessage.phone == phone),
                    steps.where(Message.recipient == phone),
                    select(OptOut.phone).where(OptOut.phone == phone),
                )
            ]

    def state(self, appointment_id):
        with self.database.read_only() as session:
            return session.get_one(Appointment, appointment_id).state

    def all_delivered_to(self, phone):
        """Whether every text to a phone that left is known to have arrived."""
        with self.database.read_only() as session:
            states = session.scalars(
                select(Message.state).where(
                    Message.recipient == phone, Message.send_started_at.is_not(None)
                )
            ).all()
        return bool(states) and set(states) == {MessageState.DELIVERED}

    def bring_forward(self, appointment_id, kind):
        """Let the next message of a kind come due now, and what left before lie a day back.

        Nobody gets two texts a day that they did not ask for, and the story's days are short.
        """
        with self.database.transaction() as session:
            message = session.scalars(
                select(Message)
                .where(
                    Message.appointment_id == appointment_id,
                    Message.kind == kind,
                    Message.state.in_(UNSENT),
                )
                .order_by(Message.due_at)
            ).first()
            assert message is not None, f"no {kind} waits"
            message.due_at = message.next_attempt_at = WallClock().now()
            left_before = (
                Message.recipient == message.recipient,
                Message.send_started_at.is_not(None),
            )
            for earlier in session.scalars(select(Message).where(*left_before)):
                earlier.send_started_at -= timedelta(days=1)

    def lapse_leases(self):
        """Let the leases of senders that died be over now, instead of in a minute."""
        with self.database.transaction() as session:
            for message in session.scalars(select(Message).where(Message.lease_until.is_not(None))):
                message.lease_until = WallClock().now()

    def let_session_be(self, appointment_id, away):
        """Put a session at about this far from now, where its therapist has no other."""
        step = timedelta(minutes=15) if away > timedelta(0) else -timedelta(minutes=15)
        with self.database.transaction() as session:
            appointment = session.get_one(Appointment, appointment_id)
            was_at = appointment.starts_at
            shift = WallClock().now() + away - was_at
            while self._is_taken(session, appointment, shift):
                shift += step
            for name in ("starts_at", "ends_at", "blocked_from", "blocked_until"):
                setattr(appointment, name, getattr(appointment, name) + shift)
            uow = UnitOfWork(session, WallClock().now(), System.WORKERS, None, None, handlers={})
            check_ins.move_baseline(uow, AppointmentMoved(appointment, was_at))

    @staticmethod
    def _is_taken(session, appointment, shift):
        others = select(Appointment.id).where(
            Appointment.therapist_id == appointment.therapist_id,
            Appointment.id != appointment.id,
            Appointment.state.in_(BLOCKING_STATES),
            Appointment.blocked_from < appointment.blocked_until + shift,
            Appointment.blocked_until > appointment.blocked_from + shift,
        )
        return session.scalar(others.limit(1)) is not None
