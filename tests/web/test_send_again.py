"""A form that could not be taken comes back with everything in it."""

import pytest
from bs4 import BeautifulSoup

from booking.web.guard import CarrierSigned
from tests.web.pages import NoScriptBrowser
from tests.web.walk import Walk
from tests.web.world import ANA

LOST_COOKIE = "Your browser did not send our cookie along"


def without_cookies(browser, action, data):
    """Send a form as a browser does that has lost every cookie."""
    browser.client.delete_cookie("lupine")
    return browser.post(action, data)


def test_a_visitor_who_lost_the_cookie_chooses_the_same_time_with_one_press(browser):
    form = browser.get("/therapists/dana-demo?from=2026-03-03").form("/holds")
    [(name, value), *_] = form.buttons()

    page = without_cookies(browser, "/holds", {**form.data, name: value})

    assert page.status == 400
    assert LOST_COOKIE in page.text
    assert "Tuesday, March 3 at 9:00 am" in page.text
    assert page.form("/holds").send().heading == "Your details"


def test_what_was_typed_stands_in_the_booking_form_again(held, browser):
    form = held.form()

    page = without_cookies(browser, form.action, {**form.data, **ANA})

    assert page.status == 400
    assert LOST_COOKIE in page.text
    assert page.value_of("name") == ANA["name"]
    assert page.value_of("q_flare") == ["no"]
    assert page.form().send(**ANA).heading != "Your details"


def test_a_form_of_an_older_session_says_so(held, browser):
    form = held.form()
    browser.client.delete_cookie("lupine")
    browser.get("/therapists/dana-demo")  # a new cookie, and so another token

    page = browser.post(form.action, {**form.data, **ANA})

    assert page.status == 400
    assert "The page was open for a long time" in page.text
    assert "cookie" not in page.text


def test_a_browser_that_keeps_no_cookies_is_told_so_and_not_a_wrong_cause_for_ever(app, held):
    browser = NoScriptBrowser(app)
    browser.client = app.test_client(use_cookies=False)
    form = browser.get("/therapists/dana-demo?from=2026-03-03").form("/holds")

    first = form.press(0)
    second = first.form("/holds").send()
    third = second.form("/holds").send()

    assert first.status == second.status == third.status == 400
    assert LOST_COOKIE in first.text
    assert second.heading == third.heading == "This form needs cookies"


def test_the_booking_form_says_as_well_that_it_needs_cookies(app, held):
    browser = NoScriptBrowser(app)
    browser.client = app.test_client(use_cookies=False)
    first = browser.get(held.path).form().send(**ANA)

    second = first.form().send()

    assert "This form needs cookies" in second.text
    assert second.value_of("name") == ANA["name"]


def test_a_refused_sign_in_form_keeps_the_address_and_not_the_password(staff):
    browser = staff.browser()
    form = browser.get("/staff/sign-in").form("/sign-in")

    page = without_cookies(
        browser, form.action, {**form.data, "email": "dana@example.org", "password": "secret one"}
    )

    assert page.status == 400
    assert page.value_of("email") == "dana@example.org"
    assert "secret one" not in page.html


def test_what_another_site_sends_is_not_put_behind_a_button_of_ours(browser):
    page = browser.post(
        "/holds",
        {"starts_at": "2026-03-03T14:00:00Z"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert page.status == 400
    assert not page.soup.find("form", method="post")


@pytest.fixture
def walk(app, clock):
    return Walk(app, clock)


def a_token_of_somebody_else(walk):
    page = NoScriptBrowser(walk.app).get("/staff/sign-in")
    return page.value_of("csrf_token")


TOKENS = {
    "missing": lambda walk: {},
    "empty": lambda walk: {"csrf_token": ""},
    "made up": lambda walk: {"csrf_token": "not a token"},
    "foreign": lambda walk: {"csrf_token": a_token_of_somebody_else(walk)},
}


@pytest.mark.parametrize("token", TOKENS)
def test_every_form_comes_back_whatever_is_wrong_with_its_token(walk, token):
    forms = [
        (route, rule)
        for route, rule, methods in walk.routes()
        if "POST" in methods and not isinstance(rule, CarrierSigned)
    ]
    typed = {"starts_at": "2026-03-03T14:00:00Z", "words": "Yes", **TOKENS[token](walk)}

    assert len(forms) > 15
    for route, rule in forms:
        with walk.undone():
            answer = walk.caller(rule).post(walk.path(route), data=typed)
            soup = BeautifulSoup(answer.get_data(as_text=True), "html.parser")

        assert answer.status_code == 400, (route.rule, answer.status_code)
        leads_to = [walk.endpoint(form["action"]) for form in soup.find_all("form", method="post")]
        assert route.endpoint in leads_to, route.rule
        assert "once more" in soup.get_text() or "still here" in soup.get_text(), route.rule
    assert walk.failures == []
