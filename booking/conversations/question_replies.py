"""What a reply means to the question that is open on its phone: coming, or three numbers."""

from datetime import timedelta

from booking.checkins import queries as check_in_store
from booking.checkins import service as check_ins
from booking.checkins.rules import Scores
from booking.checkins.service import NewAnswer
from booking.conversations.context import InboundContext, leave_to_a_person, send_automatic_reply
from booking.conversations.reply import Confirm, MoveRequest, Scored
from booking.kit.errors import DomainError
from booking.messaging import inbound_queries as store
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


def attend(talk: InboundContext, reading: Confirm | MoveRequest) -> None:
    """Confirm the session that the open question is about, or send the link that moves it."""
    question = talk.open_question(Topic.ATTENDANCE)
    if question is None:
        leave_to_a_person(talk)
        return
    appointment = appointment_store.get_one(talk.uow.session, question.appointment_id)
    if isinstance(reading, MoveRequest):
        send_automatic_reply(talk, Kind.MOVE_LINK, appointment)
        return
    if (appointment.state, Transition.CONFIRM) not in TRANSITIONS:
        leave_to_a_person(talk)
        return
    appointments.confirm_by_reply(talk.uow, appointment.id)
    send_automatic_reply(talk, Kind.CONFIRMED, appointment)


def agree(talk: InboundContext) -> None:
    """Take a plain yes for a C where one question is open, and its text asked for a C.

    Where people share the phone, or numbers were asked for as well, a person reads it.
    """
    open_ones = question_store.open_of_phone(
        talk.uow.session, talk.inbound.phone, asked_by=talk.inbound.received_at, now=talk.uow.now
    )
    if (
        len(talk.people) == 1
        and [one.topic for one in open_ones] == [Topic.ATTENDANCE]
        and _may_be_answered_by_yes(talk, open_ones[0])
    ):
        attend(talk, Confirm())
    else:
        leave_to_a_person(talk)


def _may_be_answered_by_yes(talk: InboundContext, question: OpenQuestion) -> bool:
    asked_by = message_store.get_one(talk.uow.session, question.message_id)
    return KINDS[asked_by.kind].answered_by_yes


def take_scores(talk: InboundContext, reading: Scored) -> None:
    """Keep three numbers as the answer to the open question, or in place of the last ones."""
    if reading.is_named and len(talk.people) > 1:
        # Whose question is open, and who says that they write, may be two.
        leave_to_a_person(talk)
        return
    question = talk.open_question(Topic.SCORES) or _answered(talk, CORRECTED_WITHIN)
    if question is None or question.check_in_id is None:
        _came_too_late(talk)
        return
    scores = Scores(reading.scores.pain, reading.scores.tiredness, reading.scores.stiffness)
    try:
        check_ins.record_scores(talk.uow, question.check_in_id, NewAnswer(scores, "sms"))
    except DomainError:
        # Too late to count: a person reads it, nothing is lost.
        _came_too_late(talk)
        return
    send_automatic_reply(talk, Kind.CHECK_IN_THANKS)


def clarify(talk: InboundContext) -> None:
    """Ask for the three numbers once more; a person reads what is unclear after that."""
    question = talk.open_question(Topic.SCORES) or _answered(talk, CORRECTED_WITHIN)
    asked_before = (
        store.clarifications_of(talk.uow.session, question.id) > CLARIFICATIONS
        if question
        else True
    )
    if asked_before:
        leave_to_a_person(talk)
    else:
        send_automatic_reply(talk, Kind.CHECK_IN_UNCLEAR)


def _came_too_late(talk: InboundContext) -> None:
    """Say that numbers came too late, where some were kept lately; a person reads them."""
    if _answered(talk, ANSWERED_LATELY) is None:
        leave_to_a_person(talk)
        return
    talk.hand_over(Handover.LATE_NUMBERS)
    send_automatic_reply(talk, Kind.CHECK_IN_LATE)


def _answered(talk: InboundContext, within: timedelta) -> OpenQuestion | None:
    """Return the question that was answered last within a time, which a correction belongs to."""
    received_at = talk.inbound.received_at
    question = question_store.last_closed(
        talk.uow.session, talk.inbound.phone, Topic.SCORES, received_at - within, received_at
    )
    if question is None or question.check_in_id is None:
        return None
    if check_in_store.current_answer(talk.uow.session, question.check_in_id) is None:
        # Closed because its text never arrived, or its time is over: nothing was answered.
        return None
    talk.inbound.question_id = question.id
    talk.patient = patients.get(talk.uow.session, question.patient_id)
    return question
