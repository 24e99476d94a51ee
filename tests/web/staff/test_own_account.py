"""One's own account: password, devices, codes, and a PIN for coming back."""

import pytest

from booking.accounts.factor_models import SecondFactor
from booking.accounts.models import StaffSession
from tests.web.own_account import PIN, choose_pin, own, set_up_codes, sign_in
from tests.web.staff_cast import PASSWORD

CHOSEN = "four words by chance"


def change(page, **changes):
    typed = {"password": PASSWORD, "new_password": CHOSEN, **changes}
    return page.form("/account/password").send(**typed)


def test_a_new_password_keeps_this_session_and_ends_the_others(staff):
    here, there = staff.signed_in("dana"), staff.signed_in("dana")

    page = change(own(here))

    assert "Your password is changed." in page.text
    assert here.get("/staff/").path == "/staff/"
    assert there.get("/staff/").path == "/staff/sign-in"
    assert sign_in(staff.browser()).status == 401
    assert sign_in(staff.browser(), CHOSEN).path == "/staff/"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "a wrong password"}, "The password is not right."),
        ({"new_password": "short"}, "at least 12 characters"),
        ({"new_password": "my dana@example.org"}, "too easy to guess"),
    ],
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_bad_one(staff, changes, said):
    page = change(own(staff.signed_in("dana")), **changes)

    assert page.status == 422
    assert said in page.text
    assert sign_in(staff.browser()).path == "/staff/"


def test_guessing_the_old_password_on_a_screen_left_open_is_slowed_down(staff):
    page = own(staff.signed_in("dana"))
    for _ in range(5):
        page = change(page, password="a wrong password")

    assert change(page).status == 429


def test_ones_devices_are_listed_and_signed_out_one_or_all(staff):
    agent = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    here = staff.browser()
    here.client.environ_base["HTTP_USER_AGENT"] = agent
    sign_in(here)
    others = [staff.signed_in("dana") for _ in range(3)]
    page = own(here)
    assert "Firefox, Windows this one" in page.text

    page = page.form("/end").press()
    assert sum(one.get("/staff/").path == "/staff/" for one in others) == 2

    page.form("/end-others").press()
    assert {one.get("/staff/").path for one in others} == {"/staff/sign-in"}
    assert here.get("/staff/").path == "/staff/"


def test_nobody_ends_the_session_of_somebody_else(staff):
    staff.signed_in("theo")
    with staff.database.read_only() as session:
        theos = session.query(StaffSession).filter_by(user_id=staff.users["theo"]).one().id
    page = own(staff.signed_in("dana"))

    answer = page.browser.post(
        f"/staff/account/sessions/{theos}/end", {"csrf_token": page.value_of("csrf_token")}
    )

    assert answer.status == 404


def test_codes_are_set_up_by_a_picture_or_by_letters_and_asked_for_from_then_on(staff):
    browser = staff.signed_in("dana")
    page = own(browser).follow("Set up codes")
    assert page.soup.select("figure svg path")
    totp, _ = set_up_codes(staff, browser)

    guest = staff.browser()
    page = sign_in(guest)
    assert page.path == "/staff/sign-in/code"
    assert guest.get("/staff/").path == "/staff/sign-in"
    page = guest.get("/staff/sign-in/code").form("/code").send(code="000000")
    assert page.status == 401
    assert "This code is not right" in page.text
    assert page.form("/code").send(code=totp.at(staff.clock.now())).path == "/staff/"


def test_a_recovery_code_lets_one_in_and_the_account_says_how_many_are_left(staff):
    _, codes = set_up_codes(staff, staff.signed_in("dana"))

    page = sign_in(staff.browser()).form("/code").send(code=codes[0])

    assert page.path == "/staff/"
    assert "9 recovery codes are left" in own(page.browser).text


def test_a_wrong_first_code_puts_no_codes_in_force(staff):
    page = own(staff.signed_in("dana")).follow("Set up codes").form("/codes").send(code="123")

    assert page.status == 422
    assert sign_in(staff.browser()).path == "/staff/"


def test_codes_are_taken_away_again(staff):
    browser = staff.signed_in("dana")
    set_up_codes(staff, browser)

    page = own(browser).form("/codes/remove").press()

    assert "No code is asked for any more." in page.text
    assert staff.row(SecondFactor, staff.users["dana"]) is None
    assert sign_in(staff.browser()).path == "/staff/"


def test_the_code_page_without_a_password_leads_to_the_sign_in(staff):
    assert staff.browser().get("/staff/sign-in/code").path == "/staff/sign-in"


def test_the_sign_in_page_of_a_known_device_asks_for_the_pin(staff):
    browser = staff.signed_in("dana")
    choose_pin(browser)
    staff.clock.pass_(minutes=90)

    page = browser.get("/staff/")
    assert "PIN of Dana" in page.text
    assert "PIN of" not in staff.browser().get("/staff/sign-in").text
    page = page.form("/sign-in").send(pin="999999")
    assert page.status == 401
    assert "The PIN is not right." in page.text
    assert page.form("/sign-in").send(pin=PIN).path == "/staff/"


def test_after_five_wrong_pins_only_the_password_opens(staff):
    browser = staff.signed_in("dana")
    choose_pin(browser)
    page = browser.get("/staff/").form("/sign-out").press()
    for _ in range(5):
        page = page.form("/sign-in").send(pin="999999", account=str(staff.users["dana"]))

    assert "No PIN opens this account here any more" in page.text
    assert "PIN of Dana" not in page.text
    assert sign_in(browser).path == "/staff/"


def test_a_pin_that_is_easy_to_guess_is_not_taken(staff):
    page = choose_pin(staff.signed_in("dana"), "123456")

    assert page.status == 422
    assert "too easy to guess" in page.text


def test_the_pin_of_a_device_is_forgotten(staff):
    browser = staff.signed_in("dana")
    choose_pin(browser)

    page = own(browser).form("/pin/remove").press()

    assert "No PIN opens your account on this device." in page.text
    assert "PIN of" not in page.form("/sign-out").press().text
