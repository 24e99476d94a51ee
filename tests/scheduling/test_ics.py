"""The calendar file: what a calendar shows, in whose language, and what it never tells."""

from datetime import UTC, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from booking.scheduling.ics import invitation
from booking.scheduling.states import State
from tests.build.cast import ALICE, CARMEN, CORA, DANA

AT = "2026-03-05T14:00Z"
HEALTH_WORDS = Path(__file__).parents[1] / "messages" / "health_words.txt"


def file_of(clinic, booked, *, language="en", method="REQUEST"):
    with clinic.transaction() as session:
        appointment = session.merge(booked)
        return invitation(
            appointment,
            clinic=clinic.runtime.clinic,
            language=language,
            method=method,
            now=clinic.now,
        )


def event_of(content):
    [event] = Calendar.from_ical(content).walk("VEVENT")
    return event


def in_state(clinic, booked, state):
    with clinic.transaction() as session:
        row = session.merge(booked)
        row.state = state
        session.flush()
        content = invitation(
            row, clinic=clinic.runtime.clinic, language="en", method="PUBLISH", now=clinic.now
        )
    return event_of(content)


def test_the_times_are_on_the_places_clock_with_that_zones_rules(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)

    calendar = Calendar.from_ical(file_of(clinic, booked))

    event = event_of(file_of(clinic, booked))
    [zone] = calendar.walk("VTIMEZONE")
    assert event["DTSTART"].params["TZID"] == str(zone["TZID"]) == "America/New_York"
    assert event["DTSTART"].dt.astimezone(UTC) == booked.starts_at
    assert event["DTEND"].dt.astimezone(UTC) == booked.ends_at


def test_an_hour_that_the_clock_shows_twice_is_told_in_utc(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)
    twice = booked.starts_at.replace(month=11, day=1, hour=6, minute=30)  # 1:30 am EST
    with clinic.transaction() as session:
        row = session.merge(booked)
        row.starts_at, row.ends_at = twice, twice + timedelta(hours=1)
        row.blocked_from, row.blocked_until = row.starts_at, row.ends_at

    event = event_of(file_of(clinic, clinic.reload(booked)))

    assert "TZID" not in event["DTSTART"].params
    assert event["DTSTART"].dt == twice


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.REQUESTED, "TENTATIVE"),
        (State.NEEDS_REASSIGNMENT, "TENTATIVE"),
        (State.BOOKED, "CONFIRMED"),
        (State.CONFIRMED, "CONFIRMED"),
        (State.CANCELLED, "CANCELLED"),
    ],
)
def test_nothing_is_shown_as_settled_that_is_not(clinic, state, status):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)

    assert in_state(clinic, booked, state)["STATUS"] == status


def test_the_uid_is_the_sessions_own_whatever_the_settings_say(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)
    before = event_of(file_of(clinic, booked))["UID"]
    clinic.changes_clinic(email="other@elsewhere.example", name="Another Name")

    assert event_of(file_of(clinic, booked))["UID"] == before == str(booked.id)


def test_it_speaks_the_patients_language_and_names_the_place(clinic):
    booked = clinic.booked(CARMEN, with_=DANA, at=AT)
    clinic.send_due()
    [mail] = clinic.email.to(CARMEN)

    event = event_of(mail.calendar.content)

    assert "¿Preguntas?" in event["DESCRIPTION"]
    assert event["SUMMARY"].params["LANGUAGE"] == "es"
    with clinic.transaction() as session:
        assert str(event["LOCATION"]).startswith(session.merge(booked).location.name)


def test_it_reminds_two_hours_before_unless_it_is_off(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)

    [alarm] = event_of(file_of(clinic, booked)).walk("VALARM")
    assert alarm["TRIGGER"].dt == -timedelta(hours=2)
    assert in_state(clinic, booked, State.CANCELLED).walk("VALARM") == []


def test_what_anybody_with_the_link_may_open_names_no_patient(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)

    content = file_of(clinic, booked, method="PUBLISH").decode()

    assert ALICE.name not in content
    assert ALICE.email not in content


@pytest.mark.parametrize("method", ["REQUEST", "PUBLISH", "CANCEL"])
def test_it_tells_nothing_of_health_and_holds_no_link(clinic, method):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)

    content = file_of(clinic, booked, method=method).decode().casefold()

    assert "http" not in content
    for word in HEALTH_WORDS.read_text().split("\n"):
        assert not word or word.startswith("#") or word.casefold() not in content.split()


def test_a_move_by_staff_and_a_cancellation_replace_what_the_calendar_has(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)
    clinic.move(booked, "2026-03-06T14:00Z", by=CORA)
    clinic.cancel(booked, by=CORA)

    event = event_of(file_of(clinic, clinic.reload(booked), method="CANCEL"))

    assert (event["SEQUENCE"], event["STATUS"], event["TRANSP"]) == (2, "CANCELLED", "TRANSPARENT")
