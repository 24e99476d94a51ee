"""A search lists who may be booked and fits, the soonest free first."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import update

from booking.clinic.policy import BookingPolicy
from booking.kit.errors import NotFound
from booking.scheduling import availability
from booking.scheduling.availability import SearchCriteria
from booking.therapists.models import Block, Therapist
from booking.web.sentences import sentence
from tests.build.cast import DANA, THEO, TherapistOfCast
from tests.build.statements import noted
from tests.build.therapists import add_therapist
from tests.build.times import stamp, utc

THURSDAY = date(2026, 3, 5)


def listed(clinic, **wish):
    with clinic.read_only() as uow:
        found = availability.search(uow, SearchCriteria(**wish), most=24)
        return [
            (one.therapist.slug, [stamp(slot.starts_at) for slot in one.next_free])
            for one in found.listings
        ]


def test_the_soonest_free_therapist_is_listed_first_with_three_times(clinic):
    assert listed(clinic) == [
        (DANA.slug, ["2026-03-02T19:00Z", "2026-03-02T19:15Z", "2026-03-02T19:30Z"]),
        (THEO.slug, ["2026-03-02T19:00Z", "2026-03-02T19:15Z", "2026-03-02T19:30Z"]),
    ]
    clinic.held(DANA, "2026-03-02T19:00Z")

    assert [slug for slug, _ in listed(clinic)] == [THEO.slug, DANA.slug]


@pytest.mark.parametrize(
    "wish",
    [
        {"place": "chicago"},
        {"place": "US-IL"},
        {"language": "French"},
        {"expertise": "Cold hands"},
    ],
)
def test_who_does_not_fit_the_wish_is_not_listed(clinic, wish):
    assert listed(clinic, **wish) == []


@pytest.mark.parametrize(
    "wish",
    [
        {"place": "new york"},
        {"place": "York"},
        {"place": " us-ny "},
        {"language": "Spanish"},
        {"expertise": "Sore joints"},
    ],
)
def test_who_fits_the_wish_is_listed(clinic, wish):
    assert [slug for slug, _ in listed(clinic, **wish)] == [DANA.slug, THEO.slug]


def test_a_therapist_who_may_not_be_booked_has_no_page_and_is_in_no_list(clinic):
    clinic.lapses(DANA, date(2026, 3, 1))

    assert [slug for slug, _ in listed(clinic)] == [THEO.slug]
    with clinic.read_only() as uow:
        with pytest.raises(NotFound) as lapsed:
            availability.therapist_by_slug(uow, DANA.slug)
        with pytest.raises(NotFound) as unknown:
            availability.therapist_by_slug(uow, "nobody")
        assert availability.therapist_by_slug(uow, THEO.slug).name == THEO.name
    assert sentence(lapsed.value) == sentence(unknown.value)


def test_the_choices_are_only_what_some_bookable_therapist_offers(clinic):
    with clinic.transaction() as session:
        session.execute(
            update(Therapist)
            .where(Therapist.slug == THEO.slug)
            .values(expertise=["Cold hands"], languages=["French"], application_state="review")
        )

    with clinic.read_only() as uow:
        offered = availability.search(uow, SearchCriteria(), most=24).choices

    assert (offered.expertise, offered.places, offered.languages) == (
        ["Sore joints"],
        ["New York"],
        ["English", "Spanish"],
    )


def keep_busy(clinic, days, *therapists):
    """Let therapists be away from now on."""
    with clinic.transaction() as session:
        for one in therapists:
            session.add(
                Block(
                    therapist_id=clinic.therapist(one).id,
                    starts_at=clinic.now,
                    ends_at=clinic.now + timedelta(days=days),
                )
            )


@pytest.mark.parametrize("cap", [None, 3])
def test_a_search_asks_the_database_the_same_few_things_however_many_there_are(clinic, cap):
    clinic.changes_policies(booking=BookingPolicy(daily_cap=cap))
    with noted(clinic.engine) as few:
        listed(clinic)
    with clinic.transaction() as session:
        for number in range(10):
            add_therapist(
                session,
                TherapistOfCast(f"more-{number}", f"More {number}", time(9), time(17)),
            )

    with noted(clinic.engine) as many:
        listed(clinic)

    assert len(many) == len(few) <= 4


@pytest.mark.parametrize("days", [1, 3, 7, 9, 40])
def test_who_is_not_free_for_long_is_listed_with_the_times_after_that(clinic, days):
    keep_busy(clinic, days, DANA)
    with clinic.read_only() as uow:
        soonest = availability.next_free(uow, clinic.service(), clinic.now)

    assert dict(listed(clinic))[DANA.slug] == [stamp(slot.starts_at) for slot in soonest]
    assert soonest[0].starts_at >= clinic.now + timedelta(days=days)
    assert soonest[0].starts_at < clinic.now + timedelta(days=days + 1)


def test_who_has_no_free_time_at_all_is_listed_last_without_one(clinic):
    keep_busy(clinic, 90, DANA)

    assert listed(clinic)[-1] == (DANA.slug, [])


def test_a_search_for_soon_leaves_out_who_is_free_only_later(clinic):
    keep_busy(clinic, 4, DANA)
    keep_busy(clinic, 90, THEO)
    soon = clinic.now + timedelta(days=3)

    assert listed(clinic, before=soon) == []
    assert [slug for slug, _ in listed(clinic, before=soon + timedelta(days=3))] == [DANA.slug]


def test_a_search_counts_all_it_found_and_lists_the_soonest(clinic):
    keep_busy(clinic, 1, DANA)
    with clinic.read_only() as uow:
        found = availability.search(uow, SearchCriteria(), most=1)

    assert [one.therapist.slug for one in found.listings] == [THEO.slug]
    assert found.count == 2


def test_who_has_too_few_free_times_in_the_first_days_gets_the_next_ones_too(clinic):
    # Free on Monday from two to half past three, then not before Sunday: two starts, then more.
    with clinic.transaction() as session:
        session.add(
            Block(
                therapist_id=clinic.therapist(DANA).id,
                starts_at=utc("2026-03-02T20:30Z"),
                ends_at=utc("2026-03-08T00:00Z"),
            )
        )

    assert dict(listed(clinic))[DANA.slug] == [
        "2026-03-02T19:00Z",
        "2026-03-02T19:15Z",
        "2026-03-08T13:00Z",
    ]
