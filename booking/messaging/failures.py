"""What follows when the carrier says that a message did not arrive."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import opt_out_queries
from booking.messaging import question_queries as question_store
from booking.messaging import sender_queries as sender_store
from booking.messaging.kinds import KINDS, Channel, Lane
from booking.messaging.message import KEY_PARTS, MessageEventType, MessageState, RepeatedAs
from booking.messaging.models import Message
from booking.messaging.outbox import NewMessage, queue
from booking.messaging.reason import Reason
from booking.messaging.rules.carrier_errors import CARRIER_ERRORS, ErrorClass, error_class
from booking.messaging.subjects import Subjects
from booking.messaging.transitions import Told, transition
from booking.patients import queries as patients
from booking.patients import service as people

RETRY_DELAY = timedelta(minutes=15)
SAFETY_RETRY_DELAY = timedelta(minutes=1)
"""Nobody in danger, and nobody who is called to them, waits a quarter of an hour."""
EMAIL_FALLBACK_CLASSES = frozenset(
    {ErrorClass.BAD_NUMBER, ErrorClass.OPTED_OUT, ErrorClass.CONTENT}
)
"""The phone, or the carrier for the words, will take no other such text: a mail may."""
_FAILED = {
    MessageState.FAILED: MessageEventType.FAILED,
    MessageState.UNDELIVERED: MessageEventType.UNDELIVERED,
}
CARRIERS_WORD = "The carrier refused a text: this phone has stopped our texts."


@dataclass(frozen=True)
class Refusal:
    """How a message did not arrive; `reason` and `about` as in a SendResult, or a report's status.

    `was_taken` tells that the carrier had accepted it first: then it never goes out again as
    the same message, and another is written where it is still worth it.
    """

    state: MessageState
    code: int | None
    reason: str
    was_taken: bool
    about: str = ""


def handle_failure(uow: UnitOfWork, message: Message, refusal: Refusal, subjects: Subjects) -> None:
    """Put a message that did not arrive in its state, and do what the error code asks for."""
    session, now, code = uow.session, uow.now, refusal.code
    kind = error_class(code)
    why = Told("" if code in CARRIER_ERRORS else refusal.reason, code, refusal.about)
    if kind is ErrorClass.OUR_SETUP:
        sender_store.stop(session, uow.clinic.sender, code, now)
    if kind is ErrorClass.OUR_SETUP and not refusal.was_taken:
        # Nothing is wrong with the message: it waits until somebody has mended our set-up.
        transition(
            uow, message, MessageState.PENDING, event=MessageEventType.SENDER_STOPPED, why=why
        )
        return
    transition(uow, message, refusal.state, event=_FAILED[refusal.state], why=why)
    question_store.close_of_message(session, message.id, now)
    if message.channel is not Channel.SMS:
        return
    if kind is ErrorClass.OPTED_OUT:
        _note_opt_out(uow, message.recipient)
    is_repeated = message.repeated_as is RepeatedAs.RETRY
    if kind in EMAIL_FALLBACK_CLASSES or (kind is ErrorClass.TRANSIENT and is_repeated):
        fall_back_to_email(uow, message, subjects)
    elif kind is ErrorClass.OUR_SETUP:
        # It waits behind the stopped sender; each further one needs a person to let texts go on.
        _write_instead(uow, message, subjects, Channel.SMS, RepeatedAs.RETRY, due_at=now)
    elif kind is ErrorClass.TRANSIENT:
        is_urgent = KINDS[message.kind].lane is Lane.SAFETY
        later = now + (SAFETY_RETRY_DELAY if is_urgent else RETRY_DELAY)
        _write_instead(uow, message, subjects, Channel.SMS, RepeatedAs.RETRY, due_at=later)


def fall_back_to_email(uow: UnitOfWork, message: Message, subjects: Subjects) -> None:
    """Write the mail that takes over from a text that will not arrive, where one does."""
    if message.channel is Channel.SMS and KINDS[message.kind].email_fallback:
        _write_instead(uow, message, subjects, Channel.EMAIL, RepeatedAs.FALLBACK, due_at=uow.now)


def suppress(
    uow: UnitOfWork, message: Message, subjects: Subjects, *, reason: Reason | None
) -> None:
    """Keep a text from leaving; what only it would have told goes by mail when it was due."""
    transition(uow, message, MessageState.SUPPRESSED, event=MessageEventType.SUPPRESSED, why=reason)
    if KINDS[message.kind].email_fallback:
        due_at = max(message.due_at, uow.now)
        _write_instead(uow, message, subjects, Channel.EMAIL, RepeatedAs.FALLBACK, due_at=due_at)


def _note_opt_out(uow: UnitOfWork, phone: str) -> None:
    """Keep that a phone stopped our texts though no text of its own told us so."""
    session, now = uow.session, uow.now
    if opt_out_queries.opt_out(session, phone, uow.clinic.sender, source="carrier", now=now):
        people.change_text_consent(uow, phone, given=False, words=CARRIERS_WORD, source="carrier")


def _write_instead(
    uow: UnitOfWork,
    message: Message,
    subjects: Subjects,
    channel: Channel,
    how: RepeatedAs,
    *,
    due_at: datetime,
) -> None:
    """Write the same message anew, by the same or another way; its own row, sent once.

    A text goes to the phone that the first one went to, which need not be a patient's: who is
    on call has none, and an answer to a shared phone is nobody's in particular.
    """
    patient = patients.get(uow.session, message.patient_id) if message.patient_id else None
    is_current = subjects.is_current(uow, message)
    recipient = message.recipient
    if channel is Channel.EMAIL:
        recipient = patient.email if patient else ""
    if not recipient or not is_current or due_at >= message.expires_at or not _can_be_read(message):
        return
    queue(
        uow,
        NewMessage(
            kind=message.template,
            channel=channel,
            recipient=recipient,
            language=message.language,
            zone=message.zone,
            due_at=due_at,
            expires_at=message.expires_at,
            subject=message.id,
            parts=(KEY_PARTS[how],),
            repeats=message.id,
            repeated_as=how,
            appointment_id=message.appointment_id,
            version=message.appointment_version,
            check_in_id=message.check_in_id,
            patient_id=message.patient_id,
            variables=dict(message.variables),
            lane=Lane(message.lane),
            by_web=message.counted_as is not None,
            body=message.body if KINDS[message.kind].free_text else None,
        ),
    )


def _can_be_read(message: Message) -> bool:
    """Whether what a person wrote can be decrypted; what a template makes needs no reading."""
    if not KINDS[message.kind].free_text:
        return True
    try:
        return message.body is not None
    except InvalidToken:
        return False
