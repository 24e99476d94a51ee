from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import select

from booking.intake.models import Intake
from booking.kit.links import Scope
from booking.messaging.models import Message
from booking.patients.models import Consent, Patient
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from tests.web.pages import NoScriptBrowser
from tests.web.readings import count, states
from tests.web.world import ANA

FIRST_OF_TUESDAY = "2026-03-03T14:00:00Z"


def test_a_chosen_slot_is_held_and_the_page_says_until_when(held, runtime):
    assert held.heading == "Your details"
    assert "Tuesday, March 3 at 9:00 am" in held.text
    assert "Kept for you until 10:10 am" in held.text
    assert states(runtime) == [State.HELD]


def test_a_held_slot_is_offered_to_nobody_else(held, app):
    other = NoScriptBrowser(app)

    offered = other.get("/therapists/dana-demo?from=2026-03-03").form("/holds").buttons()

    assert ("starts_at", FIRST_OF_TUESDAY) not in offered


def test_who_comes_second_is_told_and_offered_the_next_free_times(browser, app):
    page = browser.get("/therapists/dana-demo?from=2026-03-03")
    NoScriptBrowser(app).get("/therapists/dana-demo?from=2026-03-03").form("/holds").press(0)

    second = page.form("/holds").press(0)

    assert second.status == 409
    assert second.heading == "That slot was just taken"
    assert second.form("/holds").buttons()[0] == ("starts_at", "2026-03-03T15:15:00Z")
    assert second.form("/holds").press(0).heading == "Your details"


def test_of_many_who_press_at_once_exactly_one_gets_the_slot(app, runtime):
    forms = [
        NoScriptBrowser(app).get("/therapists/dana-demo?from=2026-03-03").form("/holds")
        for _ in range(12)
    ]

    with ThreadPoolExecutor(len(forms)) as crowd:
        pages = list(crowd.map(lambda form: form.press(0), forms))

    assert sorted(page.heading for page in pages) == [
        *["That slot was just taken"] * 11,
        "Your details",
    ]
    assert states(runtime) == [State.HELD]


@pytest.mark.parametrize(
    "starts_at", ["2026-03-03T08:00:00Z", "2026-03-03T14:07:00Z", "2026-03-02T16:00:00Z"]
)
def test_a_time_outside_the_offer_is_refused_with_times_that_are_free(browser, starts_at):
    form = browser.get("/therapists/dana-demo").form("/holds")

    page = form.send(starts_at=starts_at)

    assert page.status == 409
    assert page.heading == "That time is not on offer"
    assert page.form("/holds").buttons()


@pytest.mark.parametrize("changes", [{"starts_at": "tomorrow"}, {"service_id": "1"}, {}])
def test_a_hold_without_a_time_or_a_service_is_refused(browser, changes):
    page = browser.get("/therapists/dana-demo").form("/holds").send(**changes)

    assert page.status in {404, 409}


def test_a_filled_in_form_books_and_opens_the_appointments_own_page(held, runtime):
    page = held.form().send(**ANA)

    assert page.status == 200
    assert page.heading == "You are booked"
    assert page.path.startswith("/a/")
    assert states(runtime) == [State.BOOKED]
    assert count(runtime, Patient) == 1
    assert count(runtime, Intake) == 1
    assert count(runtime, Message) > 0


def test_every_consent_is_unticked_until_the_patient_ticks_it(held):
    for kind in ("treatment", "health_data", "sharing", "sms"):
        assert held.value_of(f"consent_{kind}") == []
    assert held.value_of("reminder_2h") == []


def test_texts_can_be_declined_and_the_session_is_booked_all_the_same(held, runtime):
    page = held.form().send(**{**ANA, "consent_sms": None})

    with runtime.database.read_only() as session:
        given = {one.kind.value: one.given for one in session.scalars(select(Consent))}
    assert page.heading == "You are booked"
    assert given == {"treatment": True, "health_data": True, "sharing": True, "sms": False}


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("phone", "call me maybe", "digits"),
        ("phone", "555", "complete phone number"),
        ("phone", "", "mobile number"),
        ("name", " ", "your name"),
        ("email", "ana at example", "mail address"),
        ("consent_treatment", None, "agree to the session"),
        ("q_flare", None, "Please choose an answer"),
        ("q_flare", "sideways", "answers offered"),
    ],
)
def test_one_wrong_answer_is_named_and_nothing_typed_is_lost(held, runtime, field, typed, said):
    page = held.form().send(**{**ANA, field: typed})

    assert page.status == 422
    assert len(page.errors) == 1
    assert said in page.errors[0]
    kept = {**ANA, field: typed}
    for name in ("name", "phone", "email"):
        assert page.value_of(name) == kept[name].strip()
    assert page.value_of("q_fever_48h") == ["no"]
    assert page.value_of("q_red_signs") == ["none"]
    assert page.value_of("consent_sharing") == ["yes"]
    assert states(runtime) == [State.HELD]


def test_all_that_is_wrong_is_said_at_once(held):
    page = held.form().send(name="Ana Example")

    labelled = [one["href"] for one in page.soup.select(".notice.wrong a")]
    assert "#f-phone" in labelled
    assert "#f-q_flare" in labelled
    assert "#f-consent_treatment" in labelled


def test_each_error_is_tied_to_its_field(held):
    page = held.form().send(**{**ANA, "phone": "555"})

    field = page.soup.find(id="f-phone")
    assert field["aria-invalid"] == "true"
    assert page.soup.find(id=field["aria-describedby"].split()[0]).get_text()


def test_what_was_typed_is_shown_as_text_and_never_as_markup(held):
    page = held.form().send(**{**ANA, "email": "", "q_note": "<script>alert(1)</script>"})

    assert "<script>alert(1)" not in page.html
    assert page.value_of("q_note") == "<script>alert(1)</script>"


def test_a_danger_in_the_answers_books_nothing_and_says_what_to_do(held, runtime):
    page = held.form().send(**{**ANA, "q_red_signs": ["chest_pain"]})

    assert page.heading == "Please read this first"
    assert page.soup.find("a", class_="call")["href"] == "tel:911"
    assert "Nothing was booked" in page.text
    assert states(runtime) == [State.CANCELLED]
    assert count(runtime, Patient) == count(runtime, Intake) == count(runtime, Message) == 0


def test_the_time_of_a_stopped_booking_is_free_again(held, app):
    held.form().send(**{**ANA, "q_fever_48h": "yes"})

    offered = NoScriptBrowser(app).get("/therapists/dana-demo?from=2026-03-03").form("/holds")

    assert ("starts_at", FIRST_OF_TUESDAY) in offered.buttons()


def test_a_slip_in_a_stopped_form_can_be_mended(held):
    held.form().send(**{**ANA, "q_fever_48h": "yes"})

    page = held.form().send(**ANA)

    assert page.heading == "You are booked"


@pytest.mark.parametrize("answer", [{"q_flare": "mild"}, {"q_clot_history": "talk"}])
def test_what_needs_a_word_first_is_a_request_and_says_what_happens_next(held, runtime, answer):
    page = held.form().send(**{**ANA, **answer})

    assert page.heading == "We have your request"
    assert "a person from our team calls you" in page.text
    assert states(runtime) == [State.REQUESTED]


def test_sending_the_form_twice_books_once(held, runtime):
    first = held.form().send(**ANA)
    second = held.form().send(**ANA)

    assert second.path.startswith("/a/")
    assert second.heading == first.heading == "You are booked"
    assert states(runtime) == [State.BOOKED]
    assert count(runtime, Patient) == 1


def test_choosing_another_time_gives_the_slot_back(held, runtime, app):
    page = held.form("/release").send()

    assert page.path == "/therapists/dana-demo"
    assert states(runtime) == [State.CANCELLED]
    offered = NoScriptBrowser(app).get("/therapists/dana-demo?from=2026-03-03").form("/holds")
    assert ("starts_at", FIRST_OF_TUESDAY) in offered.buttons()


def test_a_tampered_hold_link_opens_nothing(held, browser):
    token = held.path.rsplit("/", 1)[-1]

    page = browser.get(f"/holds/x{token[1:]}")

    assert page.status == 404
    assert page.heading == "This link does not work"


def test_a_hold_link_opens_no_appointment_page(held, browser):
    token = held.path.rsplit("/", 1)[-1]

    assert browser.get(f"/a/{token}").status == 404


def test_a_hold_link_closes_some_time_after_the_hold(held, browser, clock):
    clock.pass_(hours=3)

    page = browser.get(held.path)

    assert page.status == 410
    assert page.heading == "This link is no longer open"


def test_a_hold_of_nothing_is_not_found(browser, runtime, clock):
    with runtime.database.read_only() as session:
        service = session.scalars(select(Appointment)).first()
    assert service is None
    token = runtime.links.token(Scope.HOLD, UUID(int=7), clock.now() + timedelta(hours=1))

    assert browser.get(f"/holds/{token}").status == 404


def test_no_health_word_is_in_an_address_or_a_title(held, booked, browser):
    for page in (held, booked, held.form().send(**{**ANA, "q_flare": "severe"})):
        address = urlsplit(page.response.request.url)
        for word in ("lupus", "flare", "clot", "fever", "autoimmune", "intake"):
            assert word not in (address.path + address.query).lower()
            assert word not in page.title.lower()
