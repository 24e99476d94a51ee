"""What can be booked, read as one row a service: nothing is lost or added on the way."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import update

from booking.kit.intervals import Interval
from booking.scheduling import offer_queries as offers
from booking.scheduling.offer_queries import AvailabilityQuery
from booking.therapists.models import Block, Credential, DayOverride, Location, Service, Therapist
from tests.build.cast import ALICE, CARMEN, DANA, THEO
from tests.build.times import utc

HOUR = timedelta(hours=1)
THURSDAY = Interval(utc("2026-03-05T05:00Z"), utc("2026-03-06T05:00Z"))


def offer(clinic, window=THURSDAY, *, with_=DANA, **reading):
    with clinic.reading() as session:
        return offers.offer(
            session, clinic.service(with_), AvailabilityQuery(window, clinic.now, **reading)
        )


def change(clinic, statement):
    with clinic.transaction() as session:
        session.execute(statement)


def test_busy_times_are_those_that_touch_the_window_or_the_day_around_it(clinic):
    booked = clinic.booked(ALICE, at="2026-03-05T14:00Z")
    clinic.cancel(clinic.booked(CARMEN, at="2026-03-05T18:00Z"))
    day = timedelta(days=1)

    def busy(start, end):
        return offer(clinic, Interval(start, end)).busy_times()

    taken = (booked.blocked_from, booked.blocked_until)
    assert busy(booked.starts_at, booked.ends_at) == [taken]
    assert busy(booked.blocked_until + day - HOUR, booked.blocked_until + day) == [taken]
    assert busy(booked.blocked_until + day, booked.blocked_until + day + HOUR) == []
    assert busy(booked.blocked_from - day - HOUR, booked.blocked_from - day) == []


def test_nobody_is_busy_with_the_sessions_of_another_therapist(clinic):
    clinic.booked(ALICE, with_=DANA, at="2026-03-05T18:00Z")

    assert offer(clinic, with_=THEO).busy_times() == []


def test_a_hold_counts_until_its_end_and_not_at_it(clinic):
    clinic.held(at="2026-03-05T14:00Z")
    assert len(offer(clinic).busy_times()) == 1

    clinic.clock.pass_(minutes=10)
    assert offer(clinic).busy_times() == []


def test_an_appointment_that_is_to_be_ignored_takes_no_time_and_counts_for_no_day(clinic):
    booked = clinic.booked(ALICE, at="2026-03-05T14:00Z")

    seen = offer(clinic, ignoring=booked.id, with_starts=True)

    assert seen.busy_times() == []
    assert seen.starts_by_day() == {}


def test_blocks_are_busy_times_and_are_told_apart_from_sessions(clinic):
    clinic.booked(ALICE, at="2026-03-05T14:00Z")
    kept = (utc("2026-03-05T18:00Z"), utc("2026-03-05T18:00:00.123456Z"))
    with clinic.transaction() as session:
        dana = clinic.therapist(DANA).id
        session.add(Block(therapist_id=dana, starts_at=kept[0], ends_at=kept[1]))

    seen = offer(clinic)

    assert seen.blocked_times() == [kept]
    assert len(seen.busy_times()) == 2


def test_sessions_are_counted_by_the_day_of_the_place(clinic):
    clinic.booked(ALICE, with_=THEO, at="2026-03-05T23:45Z")
    clinic.booked(CARMEN, with_=THEO, at="2026-03-05T18:00Z")

    counted = offer(clinic, with_=THEO, with_starts=True).starts_by_day()

    assert counted == {date(2026, 3, 5): 2}
    assert offer(clinic, with_=THEO).starts_by_day() == {}


def test_a_day_with_other_hours_has_only_those(clinic):
    dana = clinic.therapist(DANA).id
    [place] = [one for one in clinic.all(Location) if one.therapist_id == dana]
    with clinic.transaction() as session:
        for opens, closes in ((time(10), time(11)), (time(12), time(0))):
            session.add(
                DayOverride(
                    therapist_id=dana,
                    location_id=place.id,
                    day=date(2026, 3, 5),
                    opens=opens,
                    closes=closes,
                )
            )
        session.add(DayOverride(therapist_id=dana, location_id=place.id, day=date(2026, 3, 6)))

    opened = offer(clinic, Interval(THURSDAY.start, THURSDAY.end + HOUR)).opening_hours_around(
        Interval(THURSDAY.start, THURSDAY.end + HOUR)
    )

    assert opened == (
        (utc("2026-03-04T14:00Z"), utc("2026-03-04T22:00Z")),
        (utc("2026-03-05T15:00Z"), utc("2026-03-05T16:00Z")),
        (utc("2026-03-05T17:00Z"), utc("2026-03-06T05:00Z")),
    )


def test_a_therapist_without_hours_is_never_open_and_without_credentials_never_vetted(clinic):
    dana = clinic.therapist(DANA).id
    with clinic.transaction() as session:
        for table in ("weekly_hours", "credential"):
            session.connection().exec_driver_sql(f"DELETE FROM {table} WHERE therapist_id = {dana}")

    seen = offer(clinic)

    assert seen.opening_hours_around(THURSDAY) == ()
    assert not seen.eligibility.vetted_at(clinic.now)


@pytest.mark.parametrize(
    "changes",
    [
        {"checked_on": None},
        {"status": "suspended"},
        {"expires_on": date(2026, 3, 1)},
        {"jurisdiction": "US-NJ"},
    ],
)
def test_a_licence_that_does_not_count_ends_the_standing(clinic, changes):
    assert offer(clinic).eligibility.vetted_at(clinic.now)

    change(clinic, update(Credential).where(Credential.type == "licence").values(**changes))

    assert not offer(clinic).eligibility.vetted_at(clinic.now)


def test_words_may_hold_anything_a_person_can_type(clinic):
    tags = ['Sjögren\'s, "dry"', "a|b;c", "\\"]
    change(clinic, update(Therapist).values(expertise=tags, languages=[]))

    seen = offer(clinic)

    assert (seen.expertise, seen.languages) == (tuple(tags), ())


def test_what_is_not_offered_any_more_is_no_offer_but_still_has_its_standing(clinic):
    service = clinic.service()
    change(clinic, update(Service).where(Service.id == service).values(active=False))

    assert offer(clinic) is None
    with clinic.reading() as session:
        assert offers.eligibility(session, service).vetted_at(clinic.now)


def test_all_offers_are_those_of_approved_therapists_the_shortest_first(clinic):
    change(
        clinic,
        update(Therapist).where(Therapist.slug == THEO.slug).values(application_state="review"),
    )

    with clinic.reading() as session:
        every = offers.all_offers(session, AvailabilityQuery(THURSDAY, clinic.now))

    assert [one.minutes for one in every] == [60, 90]
    assert {one.therapist_id for one in every} == {clinic.therapist(DANA).id}
