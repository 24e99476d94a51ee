"""Signing in and out."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from booking.accounts.models import User
from tests.web.staff_cast import PASSWORD

GUARDED = [
    "/staff/",
    "/staff/alerts",
    "/staff/inbox",
    "/staff/appointments/{anas}",
    "/staff/appointments/{anas}/cancel",
    "/staff/patients/{ana}",
]


def sign_in(staff, email="dana@example.org", password=PASSWORD, after=""):
    page = staff.browser().get("/staff/sign-in" + after)
    return page.form("/sign-in").send(email=email, password=password)


def test_right_address_and_password_lead_to_the_calendar(staff):
    page = sign_in(staff)

    assert page.path == "/staff/"
    assert "Signed in as Dana" in page.text


def test_capitals_and_spaces_around_the_address_do_not_matter(staff):
    assert sign_in(staff, email="  Dana@Example.org ").path == "/staff/"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("dana@example.org", "a wrong password"),
        ("nobody@example.org", PASSWORD),
        ("", ""),
    ],
)
def test_wrong_password_and_unknown_address_get_the_same_answer(staff, email, password):
    page = sign_in(staff, email=email, password=password)

    assert page.status == 401
    assert "The mail address or the password is not right." in page.text


def test_a_refused_address_is_still_in_the_form_and_the_password_is_not(staff):
    page = sign_in(staff, email='"><script>x</script>', password="a wrong password")

    assert page.value_of("email") == '"><script>x</script>'
    assert page.value_of("password") == ""
    assert "<script>x" not in page.html


def test_a_switched_off_account_cannot_sign_in_and_its_sessions_end(staff):
    browser = staff.signed_in("dana")

    with staff.database.transaction() as session:
        session.get(User, staff.users["dana"]).active = False

    assert sign_in(staff).status == 401
    assert browser.get("/staff/").path == "/staff/sign-in"


def test_a_new_password_ends_the_sessions_of_the_old_one(staff):
    browser = staff.signed_in("dana")

    with staff.database.transaction() as session:
        user = session.get(User, staff.users["dana"])
        user.password_hash = PasswordHasher().hash("another long password")

    assert browser.get("/staff/").path == "/staff/sign-in"


@pytest.mark.parametrize("path", GUARDED)
def test_signed_out_every_page_leads_to_the_sign_in(staff, path):
    page = staff.browser().get(path.format(anas=staff.anas, ana=staff.ana))

    assert page.path == "/staff/sign-in"
    assert "Ana" not in page.text


def test_after_signing_in_the_page_that_was_asked_for_opens(staff):
    asked = staff.browser().get(f"/staff/appointments/{staff.anas}")

    page = asked.form("/sign-in").send(email="dana@example.org", password=PASSWORD)

    assert page.path == f"/staff/appointments/{staff.anas}"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example.org/staff/",
        "//evil.example.org/staff/",
        "/\\evil.example.org",
        "/staff//evil.example.org",
        "javascript:alert(1)",
        "/staff/\n//evil.example.org",
        "/staff/../privacy",
        "/privacy",
    ],
)
def test_signing_in_never_leads_to_another_site(staff, wanted):
    page = staff.browser().get("/staff/sign-in", query_string={"next": wanted})

    assert page.form("/sign-in").send(email="dana@example.org", password=PASSWORD).path == (
        "/staff/"
    )


def test_signing_in_drops_what_was_in_the_cookie_before(staff):
    browser = staff.browser()
    page = browser.get("/staff/sign-in")
    with browser.client.session_transaction() as cookie:
        cookie["planted"] = "yes"
        token_before = cookie["csrf_token"]

    page.form("/sign-in").send(email="dana@example.org", password=PASSWORD)

    with browser.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["csrf_token"] != token_before


def test_signing_out_takes_a_form_with_its_token(staff):
    browser = staff.signed_in("dana")

    assert browser.client.get("/staff/sign-out").status_code == 405
    assert browser.client.post("/staff/sign-out").status_code == 400
    assert browser.get("/staff/").path == "/staff/"


def test_signing_out_ends_the_session(staff):
    browser = staff.signed_in("dana")

    page = browser.get("/staff/").form("/sign-out").press()

    assert page.path == "/staff/sign-in"
    assert browser.get("/staff/").path == "/staff/sign-in"


def test_a_copy_of_the_cookie_is_signed_out_too(staff):
    browser = staff.signed_in("dana")
    thief = staff.browser()
    thief.client.set_cookie("lupine", browser.client.get_cookie("lupine").value)
    assert thief.get("/staff/").path == "/staff/"

    browser.get("/staff/").form("/sign-out").press()

    assert thief.get("/staff/").path == "/staff/sign-in"


def test_a_copy_cannot_be_kept_alive_beyond_half_a_day(staff):
    browser = staff.signed_in("dana")
    kept = browser.client.get_cookie("lupine").value
    for _ in range(37):
        staff.clock.pass_(minutes=20)
        thief = staff.browser()
        thief.client.set_cookie("lupine", kept)
        page = thief.get("/staff/")

    assert page.path == "/staff/sign-in"


def test_half_an_hour_without_a_page_signs_out(staff):
    browser = staff.signed_in("dana")

    staff.clock.pass_(minutes=29)
    assert browser.get("/staff/").path == "/staff/"
    staff.clock.pass_(minutes=29)
    assert browser.get("/staff/").path == "/staff/"
    staff.clock.pass_(minutes=31)

    assert browser.get("/staff/").path == "/staff/sign-in"


def test_no_session_lasts_longer_than_half_a_day(staff):
    browser = staff.signed_in("dana")

    for _ in range(36):
        staff.clock.pass_(minutes=20)
        assert browser.get("/staff/").path == "/staff/"
    staff.clock.pass_(minutes=20)

    assert browser.get("/staff/").path == "/staff/sign-in"


def test_signing_in_well_many_times_is_never_refused(staff):
    assert {sign_in(staff).status for _ in range(12)} == {200}


def test_pages_of_the_staff_are_not_kept_by_browsers(staff):
    page = staff.signed_in("dana").get(f"/staff/appointments/{staff.anas}")

    assert page.headers["Cache-Control"] == "no-store"


def test_a_forged_cookie_id_signs_nobody_in(staff):
    browser = staff.signed_in("dana")
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = str(staff.users["ada"])

    assert browser.get("/staff/").path == "/staff/sign-in"


def test_the_last_sign_in_is_noted(staff):
    staff.clock.pass_(minutes=5)

    sign_in(staff)

    user = staff.row(User, staff.users["dana"])
    assert user.last_sign_in_at == staff.clock.now()
    assert user.last_sign_in_at - user.created_at == timedelta(minutes=5)
