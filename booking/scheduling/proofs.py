"""Whether a booking is the patient's own, and what it may change of the patient before it is.

A name, a phone and a mail address can be known by others. So a form that matches somebody
changes nothing of them: their settings stay, and what the form asked for waits with the booking
until it shows that they made it, by a link that was sent to them, a text from their phone, or
because they came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.links import mark_of
from booking.messaging import opt_out_queries, outbox
from booking.messaging import queries as message_store
from booking.messaging.kinds import KINDS, Channel
from booking.messaging.message import MessageState
from booking.patients import service as people
from booking.patients.consent import ConsentKind
from booking.patients.models import Patient
from booking.scheduling import link_queries as closed_links
from booking.scheduling import queries as appointment_queries
from booking.scheduling import reminders, states
from booking.scheduling.lookup import locked, note
from booking.scheduling.models import Appointment
from booking.scheduling.states import WEAK, Proof
from booking.scheduling.texting import is_stopped_all_the_same, may_text

HOW = {Channel.SMS: Proof.TEXT_LINK, Channel.EMAIL: Proof.MAIL_LINK}


@dataclass(frozen=True)
class AskedSettings:
    """How a form asks for our messages; `texts` is whether it agrees to any."""

    language: str
    zone: str
    reminder: bool
    discreet: bool
    texts: bool


def first(uow: UnitOfWork, appointment: Appointment) -> None:
    """Note that nobody was known by what the form said: there is nothing to protect."""
    appointment.proven_at, appointment.proven_by = uow.now, Proof.FIRST


def keep_apart(
    uow: UnitOfWork, appointment: Appointment, patient: Patient, asked: AskedSettings
) -> None:
    """Keep with a booking what its form asked for, where the patient has it otherwise.

    A no to texts holds for this session at once: it only takes texts of this booking away.
    """
    other: dict[str, Any] = {}
    if asked.language != patient.language:
        other["language"] = asked.language
    if asked.zone != patient.zone:
        other["zone"] = asked.zone
    if asked.reminder != patient.wants_optional_reminder:
        other["reminder"] = asked.reminder
    # A form may ask for discretion, and never takes it back.
    if asked.discreet and not patient.discreet:
        other["discreet"] = True
    # Only a text from the phone itself starts texts again that it has stopped.
    stopped = opt_out_queries.has_opted_out(uow.session, patient.phone, uow.clinic.sender)
    if not stopped and may_text(uow, patient) is not asked.texts:
        other["texts"] = asked.texts
    appointment.by_mail_only = not asked.texts
    appointment.asked_settings = other or None


def prove(uow: UnitOfWork, appointment: Appointment, how: Proof) -> None:
    """Note how it showed that a booking is the patient's own; the first real proof stays."""
    if appointment.patient_id is None:
        return
    if appointment.proven_by is None or (appointment.proven_by in WEAK and how not in WEAK):
        appointment.proven_at, appointment.proven_by = uow.now, how
        note(uow, appointment, f"proven by {how.value}")


def by_link(uow: UnitOfWork, appointment: Appointment, mark: int) -> Proof | None:
    """Take a link for a proof where a message carried it to the patient; returns which.

    For what somebody does with it: programs open the links of mails too, and press no button.
    """
    how = link_proof(uow, appointment, mark)
    if how is not None:
        prove(uow, appointment, how)
    return how


def link_proof(uow: UnitOfWork, appointment: Appointment, mark: int) -> Proof | None:
    """Return what a link proves: nothing, if the site gave it to a browser that just booked."""
    patient = appointment.patient
    if patient is None:
        return None
    own = {Channel.SMS: patient.phone, Channel.EMAIL: patient.email}
    for message in closed_links.sent_about(uow.session, appointment.id):
        if mark_of(message.id) == mark and message.recipient == own[message.channel]:
            return HOW[message.channel]
    return None


def may_learn_of_stop(uow: UnitOfWork, appointment: Appointment, mark: int) -> bool:
    """Whether to tell how texts come again: to nobody but who has a link sent to the patient.

    Anybody may have booked with this number, and learn whether it ever stopped our texts.
    """
    patient = appointment.patient
    return (
        patient is not None
        and link_proof(uow, appointment, mark) is not None
        and is_stopped_all_the_same(uow, patient, appointment)
    )


def decide(uow: UnitOfWork, appointment_id: UUID, mark: int, *, takes: bool) -> bool:
    """Take the settings a form asked for as the patient's own, or leave them as they are.

    False where the link proves nothing or nothing is open, and then nothing changes.
    """
    appointment = locked(uow, appointment_id)
    patient, asked = appointment.patient, appointment.asked_settings
    how = by_link(uow, appointment, mark)
    if patient is None or asked is None or how is None:
        return False
    appointment.asked_settings = None
    # Until now it kept texts from this session; now the patient has said what holds for all.
    was_by_mail, appointment.by_mail_only = appointment.by_mail_only, False
    if takes:
        _take(uow, appointment, patient, asked, how)
    note(uow, appointment, "settings taken" if takes else "settings kept")
    uow.session.flush()
    switches = was_by_mail or (takes and "texts" in asked)
    for one in appointment_queries.upcoming_of(uow.session, patient.id, uow.now):
        is_texted = may_text(uow, patient, one)
        way = Channel.SMS if is_texted else Channel.EMAIL
        _follow(uow, one, patient, way if switches else None)
        if takes and asked.get("reminder") and one.state in states.REMINDED:
            optional = uow.policies.reminders.optional_lead
            reminders.plan(uow, one, is_texted=is_texted, only_lead=optional)
    return True


def _take(
    uow: UnitOfWork,
    appointment: Appointment,
    patient: Patient,
    asked: Mapping[str, Any],
    how: Proof,
) -> None:
    patient.language = asked.get("language", patient.language)
    patient.zone = asked.get("zone", patient.zone)
    patient.wants_optional_reminder = asked.get("reminder", patient.wants_optional_reminder)
    patient.discreet = patient.discreet or asked.get("discreet", False)
    if "texts" in asked:
        people.record_consents(
            uow,
            patient,
            {ConsentKind.SMS} if asked["texts"] else set(),
            form=people.ConsentForm(
                source=f"page opened by {how.value.replace('_', ' ')}",
                appointment_id=appointment.id,
                kinds=frozenset({ConsentKind.SMS}),
            ),
        )


def _follow(
    uow: UnitOfWork, appointment: Appointment, patient: Patient, way: Channel | None
) -> None:
    """Let what is still to be said of a session go as the patient has it now, and this way if any.

    A reminder changes its way in place: written anew it would be one more, or none.
    """
    for message in message_store.unsent_of(uow.session, appointment.id):
        message.language, message.zone = patient.language, patient.zone
        is_waiting = message.state is MessageState.PENDING
        may_switch = is_waiting and KINDS[message.kind].switches_channel
        if way is None or not may_switch or message.channel is way:
            continue
        other = reminders.as_sent_by(appointment, message, way)
        if other is not None:
            outbox.send_as(uow, message, other)
