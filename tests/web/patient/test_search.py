from datetime import date, timedelta

from sqlalchemy import delete, select

from booking.therapists.models import DayOverride, Location, WeeklyHours
from tests.web.world import add_therapist

FRIDAY = 4


def test_the_first_page_names_the_next_three_free_times_of_a_therapist(browser):
    page = browser.get("/")

    card = page.soup.find("article")

    assert "Dana Demo" in card.h3.get_text()
    assert [b.get_text(" ", strip=True) for b in card.select("button.slot")] == [
        "Mon, Mar 2 2:00 pm",
        "Mon, Mar 2 2:15 pm",
        "Mon, Mar 2 2:30 pm",
    ]
    assert "Licence checked on February 20, 2026" in page.text


def test_times_are_written_in_the_zone_of_the_visitors_browser(browser):
    browser.client.set_cookie("tz", "America%2FChicago", domain="localhost")

    page = browser.get("/")

    assert "1:00 pm" in page.soup.find("button", class_="slot").get_text(" ", strip=True)
    assert "Chicago time" in page.text


def test_a_zone_that_does_not_exist_falls_back_to_the_places_own(browser):
    browser.client.set_cookie("tz", "Moon%2FTranquility", domain="localhost")

    page = browser.get("/therapists/dana-demo?zone=../../etc/passwd")

    assert page.status == 200
    assert "New York time" in page.text


def test_a_search_shows_only_who_fits(browser, runtime):
    with runtime.database.transaction() as session:
        other = add_therapist(session, "miguel-demo", "Miguel Demo")
        other.expertise = ["Scars"]

    found = browser.get("/").form("/").send(expertise="Scars")

    assert [one.get_text(strip=True) for one in found.soup.select("article h3")] == ["Miguel Demo"]
    assert "1 therapist fits" in found.text


def test_a_search_that_finds_nobody_says_what_to_do(browser):
    page = browser.get("/?expertise=Falconry")

    assert "Nobody fits this search" in page.text
    assert "212 555 0100" in page.text


def test_a_search_for_soon_leaves_out_who_is_free_only_later(browser, runtime):
    with runtime.database.transaction() as session:
        session.execute(delete(WeeklyHours).where(WeeklyHours.weekday != FRIDAY))

    assert "Dana Demo" not in browser.get("/?when=3").text  # it is Monday
    assert "Dana Demo" in browser.get("/?when=7").text


def test_a_therapist_whose_licence_lapsed_is_nowhere_to_be_found(browser, runtime):
    with runtime.database.transaction() as session:
        add_therapist(session, "lapsed-demo", "Lapsed Demo", licence_until=date(2026, 3, 1))

    assert "Lapsed Demo" not in browser.get("/").text
    assert browser.get("/therapists/lapsed-demo").status == 404


def test_a_therapist_page_shows_what_was_checked_and_never_approves_for_a_disease(browser):
    page = browser.get("/therapists/dana-demo")

    assert page.title.startswith("Dana Demo")
    assert "State of New York, no. D-0001" in page.text
    assert "Look it up in the register" in page.text
    assert "Example School, 24 hours, January 2025, certificate seen" in page.text
    assert "approved" not in page.text.lower()


def test_free_times_are_grouped_by_the_visitors_days(browser):
    page = browser.get("/therapists/dana-demo?zone=Australia/Sydney")

    days = {
        day.h3.get_text(strip=True): [b["value"] for b in day.select("button.slot")]
        for day in page.soup.select("section.day")
    }

    # 9:00 to 16:00 in New York is 1:00 to 8:00 the next morning in Sydney.
    assert days["Tuesday, March 3"][0] == "2026-03-02T19:00:00Z"
    assert days["Wednesday, March 4"][0] == "2026-03-03T14:00:00Z"
    assert "1:00 am" in page.text


def test_the_days_can_be_turned_forward_and_back(browser):
    page = browser.get("/therapists/dana-demo")

    later = page.follow("Later days")
    back = later.follow("Earlier days")

    assert "Monday, March 9" in later.text
    assert "Monday, March 2" in back.text


def test_a_week_without_a_free_time_points_to_the_next_one(browser, runtime):
    with runtime.database.transaction() as session:
        day = date(2026, 3, 2)
        place = session.scalars(select(Location)).one()
        session.add_all(
            DayOverride(
                therapist_id=place.therapist_id,
                location_id=place.id,
                day=day + timedelta(days=n),
                opens=None,
                closes=None,
            )
            for n in range(7)
        )

    page = browser.get("/therapists/dana-demo")
    next_page = page.follow("Monday, March 9 at 9:00 am")

    assert "Nothing is free in these seven days" in page.text
    assert next_page.soup.find("button", class_="slot")["value"] == "2026-03-09T13:00:00Z"


def test_a_day_that_is_no_day_shows_the_coming_days(browser):
    page = browser.get("/therapists/dana-demo?from=not-a-day&service=not-an-id")

    assert page.status == 200
    assert "Monday, March 2" in page.text


def test_another_service_has_its_own_times(browser):
    page = browser.get("/therapists/dana-demo?from=2026-03-03")
    long_session = page.soup.select("#f-service option")[1]["value"]

    page = page.form("/therapists/dana-demo").send(service=long_session)

    last_of_day = page.soup.select("section.day")[0].select("button.slot")[-1]["value"]
    assert "90 minutes" in page.text
    assert last_of_day == "2026-03-03T20:30:00Z"  # 15:30 in New York: done by 17:00


def test_a_therapist_who_does_not_exist_gets_a_kind_page(browser):
    page = browser.get("/therapists/nobody")

    assert page.status == 404
    assert page.heading == "There is nothing here"
