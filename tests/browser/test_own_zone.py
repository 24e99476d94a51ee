"""Times stand in the visitor's own zone without a second load of the page."""

import pytest

pytestmark = pytest.mark.browser

DANA = "/therapists/dana-demo"


@pytest.fixture
def visit(address, open_window):
    """Open a page as a first-time visitor; returns it and how often it was loaded."""

    def open_(path, **options):
        page = open_window(**options)
        loads = []
        page.on("load", lambda: loads.append(page.url))
        page.goto(address + path)
        return page, loads

    return open_


def test_a_first_visit_is_one_load_and_shows_the_visitors_own_times(visit):
    page, loads = visit(DANA)

    page.locator("#times-of-service[data-in-zone='America/Chicago']").wait_for()

    assert page.locator("#f-zone").input_value() == "America/Chicago"
    assert page.locator("button.slot:visible").first.inner_text().endswith("Monday,\n1:00 pm")
    assert len(loads) == 1


def test_the_list_of_therapists_is_written_anew_in_place_as_well(visit):
    page, loads = visit("/")

    page.get_by_text("Chicago time").wait_for()

    assert len(loads) == 1


def test_the_chooser_works_after_the_times_were_written_anew(visit):
    page, _loads = visit(DANA)
    page.locator("#times-of-service[data-in-zone='America/Chicago']").wait_for()

    page.select_option("#f-zone", "Europe/London")
    page.wait_for_url("**zone=Europe*")

    assert page.locator("#f-zone").input_value() == "Europe/London"
    assert page.locator("button.slot:visible").first.inner_text().endswith("Monday,\n7:00 pm")


def test_a_zone_that_was_chosen_stays(visit):
    page, loads = visit(f"{DANA}?zone=Europe/London")
    page.wait_for_load_state("networkidle")

    assert page.locator("#f-zone").input_value() == "Europe/London"
    assert len(loads) == 1


def test_the_second_page_comes_in_the_visitors_zone_at_once(visit, address):
    page, _loads = visit("/")
    page.get_by_text("Chicago time").wait_for()
    asked = []
    page.on("request", lambda one: asked.append(one) if DANA in one.url else None)

    page.goto(address + DANA)
    page.wait_for_load_state("networkidle")

    assert page.locator("#f-zone").input_value() == "America/Chicago"
    assert len(asked) == 1


def test_a_slot_under_a_held_finger_stays_what_it_says(visit, address, open_window):
    page = open_window()
    waiting = []
    page.route("**" + DANA, lambda route: hold_back(route, waiting))
    page.goto(address + DANA)
    slot = page.locator("button.slot:visible").first
    slot.focus()
    before = slot.inner_text()

    waiting.pop().continue_()
    page.wait_for_load_state("networkidle")

    assert slot.inner_text() == before


def hold_back(route, waiting):
    """Let the page itself through, and keep what the script asks for."""
    if route.request.resource_type == "document":
        route.continue_()
    else:
        waiting.append(route)


def test_without_scripts_the_place_is_named_and_the_chooser_works(visit):
    page, _loads = visit(DANA, java_script_enabled=False)
    assert page.locator("#f-zone").input_value() == "America/New_York"

    page.select_option("#f-zone", "Europe/London")
    page.get_by_role("button", name="Show").click()

    assert page.locator("#f-zone").input_value() == "Europe/London"
