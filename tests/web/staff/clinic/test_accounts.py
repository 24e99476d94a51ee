"""The pages of accounts, as an administrator uses them."""

import re
from datetime import timedelta

import pytest

from booking.accounts.models import Role, User
from booking.messaging.kinds import Kind
from booking.messaging.models import Message
from tests.web.staff_cast import PASSWORD

NEW = {"name": "Noa Sample", "email": "noa@example.org", "role": "coordinator"}
CHOSEN = "four words by chance"


@pytest.fixture
def ada(staff):
    return staff.signed_in("ada")


def invited(ada, **changes):
    return ada.get("/staff/clinic/accounts/new").form("/new").send(**{**NEW, **changes})


def link_on(page):
    return re.search(r"http://localhost(/[\w-]+/[\w-]+)", page.html)[1]


def test_every_account_stands_there_with_role_and_last_sign_in(staff, ada):
    page = ada.get("/staff/").follow("Clinic")

    assert page.heading == "Accounts"
    for words in ("Dana", "Theo", "Cora", "Ada", "Therapist", "Coordinator", "never here"):
        assert words in page.text


def test_an_invitation_is_copied_or_mailed_and_leads_to_the_first_sign_in(staff, ada):
    page = invited(ada)
    assert "invitation is on its way" in page.text

    guest = staff.browser()
    page = guest.get(link_on(page)).form("", "post").send(password=CHOSEN)
    assert page.path == "/staff/sign-in"
    page = page.form("/sign-in").send(email=NEW["email"], password=CHOSEN)

    assert page.path == "/staff/"
    with staff.database.read_only() as session:
        assert session.query(Message).filter_by(kind=Kind.ACCOUNT_INVITATION).count() == 1


@pytest.mark.parametrize("password", ["", "nobody's password", PASSWORD])
def test_an_account_opens_with_no_password_before_its_invitation_is_taken(staff, ada, password):
    invited(ada)

    page = staff.browser().get("/staff/sign-in").form("/sign-in")

    assert page.send(email=NEW["email"], password=password).status == 401


def test_some_minutes_later_the_link_is_shown_to_who_says_who_they_are(staff, ada):
    page = invited(ada)
    staff.clock.pass_(minutes=11)

    page = ada.get(page.path)
    assert "/join/" not in page.html
    page = page.follow("Show the link").form("/proof").send(proof_password=PASSWORD)

    assert link_on(page)


def test_an_invitation_works_once(staff, ada):
    link = link_on(invited(ada))
    staff.browser().get(link).form("", "post").send(password=CHOSEN)

    page = staff.browser().get(link)

    assert page.status == 410
    assert "link was closed" in page.text


def test_a_withdrawn_invitation_opens_nothing(staff, ada):
    page = invited(ada)
    link = link_on(page)
    page = page.form("/withdraw").press()

    assert "withdrawn" in page.text
    assert staff.browser().get(link).status == 410


def test_what_was_typed_stays_and_the_errors_stand_at_their_fields(ada):
    page = invited(ada, email="dana@example.org", name="")

    assert page.status == 422
    assert page.value_of("email") == "dana@example.org"
    assert "There is an account with this mail address." in page.text
    assert "Please enter your name." in page.text


def test_a_therapists_account_says_whose_calendar_it_is(staff, ada):
    page = invited(ada, role="therapist")
    assert page.status == 422
    assert "Please choose whose calendar it is." in page.text

    page = page.form("/new").send(therapist=str(staff.therapists.theo))
    assert page.status == 200
    with staff.database.read_only() as session:
        user = session.query(User).filter_by(email=NEW["email"]).one()
        assert user.therapist_id == staff.therapists.theo


@pytest.mark.parametrize("changes", [{"role": "patient"}, {"role": "x"}, {"therapist": "99"}])
def test_a_choice_that_is_not_offered_is_not_taken(ada, changes):
    page = invited(ada, **{"role": "therapist", **changes})

    assert page.status == 422


def test_some_minutes_after_the_sign_in_a_change_asks_who_it_is_and_nothing_typed_is_lost(
    staff, ada
):
    form = ada.get("/staff/clinic/accounts/new").form("/new")
    staff.clock.pass_(minutes=11)

    page = form.send(**NEW)
    assert page.status == 401
    assert "confirm that it is you" in page.heading
    page = page.form("/new").send(proof_password="a wrong password")
    assert page.status == 401
    assert "The password is not right." in page.text
    page = page.form("/new").send(proof_password=PASSWORD)

    assert page.status == 200
    assert page.heading == NEW["name"]
    # For some minutes it counts.
    assert page.form("/withdraw").press().status == 200


def test_a_session_that_ended_meanwhile_asks_to_sign_in_and_nothing_typed_is_lost(staff, ada):
    form = ada.get("/staff/clinic/accounts/new").form("/new")
    staff.clock.pass_(minutes=31)

    page = form.send(**NEW)
    assert page.status == 401
    assert "sign in again" in page.heading
    page = page.form("/new").send(proof_email="ada@example.org", proof_password=PASSWORD)

    assert page.heading == NEW["name"]


def test_whoever_signs_in_in_the_middle_still_needs_the_role(staff, ada):
    form = ada.get("/staff/clinic/accounts/new").form("/new")
    staff.clock.pass_(minutes=31)

    page = form.send(**NEW).form("/new")
    page = page.send(proof_email="dana@example.org", proof_password=PASSWORD)

    assert page.status == 403
    with staff.database.read_only() as session:
        assert session.query(User).filter_by(email=NEW["email"]).count() == 0


def test_role_name_and_address_are_changed(staff, ada):
    page = ada.get(f"/staff/clinic/accounts/{staff.users['cora']}")

    page = page.form(str(staff.users["cora"])).send(role="auditor", name="Cora Changed")

    assert "The account is changed." in page.text
    cora = staff.row(User, staff.users["cora"])
    assert (cora.role, cora.name) == (Role.AUDITOR, "Cora Changed")


def test_before_an_account_is_switched_off_the_page_says_what_hangs_on_it(staff, ada):
    page = ada.get(f"/staff/clinic/accounts/{staff.users['dana']}").follow("Switch this account")

    assert "1 session that a patient expects" in page.text
    assert "Ana Example" in page.text
    dana = staff.signed_in("dana")
    page = page.form("/off").press()

    assert "The account is off" in page.text
    assert dana.get("/staff/").path == "/staff/sign-in"
    page = page.form("/on").press()
    assert staff.signed_in("dana")


def test_the_last_administrator_stays_on(staff, ada):
    page = ada.get(f"/staff/clinic/accounts/{staff.users['ada']}/off").form("/off").press()

    assert page.status == 409
    assert "only account left" in page.text
    assert staff.row(User, staff.users["ada"]).active


def test_an_administrator_signs_somebody_out_on_one_device_and_everywhere(staff, ada):
    first, second = staff.signed_in("cora"), staff.signed_in("cora")
    page = ada.get(f"/staff/clinic/accounts/{staff.users['cora']}")

    page = page.form("/end").press()
    still = [one.get("/staff/").path == "/staff/" for one in (first, second)]
    assert sorted(still) == [False, True]

    page.form("/out").press()
    assert {one.get("/staff/").path for one in (first, second)} == {"/staff/sign-in"}


def test_a_locked_out_colleague_gets_a_link_for_a_new_password(staff, ada):
    page = ada.get(f"/staff/clinic/accounts/{staff.users['cora']}").form("/password").press()

    guest = staff.browser()
    guest.get(link_on(page)).form("", "post").send(password=CHOSEN)
    page = guest.get("/staff/sign-in").form("/sign-in")
    assert page.send(email="cora@example.org", password=CHOSEN).path == "/staff/"


def test_an_invitation_that_has_ended_is_made_anew(staff, ada):
    page = invited(ada)
    staff.clock.pass_(minutes=(timedelta(days=7, minutes=1).total_seconds() / 60))
    ada = staff.signed_in("ada")

    page = ada.get(page.path)
    assert "No invitation is open" in page.text
    page = page.form("/invite").press()

    assert staff.browser().get(link_on(page)).status == 200


def test_the_page_of_an_account_that_is_none_is_not_found(ada):
    assert ada.get("/staff/clinic/accounts/01a20300-aaaa-7bbb-8ccc-0123456789ab").status == 404
