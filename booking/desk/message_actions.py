"""What staff does to messages by hand: send one again, call one off, let a sender go on."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from booking.audit.service import audit
from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import message_log_queries as log_store
from booking.kit.errors import InvalidTransition, NotFound
from booking.messaging import queries as message_queries
from booking.messaging import sender_queries as sender_store
from booking.messaging.kinds import KINDS, Channel, Lane
from booking.messaging.message import KEY_PARTS, MAY_GO_AGAIN, UNSENT, MessageEventType, RepeatedAs
from booking.messaging.models import Message
from booking.messaging.outbox import ANSWER_TEXT_TTL, MAIL_TTL, NewMessage, cancel, queue
from booking.messaging.reason import Reason
from booking.messaging.rules.carrier_errors import ErrorClass, error_class
from booking.patients import queries as patients
from booking.scheduling import queries as schedule
from booking.scheduling.models import Appointment
from booking.scheduling.states import OPEN_STATES


def may_call_off(message: Message) -> bool:
    """Whether a message has not begun to leave."""
    return message.state in UNSENT


def get(uow: UnitOfWork, message_id: UUID) -> Message:
    """Return a message; raises NotFound where the actor may not see it."""
    return _found(log_store.get(uow.session, uow.actor, message_id))


def may_send_again(uow: UnitOfWork, message: Message) -> bool:
    """Whether a message did not arrive, is still worth sending, and was not written anew."""
    return (
        message.state in MAY_GO_AGAIN
        and not was_refused_for_words(message)
        and _good_until(uow, message) is not None
        and not _was_written_anew(uow.session, message)
    )


def was_refused_for_words(message: Message) -> bool:
    """Whether the carrier would not pass on what a text says: then it never goes again."""
    return message.state in MAY_GO_AGAIN and error_class(message.error_code) is ErrorClass.CONTENT


def cancel_message(uow: UnitOfWork, message_id: UUID) -> Message:
    """Keep a message from leaving; raises NotFound, or InvalidTransition where it has begun to."""
    message = _found(log_store.get_for_update(uow.session, uow.actor, message_id))
    if not may_call_off(message):
        raise _refusal(message, "cancel", "message_has_left")
    cancel(uow, message, reason=Reason.BY_CLINIC)
    _note(uow, "message_called_off", message.id)
    return message


def resend(uow: UnitOfWork, message_id: UUID) -> Message:
    """Write a message that did not arrive anew, as a row of its own, due now; returns that row.

    The last look judges it like any other: a stopped phone, quiet hours or a moved session
    keep it back. Raises NotFound or InvalidTransition.
    """
    message = _found(log_store.get_for_update(uow.session, uow.actor, message_id))
    if was_refused_for_words(message):
        raise _refusal(message, "resend", "words_refused")
    expires_at = _good_until(uow, message)
    if message.state not in MAY_GO_AGAIN or expires_at is None:
        raise _refusal(message, "resend", "message_not_sendable")
    draft = replace(_same(uow.session, message), due_at=uow.now, expires_at=expires_at)
    if _was_written_anew(uow.session, message) or not queue(uow, draft):
        raise _refusal(message, "resend", "message_sent_again")
    _note(uow, "message_sent_again", message.id)
    message_queries.add_event(uow, message, MessageEventType.SENT_AGAIN)
    again = log_store.repeat_of(uow.session, message.id, {RepeatedAs.BY_HAND})
    assert again is not None, "it was written two lines above"
    return again


def resume_sender(uow: UnitOfWork) -> None:
    """Let the clinic's sender go on after somebody has mended the set-up; what waits leaves now."""
    sender_store.resume(uow.session, uow.clinic.sender, uow.now)
    _note(uow, "sender_resumed", None)


def _same(session: Session, message: Message) -> NewMessage:
    """Return the message as it would be written today: to the number the patient has now."""
    patient = patients.get(session, message.patient_id) if message.patient_id else None
    appointment, recipient = _appointment(session, message), message.recipient
    if patient is not None and not KINDS[message.kind].free_text:
        recipient = patient.phone if message.channel is Channel.SMS else patient.email
    return NewMessage(
        kind=message.template,
        channel=message.channel,
        recipient=recipient,
        language=message.language,
        zone=message.zone,
        due_at=message.due_at,
        expires_at=message.expires_at,
        subject=message.id,
        parts=(KEY_PARTS[RepeatedAs.BY_HAND],),
        repeats=message.id,
        repeated_as=RepeatedAs.BY_HAND,
        appointment_id=message.appointment_id,
        version=appointment.version if appointment else None,
        check_in_id=message.check_in_id,
        patient_id=message.patient_id,
        variables=dict(message.variables),
        lane=Lane(message.lane),
        body=message.body,
    )


def _good_until(uow: UnitOfWork, message: Message) -> datetime | None:
    """Return until when a message is worth sending, or None where it is not any more.

    News of an appointment that still stands as it was told stays worth sending until it begins.
    """
    now, appointment = uow.now, _appointment(uow.session, message)
    rules = KINDS[message.kind]
    if rules.follows_appointment and appointment is not None:
        stands = (
            appointment.version == message.appointment_version
            and appointment.state in OPEN_STATES
            and appointment.starts_at > now
        )
        if not stands:
            return None
        if not rules.proactive and message.expires_at <= now:
            keeps = ANSWER_TEXT_TTL if message.channel is Channel.SMS else MAIL_TTL
            return min(now + keeps, appointment.starts_at)
    return message.expires_at if message.expires_at > now else None


def _was_written_anew(session: Session, message: Message) -> bool:
    same_way = {RepeatedAs.RETRY, RepeatedAs.BY_HAND}
    return log_store.repeat_of(session, message.id, same_way) is not None


def _appointment(session: Session, message: Message) -> Appointment | None:
    about = message.appointment_id
    return schedule.find(session, about) if about else None


def _refusal(message: Message, step: str, why: str) -> InvalidTransition:
    return InvalidTransition(why, machine="message", state=message.state, step=step)


def _found(message: Message | None) -> Message:
    if message is None:
        raise NotFound
    return message


def _note(uow: UnitOfWork, action: str, message_id: UUID | None) -> None:
    audit(uow, action=action, subject="message", subject_id=message_id)
