"""Settings a form asked for in a known patient's name: who sees them, who takes them."""

import json

import pytest
from sqlalchemy import select, update

from booking.kit.keyring import keyed
from booking.messaging.kinds import Channel
from booking.patients.consent import ConsentKind
from booking.patients.models import Consent, Patient
from booking.scheduling.models import Appointment
from booking.scheduling.states import Proof
from tests.web.asked import newest, sent_link
from tests.web.pages import NoScriptBrowser
from tests.web.world import ANA, NOW

ASKS = "Other settings for our messages?"
KNOWN = {**ANA, "language": "es"}


@pytest.fixture
def known(browser):
    """Ana, who has a session booked."""
    return browser.get("/therapists/dana-demo?from=2026-03-09").form("/holds").press(0).form()


@pytest.fixture
def foreign(known, app, clock):
    """The page that another browser sees which booked in her name and for Spanish."""
    known.send(**ANA)
    clock.pass_(minutes=5)
    other = NoScriptBrowser(app)
    page = other.get("/therapists/dana-demo?from=2026-03-10").form("/holds").press(1)
    return page.form().send(**KNOWN)


def language(runtime):
    with runtime.database.read_only() as session:
        return session.scalars(select(Patient.language)).one()


def test_the_browser_that_booked_sees_no_word_of_it_and_can_do_nothing_about_it(foreign, runtime):
    assert foreign.heading == "You are booked"
    assert ASKS not in foreign.text
    confirm = foreign.form("/confirm")
    settings = confirm.action.replace("/confirm", "/settings")

    foreign.browser.post(settings, {**confirm.data, "takes": "yes"})

    assert language(runtime) == "en"
    assert newest(runtime).proven_at is None


def test_who_is_known_and_who_is_new_get_the_same_page(foreign, app, runtime):
    other = NoScriptBrowser(app)
    page = other.get("/therapists/dana-demo?from=2026-03-11").form("/holds").press(1)
    new = page.form().send(**{**KNOWN, "name": "Nobody Known", "email": "nobody@example.org"})

    def shape(page):
        return [one.get_text(strip=True) for one in page.soup.find_all(["h1", "h2", "button"])]

    assert shape(new) == shape(foreign)


def test_confirming_in_the_browser_that_booked_proves_nothing(foreign, runtime):
    foreign.form("/confirm").send()

    assert newest(runtime).proven_at is None


@pytest.mark.parametrize("channel", list(Channel))
def test_behind_a_link_that_was_sent_one_press_takes_them(foreign, app, runtime, channel):
    page = NoScriptBrowser(app).get(sent_link(runtime, channel))
    assert ASKS in page.text
    assert "Español" in page.text
    assert newest(runtime).proven_at is None  # programs open links too

    taken = page.form("/settings").send()

    assert "These settings hold from now on." in taken.text
    assert ASKS not in taken.text
    assert language(runtime) == "es"


def test_another_press_leaves_everything_as_it_was(foreign, app, runtime):
    page = NoScriptBrowser(app).get(sent_link(runtime, Channel.EMAIL))
    left = page.form("/settings").send(takes="no")

    assert "Everything stays as it was." in left.text
    assert language(runtime) == "en"
    assert newest(runtime).proven_by is Proof.MAIL_LINK


def test_confirming_behind_a_link_that_was_sent_proves_the_booking(foreign, app, runtime):
    NoScriptBrowser(app).get(sent_link(runtime, Channel.SMS)).form("/confirm").send()

    assert newest(runtime).proven_by is Proof.TEXT_LINK
    assert language(runtime) == "en"


def test_moving_behind_a_link_that_was_sent_proves_the_booking(foreign, app, runtime):
    page = NoScriptBrowser(app).get(sent_link(runtime, Channel.EMAIL)).follow("Move it")

    page.form("/move", method="post").press(3)

    assert newest(runtime).proven_by is Proof.MAIL_LINK


def test_the_therapist_reads_that_a_booking_is_not_confirmed_by_the_patient(staff):
    with staff.database.transaction() as session:
        session.execute(
            update(Appointment)
            .where(Appointment.id == staff.anas)
            .values(proven_at=None, proven_by=None)
        )

    page = staff.signed_in("dana").get(f"/staff/appointments/{staff.anas}")

    assert "not yet confirmed from the patient’s own phone or mail" in page.text


def test_the_therapist_reads_nothing_of_it_where_it_is_proven(staff):
    page = staff.signed_in("dana").get(f"/staff/appointments/{staff.anas}")

    assert "not yet confirmed" not in page.text


def test_a_yes_to_texts_is_kept_with_what_proves_it_and_without_a_readable_address(booked, runtime):
    with runtime.database.read_only() as session:
        consent = session.scalars(select(Consent).where(Consent.kind == ConsentKind.SMS)).one()
        evidence = json.loads(consent.evidence)
        assert consent.at == NOW

    assert evidence["address"] == keyed("127.0.0.1")
    assert set(evidence) == {"address", "browser"}
