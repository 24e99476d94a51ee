"""Who takes part: therapists with room for everybody, and patients whose phones are invented."""

import itertools
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import phonenumbers

from demo.cast import ALL_WEEK, DemoService, DemoTherapist
from demo.therapists import add_therapist

PLACE = "America/New_York"
THERAPISTS = 24
SESSION = DemoService("Gentle session", "With pauses.", 60, 9500, minutes_after=15)
STEP = timedelta(minutes=75)
SESSIONS_A_DAY = 18
FIRST_DAY, LAST_DAY = 5, 45
DAYS_BACK = 12
# fmt: off
ZONES = (
    "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver",
    "America/Chicago", "America/New_York", "America/Halifax", "America/Sao_Paulo",
    "Atlantic/Azores", "Europe/London", "Europe/Berlin", "Europe/Athens", "Europe/Istanbul",
    "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Bangkok",
    "Asia/Singapore", "Asia/Tokyo", "Australia/Adelaide", "Australia/Sydney", "Pacific/Auckland",
)
# fmt: on


def open_practice(session, now):
    """Add the therapists; returns the ids of their services."""
    services = []
    for number in range(THERAPISTS):
        name = f"Therapist {number:02d}"
        therapist = add_therapist(
            session,
            DemoTherapist(
                slug=f"chaos-{number:02d}",
                name=name,
                city="New York",
                jurisdiction="US-NY",
                zone=PLACE,
                hours=((time(0), time(23, 45)),),
                expertise=("Sore joints",),
                services=(SESSION,),
                days=ALL_WEEK,
            ),
            now,
        )
        session.refresh(therapist)
        services.append(therapist.services[0].id)
    return services


def coming_slots(services, now):
    """Yield a service and a start in the coming weeks, never twice the same."""
    return _slots(services, now, range(FIRST_DAY, LAST_DAY))


def past_slots(services, now):
    """Yield a service and a start of the last days, never twice the same."""
    return _slots(services, now, range(-DAYS_BACK, -1))


def late_starts(now):
    """Return starts after all coming slots, for sessions that are moved."""
    today = now.astimezone(ZoneInfo(PLACE)).date()
    days = range(LAST_DAY, LAST_DAY + 13)
    every = itertools.product(days, range(SESSIONS_A_DAY))
    return [_instant(today + timedelta(days=day), number) for day, number in every]


def _slots(services, now, days):
    today = now.astimezone(ZoneInfo(PLACE)).date()
    for day, number in itertools.product(days, range(SESSIONS_A_DAY)):
        for service in services:
            yield service, _instant(today + timedelta(days=day), number)


def _instant(day: date, number):
    midnight = datetime.combine(day, time(0), ZoneInfo(PLACE))
    return (midnight + number * STEP).astimezone(ZoneInfo("UTC"))


def phones(chance):
    """Return every phone of the run, in an order of its own."""
    # Enough that only those who are meant to share one do: a phone gets few texts an hour.
    firsts = [phonenumbers.parse(f"+1{area}5550100") for area in range(201, 990)]
    areas = [
        str(first.national_number)[:3]
        for first in firsts
        if phonenumbers.region_code_for_number(first) == "US"
    ]
    every = [f"+1{area}55501{number:02d}" for area in areas for number in range(100)]
    chance.shuffle(every)
    return every


def zones_by_day(quiet, now, lasting):
    """Return the zones in which it is day for so long, and those in which it is night."""
    moments = [now, now + lasting / 2, now + lasting]
    found = {True: [], False: []}
    for zone in ZONES:
        asleep = {quiet.is_quiet(at, ZoneInfo(zone)) for at in moments}
        if len(asleep) == 1:
            found[asleep.pop()].append(zone)
    return found[False], found[True]
