"""What the story's patient does, page by page."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar

from booking.clinic.policy import TEXTING_HOURS
from booking.kit.clock import WallClock
from tests.web.world import WELL

ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Australia/Sydney",
    "Asia/Kolkata",
    "Europe/London",
)

NORA = {
    "name": "Nora Demo",
    "phone": "(646) 555-0147",
    "email": "nora@example.org",
    "language": "en",
    "consent_treatment": "yes",
    "consent_health_data": "yes",
    "consent_sharing": "yes",
    "consent_sms": "yes",
    **WELL,
}
PHONE = "+16465550147"

PAUL = NORA | {"name": "Paul Demo", "phone": "(646) 555-0158", "email": "paul@example.org"}
PAULS_PHONE = "+16465550158"

RUTH = NORA | {"name": "Ruth Demo", "phone": "(646) 555-0169", "email": "ruth@example.org"}
RUTHS_PHONE = "+16465550169"


def zone_by_day():
    """A zone in which it is day now and stays so: quiet hours must not hold the story up."""
    now = WallClock().now()
    late = now + timedelta(minutes=30)
    for name in ZONES:
        zone = ZoneInfo(name)
        if not TEXTING_HOURS.is_quiet(now, zone) and not TEXTING_HOURS.is_quiet(late, zone):
            return name
    raise AssertionError("it is day somewhere, always")


def slots(page):
    """The free starts that a page offers, as its buttons carry them."""
    return [button["value"] for button in page.soup.select("form.days button.slot")]


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def invitation(mail):
    """The calendar entry of a mail: the method and the event."""
    kinds = [part["type"] for part in mail["attachments"]]
    assert kinds == ["text/calendar", "application/ics"], "the part, and the file beside it"
    files = mail["attachments"]
    calendar = Calendar.from_ical(files[0]["text"])
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def id_in(event):
    return UUID(str(event["UID"]))


def link_in(text):
    return next(word for word in text.split() if word.startswith("http"))


def choose_slot(visitor, zone):
    """Search, open the therapist, and hold a time next week; returns the form and the instant."""
    found = visitor.get("/").form(method="get").send(expertise="Sore joints", place="New York")
    profile = found.follow("Dana Sample")
    shown = profile.form(action_ends="/therapists/dana-sample", method="get").send(zone=zone)
    later = shown.follow("Later days")
    starts_at = slots(later)[-1]
    return later.form(action_ends="/holds", method="post").send(starts_at=starts_at), starts_at


def book(visitor, zone, person=NORA):
    """Book a time next week; returns the appointment's own page."""
    held, _starts_at = choose_slot(visitor, zone)
    booked = held.form(action_ends=held.path, method="post").send(**person)
    assert booked.heading == "You are booked", booked.text[:500]
    return booked
