"""Who acts shows who they are in the middle of it, and nothing they typed is lost."""

from tests.web.own_account import PIN, choose_pin, own, set_up_codes
from tests.web.staff_cast import PASSWORD


def test_with_codes_a_proof_in_the_middle_asks_for_both(staff):
    browser = staff.signed_in("ada")
    totp, _ = set_up_codes(staff, browser)
    form = browser.get("/staff/clinic/accounts/new").form("/new")
    staff.clock.pass_(minutes=11)

    page = form.send(name="Noa", email="noa@example.org", role="coordinator")
    page = page.form("/new").send(proof_password=PASSWORD)
    assert "Code from your app" in page.text
    page = page.form("/new").send(proof_code=totp.at(staff.clock.now()))

    assert page.heading == "Noa"


def test_with_codes_a_session_that_ended_comes_back_with_both_and_the_form_goes_on(staff):
    browser = staff.signed_in("ada")
    totp, _ = set_up_codes(staff, browser)
    form = browser.get("/staff/clinic/accounts/new").form("/new")
    staff.clock.pass_(minutes=31)

    page = form.send(name="Noa", email="noa@example.org", role="coordinator").form("/new")
    page = page.send(proof_email="ada@example.org", proof_password=PASSWORD)
    assert "Code from your app" in page.text
    page = page.form("/new").send(proof_code=totp.at(staff.clock.now()))

    assert page.heading == "Noa"


def test_a_pin_brings_a_therapist_back_after_a_session_to_what_they_typed(staff):
    browser = staff.signed_in("dana")
    assert "your PIN opens your account again" in choose_pin(browser).text
    with staff.database.transaction() as session:
        alert = staff.add_alert(session, patient_id=staff.ana)
    form = browser.get("/staff/alerts").form("/close")
    staff.clock.pass_(minutes=90)

    page = form.send(outcome="spoke", note="She feels better.")
    assert page.status == 401
    page = page.form(f"/{alert}/close").send(proof_pin=PIN)

    assert page.path == "/staff/alerts"
    assert "The alert is closed." in page.text


def test_a_pin_is_no_proof_for_what_is_dangerous(staff):
    browser = staff.signed_in("ada")
    choose_pin(browser)
    page = browser.get("/staff/").form("/sign-out").press().form("/sign-in").send(pin=PIN)
    assert page.path == "/staff/"

    page = browser.get("/staff/clinic/accounts/new").form("/new")
    page = page.send(name="Noa", email="noa@example.org", role="coordinator")

    assert "confirm that it is you" in page.heading


def test_a_pin_in_the_middle_of_what_is_dangerous_is_followed_by_a_proof(staff):
    browser = staff.signed_in("ada")
    choose_pin(browser)
    form = browser.get("/staff/clinic/accounts/new").form("/new")
    staff.clock.pass_(minutes=90)

    page = form.send(name="Noa", email="noa@example.org", role="coordinator")
    page = page.form("/new").send(proof_pin=PIN)
    assert "confirm that it is you" in page.heading
    page = page.form("/new").send(proof_password=PASSWORD)

    assert page.heading == "Noa"


def test_a_proof_with_a_foreign_token_signs_nobody_in_and_loses_nothing(staff):
    browser = staff.signed_in("ada")
    form = browser.get("/staff/clinic/accounts/new").form("/new")
    staff.clock.pass_(minutes=31)
    page = form.send(name="Noa", email="noa@example.org", role="coordinator")

    proof = {"proof_email": "ada@example.org", "proof_password": PASSWORD}
    page = page.form("/new").send(csrf_token="x", **proof)
    assert page.status == 401
    assert browser.get("/staff/").path == "/staff/sign-in"

    assert page.form("/new").send(**proof).heading == "Noa"


def test_no_page_that_asks_for_a_proof_holds_a_password_or_a_pin(staff):
    browser = staff.signed_in("dana")
    form = own(browser).form("/pin")
    staff.clock.pass_(minutes=11)

    page = form.send(pin=PIN)

    assert "confirm that it is you" in page.heading
    assert PIN not in page.html
    page = page.form("/proof").send(proof_password=PASSWORD)
    assert page.path == "/staff/account"


def test_nothing_is_asked_anew_of_what_another_site_had_the_browser_send(staff):
    browser = staff.browser()

    answer = browser.client.post(
        "/staff/clinic/accounts/new",
        data={"email": "x@example.org"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 401
    assert b"x@example.org" not in answer.data
