"""The packed and staged reading finds exactly what the plain rules say, on random data."""

from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from booking.clinic.policy import BookingPolicy
from booking.kit.ids import new_id
from booking.kit.intervals import Interval
from booking.kit.local_time import local_instant
from booking.patients.models import Patient
from booking.scheduling import availability
from booking.scheduling.availability import SearchCriteria
from booking.scheduling.models import Appointment
from booking.scheduling.rules.slots import SlotShape, free_slots
from booking.scheduling.states import BLOCKING_STATES, State
from booking.therapists.models import Block, Credential, Location, Service, Therapist, WeeklyHours
from booking.therapists.models import DayOverride as DayOverrideRow
from booking.therapists.opening_hours import OverrideHours, WeeklyRange, open_intervals
from tests.build.cast import ALICE

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PATIENT = new_id()
ZONES = ("America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu")

hour_ranges = st.tuples(st.integers(0, 22), st.integers(1, 12)).map(
    lambda pair: (time(pair[0]), time(0) if sum(pair) >= 24 else time(sum(pair)))
)
sessions = st.tuples(
    st.integers(0, 400),  # minutes after the one before
    st.integers(20, 300),
    st.sampled_from([State.HELD, State.BOOKED, State.DONE, State.CANCELLED, State.MISSED]),
    st.booleans(),
)
practices = st.fixed_dictionaries(
    {
        "zone": st.sampled_from(ZONES),
        "weekly": st.lists(st.tuples(st.integers(0, 6), hour_ranges), max_size=10),
        "overrides": st.dictionaries(
            st.integers(-1, 12), st.lists(hour_ranges, max_size=2), max_size=4
        ),
        "sessions": st.lists(sessions, max_size=25),
        "blocks": st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 30_000)), max_size=2),
        "licensed": st.integers(-2, 70),
        "buffers": st.tuples(st.integers(0, 30), st.integers(0, 45)),
    }
)
clinics = st.fixed_dictionaries(
    {
        "practices": st.tuples(practices, practices),
        "cap": st.sampled_from([None, None, 1, 3]),
        "step": st.sampled_from([15, 25, 60]),
        "first": st.integers(-1, 62),
        "days": st.integers(1, 40),
        "after": st.integers(-100, 90_000),
    }
)


@settings(
    max_examples=40,
    deadline=None,
    # Making a failing practice smaller would take minutes; it says enough as it is.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(wanted=clinics)
def test_what_is_free_is_what_the_plain_rules_say(clinic, wanted):
    policy = BookingPolicy(daily_cap=wanted["cap"], step=wanted["step"] * MINUTE)
    clinic.changes_policies(booking=policy)
    with clinic.transaction() as session:
        services = _arranged(session, wanted["practices"], clinic.now)
    plain = {one: list(_plain(clinic, one, policy)) for one in services}
    zone = ZoneInfo("America/Chicago")
    first = clinic.now.date() + wanted["first"] * DAY
    bounds = [local_instant(first + n * DAY, time(0), zone) for n in (0, wanted["days"])]
    after = clinic.now + wanted["after"] * MINUTE

    with clinic.read_only() as uow:
        for one, slots in plain.items():
            found = availability.free_slots(uow, one, first=first, days=wanted["days"], zone=zone)
            assert found == [s for s in slots if Interval(*bounds).holds(s.starts_at)]
            soonest = availability.next_free(uow, one, after, limit=4)
            assert soonest == list(islice((s for s in slots if s.starts_at >= after), 4))
        listed = availability.search(uow, SearchCriteria(), most=9)

    shown = {one.service.id: one.next_free for one in listed.listings}
    assert listed.count == len(shown)
    for one, free in shown.items():
        assert free == tuple(plain[one][:3])
    keys = [(not free, free[0].starts_at if free else clinic.now) for free in shown.values()]
    assert keys == sorted(keys)


def _arranged(session, practices, now):
    """Put two practices in place of what there is; returns the shortest service of each."""
    for table in (Appointment, Block, DayOverrideRow, WeeklyHours):
        session.execute(delete(table))
    session.merge(_patient(now))
    session.flush()
    chosen = []
    therapists = session.scalars(select(Therapist).order_by(Therapist.id))
    for therapist, practice in zip(therapists, practices, strict=True):
        service, place = therapist.services[0], therapist.locations[0]
        place.zone = practice["zone"]
        service.minutes_before, service.minutes_after = practice["buffers"]
        session.execute(
            update(Credential)
            .where(Credential.therapist_id == therapist.id, Credential.type == "licence")
            .values(expires_on=now.date() + practice["licensed"] * DAY)
        )
        session.add_all(_rows(therapist, service, place, practice, now))
        chosen.append(service.id)
    session.flush()
    return chosen


def _patient(now):
    return Patient(
        id=PATIENT,
        match_key="anybody",
        name=ALICE.name,
        phone=ALICE.phone,
        email=ALICE.email,
        zone=ALICE.zone,
        language=ALICE.language,
        wants_optional_reminder=False,
        discreet=False,
        created_at=now,
    )


def _rows(therapist, service, place, practice, now):
    here = {"therapist_id": therapist.id, "location_id": place.id}
    for weekday, (opens, closes) in practice["weekly"]:
        yield WeeklyHours(id=new_id(), weekday=weekday, opens=opens, closes=closes, **here)
    for ahead, ranges in practice["overrides"].items():
        for opens, closes in ranges or [(None, None)]:
            day = now.date() + ahead * DAY
            yield DayOverrideRow(id=new_id(), day=day, opens=opens, closes=closes, **here)
    for start, length in practice["blocks"]:
        begins = now + start * MINUTE
        yield Block(
            id=new_id(),
            therapist_id=therapist.id,
            starts_at=begins,
            ends_at=begins + length * MINUTE,
        )
    free_from = now - DAY
    for gap, length, state, is_over in practice["sessions"]:
        begins = free_from + gap * MINUTE
        free_from = begins + length * MINUTE
        yield Appointment(
            id=new_id(),
            service_id=service.id,
            patient_id=PATIENT,
            state=state,
            starts_at=begins + MINUTE,
            ends_at=free_from - MINUTE,
            blocked_from=begins,
            blocked_until=free_from,
            hold_expires_at=now if is_over else now + 5 * MINUTE,
            patient_zone=ALICE.zone,
            created_at=now,
            **here,
        )


def _plain(clinic, service_id, policy):
    """The free slots of a service, from objects and the domain's functions alone."""
    now = clinic.now
    window = policy.bookable_window(now)
    with clinic.reading() as session:
        service = session.get_one(Service, service_id)
        therapist, place = service.therapist, session.get_one(Location, service.location_id)
        zone = ZoneInfo(place.zone)
        mine = {"therapist_id": therapist.id}
        weekly = [
            WeeklyRange(one.weekday, one.opens, one.closes)
            for one in session.scalars(select(WeeklyHours).filter_by(**mine))
        ]
        ranges: dict[date, list] = {}
        for one in session.scalars(select(DayOverrideRow).filter_by(**mine)):
            ranges.setdefault(one.day, []).extend([(one.opens, one.closes)] if one.opens else [])
        overrides = [OverrideHours(day, tuple(found)) for day, found in ranges.items()]
        live = [
            one
            for one in session.scalars(select(Appointment).filter_by(**mine))
            if one.state in BLOCKING_STATES
        ]
        kept = [one for one in live if one.state is not State.HELD or one.hold_expires_at > now]
        busy = [(one.blocked_from, one.blocked_until) for one in kept]
        busy += [
            (one.starts_at, one.ends_at) for one in session.scalars(select(Block).filter_by(**mine))
        ]
        days = [_day(one.starts_at, zone) for one in live]
        shape = SlotShape(
            service.minutes * MINUTE,
            service.minutes_before * MINUTE,
            service.minutes_after * MINUTE,
            policy.step,
        )
        opened = open_intervals(
            weekly, overrides, zone, window.start.date() - 3 * DAY, window.end.date() + 3 * DAY
        )
        for slot in free_slots(opened, busy, shape, window):
            day = _day(slot.starts_at, zone)
            has_room = policy.daily_cap is None or days.count(day) < policy.daily_cap
            if has_room and therapist.vetted(day, place.jurisdiction).bookable:
                yield slot


def _day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()
