"""Writing a session's reminders, by text as far as the caps go, and else by mail."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import in_flight_queries as phones
from booking.messaging.kinds import PROACTIVE, Channel, Kind
from booking.messaging.outbox import queue_all
from booking.messaging.rules.send_rules import WEEK, is_over
from booking.scheduling.models import Appointment
from booking.scheduling.notices import draft_for, patient_of
from booking.scheduling.rules.reminder_plan import plan_reminders


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
        draft = draft_for(
            appointment,
            Kind.REMINDER,
            Channel.SMS if by_text else Channel.EMAIL,
            due_at=reminder.due_at,
            expires_at=reminder.expires_at,
            parts=(f"{reminder.lead // timedelta(hours=1)}h",),
        )
        drafts.append(draft)
    queue_all(uow, drafts)
