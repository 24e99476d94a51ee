"""Writing a session's reminders, by text as far as the caps go, and else by mail."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import in_flight_queries as phones
from booking.messaging.kinds import PROACTIVE, Channel, Kind
from booking.messaging.message import KEY_PARTS
from booking.messaging.models import Message
from booking.messaging.outbox import NewMessage, queue_all
from booking.messaging.rules.send_rules import WEEK, is_over
from booking.scheduling.models import Appointment
from booking.scheduling.notices import draft_for, patient_of
from booking.scheduling.rules.reminder_plan import PlannedReminder, plan_reminders

HOUR = timedelta(hours=1)


def plan(
    uow: UnitOfWork,
    appointment: Appointment,
    *,
    is_texted: bool,
    only_lead: timedelta | None = None,
) -> None:
    """Write the reminders of an appointment's present time.

    One that would be a text too many for its phone, with all that is planned by now, is a mail
    from the beginning. The last look counts again. `is_texted` tells whether texts may go about
    this appointment; `only_lead` asks for one reminder alone.
    """
    patient = patient_of(appointment)
    zone = ZoneInfo(patient.zone)
    since = uow.now - WEEK
    taken = phones.times_of_texts(uow.session, patient.phone, PROACTIVE, since)
    drafts = []
    for reminder in plan_reminders(
        appointment.starts_at,
        zone,
        uow.policies.reminders,
        now=uow.now,
        with_optional_lead=patient.wants_optional_reminder,
    ):
        if only_lead not in {None, reminder.lead}:
            continue
        by_text = is_texted and not is_over(uow.policies.caps, reminder.due_at, taken, zone)
        if by_text:
            taken.append(reminder.due_at)
        channel = Channel.SMS if by_text else Channel.EMAIL
        drafts.append(_draft(appointment, channel, reminder, reminder.lead // HOUR))
    queue_all(uow, drafts)


def as_sent_by(appointment: Appointment, reminder: Message, channel: Channel) -> NewMessage | None:
    """Return a reminder that waits as it would have been written to go by this channel.

    None where it tells of another time than the appointment's, or where the version before wrote
    it while this one came: then its lead is not known.
    """
    repeats, how = reminder.repeats, reminder.repeated_as
    draft = _draft(appointment, channel, reminder, reminder.lead_hours)
    if repeats is not None and how is not None:
        return replace(draft, subject=repeats, parts=(KEY_PARTS[how],))
    is_current = reminder.appointment_version == appointment.version
    return draft if is_current and reminder.lead_hours is not None else None


def _draft(
    appointment: Appointment,
    channel: Channel,
    planned: PlannedReminder | Message,
    lead_hours: int | None,
) -> NewMessage:
    draft = draft_for(
        appointment,
        Kind.REMINDER,
        channel,
        due_at=planned.due_at,
        expires_at=planned.expires_at,
        parts=(f"{lead_hours}h",),
    )
    return replace(draft, lead_hours=lead_hours)
