"""The staff's calendar: whose, which days, and what stands where when clocks change."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.accounts.models import Role, User
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from booking.therapists.models import Block, Location
from tests.web.staff_cast import STARTS


def calendar(staff, who="dana", **asked):
    return staff.signed_in(who).get("/staff/", query_string=asked)


def cards(page):
    """Every session as (day, words), in reading order."""
    return [
        (day["aria-labelledby"].removeprefix("day-"), " ".join(card.get_text(" ").split()))
        for day in page.soup.select(".cal-day")
        for card in day.select(".session")
    ]


def test_a_therapist_sees_only_their_own_sessions_whatever_the_address_asks(staff):
    for asked in ({}, {"therapist": "all"}, {"therapist": "theo-demo"}, {"view": "week"}):
        page = calendar(staff, **asked)

        assert "Ana Example" in page.text
        assert "Bo Sample" not in page.text
        assert "Whose calendar" not in page.text


@pytest.mark.parametrize("who", ["cora", "ada"])
def test_coordinator_and_administrator_see_all_or_choose(staff, who):
    everybody = calendar(staff, who)
    chosen = calendar(staff, who, therapist="theo-demo")

    assert "Ana Example" in everybody.text
    assert "Bo Sample" in everybody.text
    assert "Dana Demo" in everybody.text
    assert "Ana Example" not in chosen.text
    assert "Bo Sample" in chosen.text


def test_a_card_tells_time_patient_service_and_state_in_words_with_a_shape(staff):
    page = calendar(staff)

    [(_day, words)] = cards(page)
    assert words == "11:00 am – 12:00 pm Ana Example Gentle session Booked"
    assert page.soup.select(".session .state svg")


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (State.REQUESTED, "Needs clearance"),
        (State.CONFIRMED, "Confirmed"),
        (State.ARRIVED, "Is here"),
        (State.DONE, "Done"),
        (State.MISSED, "Missed"),
        (State.NEEDS_REASSIGNMENT, "No therapist"),
    ],
)
def test_every_state_has_its_word_and_its_own_shape(staff, state, word):
    booked = str(calendar(staff).soup.select_one(".session .state svg"))
    with staff.database.transaction() as session:
        session.get(Appointment, staff.anas).state = state

    page = calendar(staff)

    [(_day, words)] = cards(page)
    assert words.endswith(word)
    assert str(page.soup.select_one(".session .state svg")) != booked


def test_cancelled_sessions_stand_aside_and_holds_nowhere(staff):
    with staff.database.transaction() as session:
        session.get(Appointment, staff.anas).state = State.CANCELLED
        later = STARTS + timedelta(hours=2)
        staff.add_appointment(session, staff.therapists.dana, None, later, State.HELD)

    page = calendar(staff)

    assert cards(page) == []
    assert "1 cancelled" in page.text
    assert page.follow("Ana Example").status == 200


def test_who_is_next_stands_on_top_with_the_number_of_cautions_and_one_tap_away(staff):
    with staff.database.transaction() as session:
        staff.add_intake(
            session, staff.ana, staff.anas, {"steroids": ["longer"], "raynaud": ["yes"]}
        )

    page = calendar(staff)
    next_up = page.soup.select_one(".next-up")

    words = " ".join(next_up.get_text(" ").split())
    assert words.startswith("Next, in 60 minutes 11:00 am Ana Example")
    assert "2 cautions" in words
    assert next_up.a["href"] == f"/staff/appointments/{staff.anas}"


def test_the_calendar_never_says_what_a_caution_is(staff):
    with staff.database.transaction() as session:
        staff.add_intake(session, staff.ana, staff.anas, {"steroids": ["longer"]})

    assert "teroid" not in calendar(staff).html


def test_the_session_under_way_is_shown_as_now(staff):
    staff.clock.pass_(hours=1, minutes=20)

    assert calendar(staff).soup.select_one(".next-up h2").get_text() == "Now"


def test_after_the_last_session_nobody_is_next(staff):
    staff.clock.pass_(hours=3)

    assert calendar(staff).soup.select_one(".next-up") is None


def test_the_week_begins_on_monday_and_has_seven_days(staff):
    page = calendar(staff, view="week", date="2026-03-05")

    days = [day["aria-labelledby"] for day in page.soup.select(".cal-day")]
    assert days[0] == "day-2026-03-02"
    assert days[-1] == "day-2026-03-08"
    assert len(days) == 7


def test_previous_today_and_next_lead_to_the_days_beside(staff):
    page = calendar(staff, date="2026-03-05")

    assert page.follow("Previous").heading == "Wednesday, March 4"
    assert page.follow("Next").heading == "Friday, March 6"
    assert page.follow("Today").heading == "Monday, March 2"
    week = page.follow("Week")
    assert week.heading == "Week of March 2, 2026"
    assert week.follow("Next").heading == "Week of March 9, 2026"


def test_the_chosen_therapist_stays_chosen_when_paging(staff):
    page = calendar(staff, "cora", therapist="theo-demo").follow("Week")

    assert "Bo Sample" in page.text
    assert "Ana Example" not in page.text


@pytest.mark.parametrize(
    "asked",
    [
        {"date": "never"},
        {"date": "0001-01-01"},
        {"date": "9999-12-31", "view": "week"},
        {"view": "year"},
        {"therapist": "nobody"},
    ],
)
def test_an_address_that_makes_no_sense_shows_today(staff, asked):
    page = calendar(staff, "cora", **asked)

    assert page.status == 200
    assert "March 2" in page.heading


def test_open_hours_and_kept_times_are_shown(staff):
    with staff.database.transaction() as session:
        session.add(
            Block(
                therapist_id=staff.therapists.dana,
                starts_at=STARTS + timedelta(hours=2),
                ends_at=STARTS + timedelta(hours=3),
                label="<b>Lunch</b>",
            )
        )

    page = calendar(staff)

    assert page.soup.select_one(".open-hours").get_text(" ", strip=True) == "Open 9:00 am–5:00 pm"
    assert page.soup.select_one(".kept .session-who").get_text() == "<b>Lunch</b>"
    assert len(page.soup.select(".band")) == 1


def test_a_closed_day_says_so(staff):
    page = calendar(staff, date="2026-03-08")

    assert page.soup.select_one(".open-hours").get_text(strip=True) == "Closed"


def test_names_are_escaped(staff):
    with staff.database.transaction() as session:
        name = "<img src=x onerror=alert(1)>"
        patient = staff.add_patient(session, name, "+12125550199")
        later = STARTS + timedelta(hours=2)
        staff.add_appointment(session, staff.therapists.dana, patient, later)

    page = calendar(staff)

    assert name in page.text
    assert name not in page.html


def test_a_therapists_account_without_its_therapist_sees_nothing(staff):
    with staff.database.transaction() as session:
        staff.add_user(session, "lost", Role.THERAPIST)

    page = (
        staff.browser()
        .get("/staff/sign-in")
        .form("/sign-in")
        .send(email="lost@example.org", password="a long demo password")
    )

    assert page.status == 401
    with staff.database.read_only() as session:
        assert session.query(User).filter_by(email="lost@example.org").one().active


# Times are the place's, also on the days when its clocks change. The instants are written
# out by hand: (zone, date, instant of the session in UTC, what the card says, its first row).
CHANGES = [
    ("America/New_York", "2026-03-08", "2026-03-08T13:00", "9:00 am", 1),
    ("America/New_York", "2026-03-08", "2026-03-09T03:30", "11:30 pm", 59),
    ("America/New_York", "2026-11-01", "2026-11-01T14:00", "9:00 am", 1),
    ("America/New_York", "2026-11-01", "2026-11-02T04:30", "11:30 pm", 59),
    ("Europe/London", "2026-03-29", "2026-03-29T08:00", "9:00 am", 1),
    ("Europe/London", "2026-03-29", "2026-03-29T22:30", "11:30 pm", 59),
    ("Europe/London", "2026-10-25", "2026-10-25T09:00", "9:00 am", 1),
    ("Europe/London", "2026-10-25", "2026-10-25T23:30", "11:30 pm", 59),
    ("Australia/Sydney", "2026-04-05", "2026-04-04T23:00", "9:00 am", 1),
    ("Australia/Sydney", "2026-04-05", "2026-04-05T13:30", "11:30 pm", 59),
    ("Australia/Sydney", "2026-10-04", "2026-10-03T22:00", "9:00 am", 1),
    ("Australia/Sydney", "2026-10-04", "2026-10-04T12:30", "11:30 pm", 59),
]


@pytest.mark.parametrize(("zone", "day", "instant", "said", "row"), CHANGES)
@pytest.mark.parametrize("view", ["day", "week"])
def test_on_the_day_clocks_change_a_session_stands_on_its_day_and_hour(
    staff, zone, day, instant, said, row, view
):
    with staff.database.transaction() as session:
        for place in session.query(Location):
            place.zone = zone
        at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
        staff.add_appointment(session, staff.therapists.dana, staff.ana, at)

    page = calendar(staff, date=day, view=view)

    [words] = [words for shown_on, words in cards(page) if shown_on == day]
    assert words.startswith(said)
    shown = page.soup.select_one(f"[aria-labelledby=day-{day}] .entry")
    assert f"at-{row}" in shown["class"]


@pytest.mark.parametrize(
    ("zone", "day", "before", "after"),
    [
        # The last session before midnight at each end of a day of 23 or 25 hours.
        ("America/New_York", "2026-03-08", "2026-03-08T04:45", "2026-03-09T04:00"),
        ("America/New_York", "2026-11-01", "2026-11-01T03:45", "2026-11-02T05:00"),
        ("Australia/Sydney", "2026-04-05", "2026-04-04T12:45", "2026-04-05T14:00"),
        ("Europe/London", "2026-10-25", "2026-10-24T22:45", "2026-10-26T00:00"),
    ],
)
def test_sessions_just_outside_a_day_of_changing_clocks_stand_on_the_days_beside(
    staff, zone, day, before, after
):
    with staff.database.transaction() as session:
        for place in session.query(Location):
            place.zone = zone
        for instant in (before, after):
            at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
            staff.add_appointment(session, staff.therapists.dana, staff.ana, at)

    assert cards(calendar(staff, date=day)) == []
