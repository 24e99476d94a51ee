"""What a reply means to the question that is open on its phone: coming, or three numbers."""

from datetime import timedelta

from booking.checkins import queries as check_in_store
from booking.checkins import service as check_ins
from booking.checkins.rules.scores import Scores
from booking.checkins.service import NewAnswer
from booking.conversations.context import InboundContext, leave_to_a_person, send_automatic_reply
from booking.conversations.rules.reply import Confirm, MoveRequest, Scored
from booking.kit.errors import DomainError
from booking.messaging import inbound_queries
from booking.messaging import queries as message_store
from booking.messaging import question_queries as question_store
from booking.messaging.handover import Handover
from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import KINDS, Kind, Topic
from booking.patients import queries as patients
from booking.scheduling import appointments
from booking.scheduling import queries as appointment_store
from booking.scheduling.states import TRANSITIONS, Transition

CLARIFICATIONS = 1
CORRECTED_WITHIN = timedelta(hours=1)
ANSWERED_LATELY = timedelta(days=3)
"""Within these, numbers that come too late are still about a check-in, and are told so."""


def attend(context: InboundContext, reading: Confirm | MoveRequest) -> None:
    """Confirm the session that the open question is about, or send the link that moves it."""
    question = context.open_question(Topic.ATTENDANCE)
    if question is None:
        leave_to_a_person(context)
        return
    appointment = appointment_store.get_one(context.uow.session, question.appointment_id)
    if isinstance(reading, MoveRequest):
        send_automatic_reply(context, Kind.MOVE_LINK, appointment)
        return
    if (appointment.state, Transition.CONFIRM) not in TRANSITIONS:
        leave_to_a_person(context)
        return
    appointments.confirm_by_reply(context.uow, appointment.id)
    send_automatic_reply(context, Kind.CONFIRMED, appointment)


def agree(context: InboundContext) -> None:
    """Take a plain yes for a C where one question is open, and its text asked for a C.

    Where people share the phone, or numbers were asked for as well, a person reads it.
    """
    open_ones = question_store.open_of_phone(
        context.uow.session,
        context.inbound.phone,
        asked_by=context.inbound.received_at,
        now=context.uow.now,
    )
    if (
        len(context.people) == 1
        and [one.topic for one in open_ones] == [Topic.ATTENDANCE]
        and _may_be_answered_by_yes(context, open_ones[0])
    ):
        attend(context, Confirm())
    else:
        leave_to_a_person(context)


def _may_be_answered_by_yes(context: InboundContext, question: OpenQuestion) -> bool:
    asked_by = message_store.get_one(context.uow.session, question.message_id)
    return KINDS[asked_by.kind].answered_by_yes


def take_scores(context: InboundContext, reading: Scored) -> None:
    """Keep three numbers as the answer to the open question, or in place of the last ones."""
    if reading.is_named and len(context.people) > 1:
        # Whose question is open, and who says that they write, may be two.
        leave_to_a_person(context)
        return
    question = context.open_question(Topic.SCORES) or _answered(context, CORRECTED_WITHIN)
    if question is None or question.check_in_id is None:
        _came_too_late(context)
        return
    scores = Scores(reading.scores.pain, reading.scores.tiredness, reading.scores.stiffness)
    try:
        check_ins.record_scores(context.uow, question.check_in_id, NewAnswer(scores, "sms"))
    except DomainError:
        # Too late to count: a person reads it, nothing is lost.
        _came_too_late(context)
        return
    send_automatic_reply(context, Kind.CHECK_IN_THANKS)


def clarify(context: InboundContext) -> None:
    """Ask for the three numbers once more; a person reads what is unclear after that."""
    question = context.open_question(Topic.SCORES) or _answered(context, CORRECTED_WITHIN)
    asked_before = (
        inbound_queries.clarifications_of(context.uow.session, question.id) > CLARIFICATIONS
        if question
        else True
    )
    if asked_before:
        leave_to_a_person(context)
    else:
        send_automatic_reply(context, Kind.CHECK_IN_UNCLEAR)


def _came_too_late(context: InboundContext) -> None:
    """Say that numbers came too late, where some were kept lately; a person reads them."""
    if _answered(context, ANSWERED_LATELY) is None:
        leave_to_a_person(context)
        return
    context.hand_over(Handover.LATE_NUMBERS)
    send_automatic_reply(context, Kind.CHECK_IN_LATE)


def _answered(context: InboundContext, within: timedelta) -> OpenQuestion | None:
    """Return the question that was answered last within a time, which a correction belongs to."""
    received_at = context.inbound.received_at
    question = question_store.last_closed(
        context.uow.session, context.inbound.phone, Topic.SCORES, received_at - within, received_at
    )
    if question is None or question.check_in_id is None:
        return None
    if check_in_store.current_answer(context.uow.session, question.check_in_id) is None:
        # Closed because its text never arrived, or its time is over: nothing was answered.
        return None
    context.inbound.question_id = question.id
    context.patient = patients.get(context.uow.session, question.patient_id)
    return question
