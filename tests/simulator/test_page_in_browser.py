"""The phone page in a real Chromium, as a demo reader uses it."""

import pytest
from playwright.sync_api import expect

from tests.simulator.world import CLINIC

pytestmark = pytest.mark.browser

PHONE_WIDTH = {"width": 390, "height": 844}
ALICE, BEA = "+12025550171", "+12025550172"


@pytest.fixture
def page(chromium, world):
    context = chromium.new_context(viewport=PHONE_WIDTH, base_url=world.base_url)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert problems == []


@pytest.fixture
def world(own_world):
    """A simulator of its own: the page shows whichever phone had the newest text."""
    return own_world


def bubbles(page, whose):
    return page.locator(f".{whose} .bubble")


def test_a_new_text_appears_by_itself_and_a_typed_reply_goes_out_on_enter(page, world):
    page.goto("/")
    world.text(ALICE, "Reply C to confirm.")
    expect(bubbles(page, "theirs").last).to_have_text("Reply C to confirm.")

    page.get_by_label("Your text").fill("4 6 3")
    page.keyboard.press("Enter")

    expect(bubbles(page, "mine").last).to_have_text("4 6 3")
    world.until(lambda: [post["Body"] for post in world.inbound(ALICE)] == ["4 6 3"])


def test_a_half_written_reply_stays_when_another_phone_gets_a_text(page, world, phone):
    world.text(phone, "Hello")
    page.goto("/")
    expect(page.locator(".owner")).to_contain_text(phone)
    page.get_by_label("Your text").fill("I am wri")

    world.text(BEA, "For somebody else")

    expect(page.locator(".phones .who").first).to_have_text(BEA)
    expect(page.locator(".owner")).to_contain_text(phone)
    expect(page.get_by_label("Your text")).to_have_value("I am wri")


def test_a_field_somebody_went_to_stays_when_another_phone_gets_a_text(page, world, phone):
    world.text(phone, "Hello")
    page.goto("/")
    page.get_by_label("Your text").focus()

    world.text(BEA, "For somebody else")
    expect(page.locator(".phones .who").first).to_have_text(BEA)
    page.keyboard.type("I am wri")

    expect(page.locator(".owner")).to_contain_text(phone)
    expect(page.get_by_label("Your text")).to_have_value("I am wri")


def test_an_answer_that_comes_late_brings_no_older_page_back(page, world, phone):
    world.text(phone, "Hello")
    page.goto("/")
    late = []
    page.route("**/", lambda route: late.append((route, route.fetch())), times=1)
    world.text(phone, "Hello again")
    world.until(lambda: page.wait_for_timeout(20) or late)
    world.text(BEA, "For somebody else")
    expect(page.locator(".owner")).to_contain_text(BEA)

    [(route, older_page)] = late
    with page.expect_event("requestfinished", lambda one: one == route.request):
        route.fulfill(response=older_page)

    page.wait_for_timeout(100)
    expect(page.locator(".owner")).to_contain_text(BEA)


def test_a_reply_goes_out_from_the_phone_it_was_typed_on(page, world, phone):
    world.text(phone, "Hello")
    page.goto("/")
    page.get_by_label("Your text").fill("4 6 3")
    waiting = []

    def keep_waiting(route):
        waiting.append(route)

    page.route(f"**/phones/{phone}", keep_waiting, times=1)
    page.get_by_role("button", name="Send", exact=True).click()
    world.until(lambda: page.wait_for_timeout(20) or waiting)

    world.text(BEA, "For somebody else")

    expect(page.locator(".phones .who").first).to_have_text(BEA)
    expect(page.locator(".owner")).to_contain_text(phone)
    waiting[0].continue_()
    expect(bubbles(page, "mine").last).to_have_text("4 6 3")


def test_a_quick_reply_is_one_touch_and_a_stop_shows(page, world, phone):
    world.text(phone, "Hello")
    page.goto(f"/phones/{phone}")

    page.get_by_role("button", name="STOP").click()

    expect(page.locator(".stopped")).to_be_visible()
    expect(page.get_by_role("button", name="START")).to_be_visible()
    assert world.post_create(To=phone, From=CLINIC, Body="Hi").json()["code"] == 21610


def test_a_hostile_text_runs_nothing(page, world, phone):
    world.text(phone, "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script>")

    page.goto(f"/phones/{phone}")
    world.text(phone, "<svg onload=\"document.title='owned'\">")

    expect(bubbles(page, "theirs")).to_have_count(2)
    assert page.title().startswith(phone)


def test_replies_go_out_without_javascript(chromium, world, phone):
    world.text(phone, "Hello")
    context = chromium.new_context(
        viewport=PHONE_WIDTH, base_url=world.base_url, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"/phones/{phone}")

    page.get_by_role("button", name="C", exact=True).click()

    expect(bubbles(page, "mine")).to_have_text(["C"])
    context.close()


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_no_width_makes_the_page_scroll_sideways(page, world, phone, width):
    world.text(phone, "https://example.org/" + "a" * 120)
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(f"/phones/{phone}")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
