"""Calendar files: an appointment as an invitation that updates and cancels itself."""

from datetime import datetime

from icalendar import Calendar, Event, vCalAddress, vText

from booking.domain.appointment import State
from booking.models import Appointment
from booking.ports import Clinic


def invitation(
    appointment: Appointment,
    *,
    clinic: Clinic,
    method: str,
    now: datetime,
) -> bytes:
    """Return an iCalendar file (RFC 5545, RFC 5546 for REQUEST and CANCEL).

    The UID stays, the SEQUENCE grows with every change, so that calendars replace what they
    have. It says where and when, and nothing of why.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Lupine//booking//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", f"{appointment.id}@{_host(clinic)}")
    event.add("sequence", appointment.version - 1)
    event.add("dtstamp", now)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.ends_at)
    event.add("summary", f"{clinic.name}: {appointment.therapist.name}")
    event.add("location", f"{appointment.location.address}, {appointment.location.city}")
    event.add("description", f"Questions? Call {clinic.phone}.")
    is_off = appointment.state is State.CANCELLED
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_off else "OPAQUE")
    event.add("class", "PRIVATE")
    organizer = vCalAddress(f"mailto:{clinic.email}")
    organizer.params["cn"] = vText(clinic.name)
    event.add("organizer", organizer)
    if appointment.patient is not None and method != "PUBLISH":
        attendee = vCalAddress(f"mailto:{appointment.patient.email}")
        attendee.params["cn"] = vText(appointment.patient.name)
        attendee.params["partstat"] = vText("ACCEPTED")
        attendee.params["rsvp"] = vText("FALSE")
        event.add("attendee", attendee)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _host(clinic: Clinic) -> str:
    return clinic.email.rpartition("@")[2]
