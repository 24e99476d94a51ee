"""The calendar: what stands on each day, in the calendar's own zone."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from booking.desk import calendar
from booking.scheduling.states import State
from booking.therapists.models import Block, DayOverride, Location
from tests.build.cast import ALICE, BOB, CARMEN, DANA, EMMA, THEO
from tests.build.times import stamp, utc

NEW_YORK = ZoneInfo("America/New_York")
THURSDAY = date(2026, 3, 5)


def days_of(clinic, *therapists, first=THURSDAY, days=1, zone=NEW_YORK):
    with clinic.read_only(clinic.staff()) as uow:
        ids = [clinic.therapist(one).id for one in therapists or (DANA, THEO)]
        return calendar.calendar(uow, ids, first, days, zone)


def starts(day):
    return [stamp(appointment.starts_at) for appointment in day.appointments]


def hours(day):
    return [(stamp(start), stamp(end)) for start, end in day.open]


def set_zone(clinic, zone):
    with clinic.transaction() as session:
        for place in session.query(Location):
            place.zone = zone


def test_appointments_stand_on_their_day_earliest_first(clinic):
    clinic.booked(CARMEN, at="2026-03-05T16:00Z")
    clinic.booked(ALICE, at="2026-03-05T14:00Z")
    clinic.booked(EMMA, at="2026-03-06T14:00Z")

    thursday, friday = days_of(clinic, DANA, days=2)

    assert starts(thursday) == ["2026-03-05T14:00Z", "2026-03-05T16:00Z"]
    assert starts(friday) == ["2026-03-06T14:00Z"]


def test_only_the_therapists_asked_for_are_shown_and_none_means_all(clinic):
    clinic.booked(ALICE, with_=DANA, at="2026-03-05T18:00Z")
    clinic.booked(BOB, with_=THEO, at="2026-03-05T18:00Z")

    assert len(days_of(clinic, DANA)[0].appointments) == 1
    assert len(days_of(clinic, DANA, THEO)[0].appointments) == 2
    assert len(days_of(clinic)[0].appointments) == 2


def test_holds_and_lapsed_holds_are_not_shown_and_cancelled_ones_are(clinic):
    clinic.held(at="2026-03-05T14:00Z")
    clinic.release(clinic.held(at="2026-03-05T16:00Z"))
    cancelled = clinic.booked(ALICE, at="2026-03-05T19:00Z")
    clinic.cancel(cancelled)

    [day] = days_of(clinic, DANA)

    assert [(a.id, a.state) for a in day.appointments] == [(cancelled.id, State.CANCELLED)]


def test_open_hours_are_those_of_the_place(clinic):
    assert hours(days_of(clinic, DANA)[0]) == [("2026-03-05T14:00Z", "2026-03-05T22:00Z")]


def test_open_hours_of_several_therapists_are_joined(clinic):
    assert hours(days_of(clinic)[0]) == [("2026-03-05T14:00Z", "2026-03-06T01:00Z")]


def test_a_day_with_other_hours_shows_those_and_a_closed_day_none(clinic):
    with clinic.transaction() as session:
        dana = clinic.therapist(DANA).id
        [place] = session.query(Location).filter_by(therapist_id=dana)
        for day, opens, closes in (
            (THURSDAY, time(12), time(14)),
            (THURSDAY + timedelta(days=1), None, None),
        ):
            session.add(
                DayOverride(
                    therapist_id=dana, location_id=place.id, day=day, opens=opens, closes=closes
                )
            )

    thursday, friday = days_of(clinic, DANA, days=2)

    assert hours(thursday) == [("2026-03-05T17:00Z", "2026-03-05T19:00Z")]
    assert hours(friday) == []


def test_a_block_stands_on_every_day_it_touches(clinic):
    with clinic.transaction() as session:
        session.add(
            Block(
                therapist_id=clinic.therapist(DANA).id,
                starts_at=utc("2026-03-05T20:00Z"),
                ends_at=utc("2026-03-06T05:30Z"),
                label="Course",
            )
        )

    assert [len(day.blocks) for day in days_of(clinic, DANA, days=3)] == [1, 1, 0]
    assert [len(day.blocks) for day in days_of(clinic, THEO, days=3)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("zone", "day", "first", "last", "after", "opening"),
    [
        # The first and the last quarter hour of the day, the first one after it, the opening.
        ("America/New_York", "2026-03-08", "03-08T05:00", "03-09T03:45", "03-09T04:00", 13),
        ("America/New_York", "2026-11-01", "11-01T04:00", "11-02T04:45", "11-02T05:00", 14),
        ("Europe/London", "2026-03-29", "03-29T00:00", "03-29T22:45", "03-29T23:00", 8),
        ("Europe/London", "2026-10-25", "10-24T23:00", "10-25T23:45", "10-26T00:00", 9),
        ("Australia/Sydney", "2026-04-05", "04-04T13:00", "04-05T13:45", "04-05T14:00", 23),
        ("Australia/Sydney", "2026-10-04", "10-03T14:00", "10-04T12:45", "10-04T13:00", 22),
    ],
)
def test_a_day_runs_from_midnight_to_midnight_also_when_clocks_change(
    clinic, zone, day, first, last, after, opening
):
    set_zone(clinic, zone)
    with clinic.transaction() as session:
        for instant in (first, last, after):
            at = utc(f"2026-{instant}Z")
            dana = clinic.therapist(DANA).id
            session.add(Block(therapist_id=dana, starts_at=at, ends_at=at + timedelta(minutes=15)))

    [shown] = days_of(clinic, DANA, first=date.fromisoformat(day), zone=ZoneInfo(zone))

    assert [stamp(block.starts_at) for block in shown.blocks] == [
        f"2026-{first}Z",
        f"2026-{last}Z",
    ]
    [(opens, _closes)] = shown.open
    assert opens.hour == opening


def test_the_number_of_statements_does_not_grow_with_what_is_shown(clinic):
    def counted():
        statements = []
        listener = lambda *args: statements.append(args[2])  # noqa: E731
        event.listen(clinic.engine, "before_cursor_execute", listener)
        for day in days_of(clinic, days=7):
            for appointment in day.appointments:
                assert appointment.patient.name
                assert appointment.service.name
                assert appointment.location.zone
                assert appointment.therapist.name
        event.remove(clinic.engine, "before_cursor_execute", listener)
        return len(statements)

    clinic.booked(ALICE, at="2026-03-05T14:00Z")
    few = counted()
    clinic.booked(CARMEN, at="2026-03-06T14:00Z")
    clinic.booked(BOB, with_=THEO, at="2026-03-06T18:00Z")

    assert counted() == few


def test_next_is_the_session_under_way_then_the_one_after_it(clinic):
    first = clinic.booked(ALICE, at="2026-03-05T14:00Z")
    second = clinic.booked(CARMEN, at="2026-03-05T16:00Z")
    clinic.booked(BOB, with_=THEO, at="2026-03-05T18:00Z")

    assert next_of_dana(clinic, "2026-03-05T13:00Z") == first.id
    assert next_of_dana(clinic, "2026-03-05T14:59Z") == first.id
    assert next_of_dana(clinic, "2026-03-05T15:00Z") == second.id
    assert next_of_dana(clinic, "2026-03-05T17:00Z") is None
    clinic.cancel(second)
    assert next_of_dana(clinic, "2026-03-05T15:00Z") is None


def next_of_dana(clinic, at):
    with clinic.runtime.read_only(clinic.staff(), utc(at)) as uow:
        found = calendar.up_next(uow, clinic.therapist(DANA).id)
        return found.id if found else None


def test_a_patients_sessions_are_listed_newest_first_and_by_therapist(clinic):
    early = clinic.booked(ALICE, with_=DANA, at="2026-03-05T14:00Z")
    late = clinic.booked(ALICE, with_=THEO, at="2026-03-06T18:00Z")

    with clinic.read_only(clinic.staff()) as uow:
        everything = calendar.of_patient(uow, early.patient_id)
        danas = calendar.of_patient(uow.acting_as(clinic.staff(DANA)), early.patient_id)

    assert [one.id for one in everything] == [late.id, early.id]
    assert [one.id for one in danas] == [early.id]


def test_the_zone_of_a_therapist_is_that_of_their_place_or_the_clinics(clinic):
    clinic.changes_clinic(zone="Europe/London")
    with clinic.read_only(clinic.staff()) as uow:
        dana = clinic.therapist(DANA).id
        assert calendar.home_zone(uow, dana) == "America/New_York"
        assert calendar.home_zone(uow, dana + 100) == "Europe/London"
