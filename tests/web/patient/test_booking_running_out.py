from booking.scheduling.states import State
from tests.web.pages import NoScriptBrowser
from tests.web.readings import states
from tests.web.world import ANA


def test_an_expired_hold_is_taken_again_while_the_time_is_free(held, clock, runtime):
    clock.pass_(minutes=15)

    page = held.form().send(**ANA)

    assert page.heading == "You are booked"
    assert "Tuesday, March 3 at 9:00 am" in page.text
    assert states(runtime).count(State.BOOKED) == 1


def test_a_form_that_needs_another_look_after_the_hold_ran_out_gets_new_time(held, clock):
    clock.pass_(minutes=15)

    page = held.form().send(**{**ANA, "phone": "555"})

    assert page.status == 422
    assert "Kept for you until 10:25 am" in page.text
    assert page.form().send(phone="2125550134").heading == "You are booked"


def test_an_expired_hold_that_somebody_took_offers_other_times_and_keeps_what_was_typed(
    held, clock, app
):
    clock.pass_(minutes=15)
    NoScriptBrowser(app).get("/therapists/dana-demo?from=2026-03-03").form("/holds").press(0)

    page = held.form().send(**ANA)

    assert page.status in {409, 410}
    assert "What you typed is still here" in page.text
    assert page.value_of("name") == "Ana Example"
    assert page.value_of("q_flare") == ["no"]
    assert page.value_of("starts_at") == ["2026-03-03T15:15:00Z"]
    booked = page.form().send()
    assert booked.heading == "You are booked"
    assert "Tuesday, March 3 at 10:15 am" in booked.text


def test_opening_an_expired_hold_says_so_and_offers_times(held, clock, browser):
    clock.pass_(minutes=15)

    page = browser.get(held.path)

    assert page.status == 200
    assert page.heading == "Your time is no longer kept"
    assert page.soup.find("input", attrs={"name": "starts_at"})


def test_a_hold_opened_after_it_was_booked_leads_to_the_appointment(held, booked, browser):
    page = browser.get(held.path)

    assert page.path.startswith("/a/")


def test_a_form_whose_session_died_comes_back_filled_in_and_can_be_sent(held, app, runtime):
    restarted = NoScriptBrowser(app)

    page = restarted.post(held.form().action, {**held.form().data, **ANA})

    assert page.status == 400
    assert "Please send it once more" in page.text
    assert page.value_of("name") == "Ana Example"
    assert page.value_of("q_flare") == ["no"]
    assert states(runtime) == [State.HELD]
    assert page.form().send().heading == "You are booked"
