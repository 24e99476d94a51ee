"""A phone's word that texts end, or may come again; it holds before anything else is looked at."""

from dataclasses import replace

from booking.conversations.context import InboundContext, send_automatic_reply
from booking.conversations.rules.reply import OptInRequest, OptOutRequest
from booking.messaging import opt_out_queries
from booking.messaging import queries as message_store
from booking.messaging.failures import suppress
from booking.messaging.handover import Handover
from booking.messaging.kinds import KINDS, Channel, Kind
from booking.messaging.outbox import MAIL_TTL, queue
from booking.messaging.reason import Reason
from booking.patients import service as people
from booking.scheduling import queries as appointment_store
from booking.scheduling.models import Appointment
from booking.scheduling.notices import draft_for


def stop_texts(context: InboundContext, reading: OptOutRequest, words: str) -> None:
    """Stop all texts to the phone; one confirmation goes, and by mail where a session stands.

    A word that may mean the session is handed to a person too. `words` are kept with the
    consent that ends.
    """
    phone, clinic, now = context.inbound.phone, context.uow.clinic, context.uow.now
    # From when the patient wrote: a START that was texted after it counts, however late found.
    since = context.inbound.received_at
    newly = opt_out_queries.opt_out(
        context.uow.session, phone, clinic.sender, source="text", now=since
    )
    opt_out_queries.asked_to_stop_again(context.uow.session, phone, clinic.sender, since)
    # Taking the messages' locks waits for any that is just passing its point of no return,
    # and keeps every later one from it.
    for message in message_store.unsent_texts_to(context.uow.session, phone):
        if not KINDS[message.kind].after_opt_out:
            suppress(context.uow, message, context.subjects, reason=Reason.OPTED_OUT)
    if not (newly or reading.may_mean_session):
        return
    standing = appointment_store.next_of_patients(
        context.uow.session, [patient.id for patient in context.people], now
    )
    if standing and reading.may_mean_session:
        context.hand_over(Handover.SESSION_STANDS)
    if newly:
        people.change_text_consent(context.uow, phone, given=False, words=words, source="text")
        send_automatic_reply(context, Kind.OPTED_OUT)
        # The carrier refuses that text where it has seen the word itself: a mail still arrives.
        for appointment in standing:
            _tell_by_mail(context, appointment)


def start_texts(context: InboundContext, reading: OptInRequest) -> bool:
    """Let texts go to the phone again; False where they were not stopped before this was sent."""
    phone, received_at = context.inbound.phone, context.inbound.received_at
    if not opt_out_queries.opt_in(
        context.uow.session, phone, context.uow.clinic.sender, received_at
    ):
        return False
    people.change_text_consent(context.uow, phone, given=True, words=reading.word, source="text")
    send_automatic_reply(context, Kind.OPTED_IN)
    return True


def _tell_by_mail(context: InboundContext, appointment: Appointment) -> None:
    """Tell one patient of the phone that texts have ended and that their session stands."""
    if appointment.patient is None:
        return
    mail = draft_for(
        appointment,
        Kind.OPTED_OUT,
        Channel.EMAIL,
        due_at=context.uow.now,
        expires_at=min(context.uow.now + MAIL_TTL, appointment.starts_at),
    )
    queue(
        context.uow,
        replace(mail, subject=context.inbound.sid, parts=(appointment.id,)),
    )
