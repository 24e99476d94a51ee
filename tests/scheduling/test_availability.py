"""Searches and free slots: only who may be booked, only times that are free."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.clinic.policy import BookingPolicy
from booking.scheduling import availability
from booking.therapists.models import Block
from tests.build.cast import ALICE, DANA, LOS_ANGELES, NEW_YORK, THEO
from tests.build.statements import noted
from tests.build.times import stamp, utc

THURSDAY = date(2026, 3, 5)


def slots(clinic, first=THURSDAY, days=1, *, zone=NEW_YORK, minutes=60, with_=DANA, moving=None):
    with clinic.read_only() as uow:
        return [
            stamp(slot.starts_at)
            for slot in availability.free_slots(
                uow,
                clinic.service(with_, minutes),
                first=first,
                days=days,
                zone=ZoneInfo(zone),
                moving=moving.id if moving else None,
            )
        ]


def test_a_free_day_is_offered_from_opening_until_the_last_whole_session(clinic):
    free = slots(clinic)

    assert (free[0], free[-1]) == ("2026-03-05T14:00Z", "2026-03-05T21:00Z")
    assert len(free) == 29


def test_a_booked_session_takes_its_own_time_and_its_rest_out_of_the_day(clinic):
    clinic.booked(ALICE, at="2026-03-05T17:00Z")

    free = slots(clinic)

    assert "2026-03-05T15:45Z" in free
    assert not [at for at in free if "2026-03-05T16:00Z" <= at < "2026-03-05T18:15Z"]
    assert "2026-03-05T18:15Z" in free


def test_a_held_slot_is_not_offered_until_its_hold_is_over(clinic):
    clinic.held(at="2026-03-05T17:00Z")
    assert "2026-03-05T17:00Z" not in slots(clinic)

    clinic.clock.pass_(minutes=10)
    assert "2026-03-05T17:00Z" in slots(clinic)


def test_whoever_moves_an_appointment_sees_its_own_time_as_free(clinic):
    booked = clinic.booked(ALICE, at="2026-03-05T17:00Z")

    assert "2026-03-05T17:15Z" in slots(clinic, moving=booked)
    assert "2026-03-05T17:15Z" not in slots(clinic)


def test_a_block_is_not_offered(clinic):
    with clinic.transaction() as session:
        session.add(
            Block(
                therapist_id=clinic.therapist(DANA).id,
                starts_at=utc("2026-03-05T14:00Z"),
                ends_at=utc("2026-03-05T21:00Z"),
            )
        )

    assert slots(clinic) == ["2026-03-05T21:00Z"]


def test_nothing_is_offered_sooner_than_the_notice_or_later_than_the_horizon(clinic):
    assert slots(clinic, date(2026, 3, 2))[0] == "2026-03-02T19:00Z"
    assert slots(clinic, date(2026, 3, 1)) == []
    assert slots(clinic, date(2026, 5, 2)) == []


def test_days_are_those_of_the_visitor(clinic):
    theos = slots(clinic, with_=THEO, zone="Asia/Tokyo")

    # Thursday in Tokyo is from ten on Wednesday to ten on Thursday in New York.
    assert (theos[0], theos[-1]) == ("2026-03-04T17:00Z", "2026-03-05T00:00Z")


def test_the_hours_follow_the_place_when_its_clocks_change(clinic):
    assert slots(clinic, date(2026, 3, 7))[0] == "2026-03-07T14:00Z"
    assert slots(clinic, date(2026, 3, 8))[0] == "2026-03-08T13:00Z"


def test_every_slot_that_is_offered_can_be_held(clinic):
    clinic.booked(ALICE, at="2026-03-05T17:00Z")

    for at in slots(clinic, minutes=90, zone=LOS_ANGELES):
        clinic.release(clinic.held(at=at, minutes=90))


def test_days_beyond_a_licence_are_not_offered(clinic):
    clinic.lapses(DANA, date(2026, 3, 5))

    offered = {at[:10] for at in slots(clinic, days=3)}

    assert offered == {"2026-03-05"}


def test_a_therapist_whose_licence_has_run_out_is_not_found_by_a_search(clinic):
    assert found(clinic) == {DANA.slug, THEO.slug}

    clinic.lapses(DANA, clinic.now.date() - timedelta(days=1))

    assert found(clinic) == {THEO.slug}


def found(clinic):
    with clinic.read_only() as uow:
        every = availability.search(uow, availability.SearchCriteria(), most=24)
    assert every.count == len(every.listings)
    return {one.therapist.slug for one in every.listings}


@pytest.mark.parametrize("cap", [None, 3])
@pytest.mark.parametrize("days", [1, 30])
def test_free_slots_take_one_statement_busy_times_and_all(clinic, days, cap):
    clinic.changes_policies(booking=BookingPolicy(daily_cap=cap))
    clinic.booked(ALICE, at="2026-03-05T17:00Z")

    with noted(clinic.engine) as asked:
        slots(clinic, days=days)

    [only] = asked

    assert "blocked_until" in only


def test_days_that_have_as_many_sessions_as_the_clinic_allows_are_not_offered(clinic):
    clinic.changes_policies(booking=BookingPolicy(daily_cap=1))
    booked = clinic.booked(ALICE, at="2026-03-05T17:00Z")

    assert {at[:10] for at in slots(clinic, days=2)} == {"2026-03-06"}
    assert {at[:10] for at in slots(clinic, days=2, moving=booked)} == {"2026-03-05", "2026-03-06"}


def test_the_next_free_times_after_a_taken_one_are_the_nearest(clinic):
    clinic.booked(ALICE, at="2026-03-05T14:00Z")

    with clinic.read_only() as uow:
        found = availability.next_free(uow, clinic.service(), utc("2026-03-05T14:00Z"), limit=2)

    assert [slot.starts_at for slot in found] == [
        utc("2026-03-05T14:00Z") + timedelta(minutes=75),
        utc("2026-03-05T14:00Z") + timedelta(minutes=90),
    ]
