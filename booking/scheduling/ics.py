"""Calendar files: an appointment as an invitation that updates and cancels itself."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

from booking.clinic.clinic import Clinic
from booking.kit.mail_address import on_the_wire
from booking.scheduling.models import Appointment
from booking.scheduling.states import State

ALARM_LEAD = timedelta(hours=2)
"""How long before the session the calendar reminds: enough to rest, dress and travel."""
STATUS = {
    State.BOOKED: "CONFIRMED",
    State.CONFIRMED: "CONFIRMED",
    State.ARRIVED: "CONFIRMED",
    State.DONE: "CONFIRMED",
    State.MISSED: "CONFIRMED",
    State.CANCELLED: "CANCELLED",
}
"""What is in no row here is not settled yet, so TENTATIVE."""
QUESTIONS = {"en": "Questions? Call {phone}.", "es": "¿Preguntas? Llame al {phone}."}


def invitation(
    appointment: Appointment,
    *,
    clinic: Clinic,
    language: str,
    method: str,
    now: datetime,
) -> bytes:
    """Return an iCalendar file (RFC 5545; RFC 5546 for REQUEST and CANCEL).

    The UID is the appointment's own and no setting changes it; the SEQUENCE grows with every
    change, so that calendars replace what they have. It says where and when, and nothing of why.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Lupine//booking//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(appointment, clinic, language, method, now))
    _add_zone(calendar, appointment)
    return bytes(calendar.to_ical())


def _event(
    appointment: Appointment, clinic: Clinic, language: str, method: str, now: datetime
) -> Event:
    place = appointment.location
    spoken = {"LANGUAGE": language}
    status = STATUS.get(appointment.state, "TENTATIVE")
    event = Event()
    event.add("uid", str(appointment.id))
    event.add("sequence", appointment.version - 1)
    event.add("dtstamp", now)
    event.add("dtstart", _on_the_clock(appointment.starts_at, place.zone))
    event.add("dtend", _on_the_clock(appointment.ends_at, place.zone))
    summary = f"{clinic.name}: {appointment.therapist.name}"
    event.add("summary", summary, parameters=spoken)
    event.add("location", f"{place.name}, {place.address}, {place.city}", parameters=spoken)
    event.add("description", QUESTIONS[language].format(phone=clinic.phone), parameters=spoken)
    event.add("status", status)
    event.add("transp", "TRANSPARENT" if status == "CANCELLED" else "OPAQUE")
    event.add("class", "PRIVATE")
    organizer = vCalAddress(f"mailto:{clinic.email}")
    organizer.params["cn"] = vText(clinic.name)
    event.add("organizer", organizer)
    if appointment.patient is not None and method != "PUBLISH":
        event.add("attendee", _attendee(appointment.patient.name, appointment.patient.email))
    if status != "CANCELLED":
        event.add_component(_alarm(summary))
    return event


def _attendee(name: str, address: str) -> vCalAddress:
    """Return the patient as one who has said yes: nobody reads what a calendar would answer."""
    attendee = vCalAddress(f"mailto:{on_the_wire(address)}")
    attendee.params["cn"] = vText(name)
    attendee.params["partstat"] = vText("ACCEPTED")
    attendee.params["rsvp"] = vText("FALSE")
    return attendee


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -ALARM_LEAD)
    return alarm


def _on_the_clock(at: datetime, zone: str) -> datetime:
    """Return an instant on the place's clock, or in UTC where that clock shows it twice.

    A local time that comes twice always means the first one (RFC 5545, 3.3.5).
    """
    local = at.astimezone(ZoneInfo(zone))
    return at if local.fold else local


def _add_zone(calendar: Calendar, appointment: Appointment) -> None:
    year = appointment.starts_at.year
    calendar.subcomponents.insert(0, _zone(appointment.location.zone, year))


@lru_cache(maxsize=64)
def _zone(name: str, year: int) -> Timezone:
    """Return a zone's rules around a year: Asia/Kolkata's take 30 ms to make."""
    return Timezone.from_tzid(
        name, first_date=date(year - 1, 1, 1), last_date=date(year + 1, 12, 31)
    )
