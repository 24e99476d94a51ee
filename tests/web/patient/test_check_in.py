import pytest
from sqlalchemy import select

from booking.checkins.models import Answer
from booking.safety.models import Alert
from tests.web.pages import NoScriptBrowser


@pytest.fixture
def page(check_in_page):
    return check_in_page


def answers(runtime):
    with runtime.database.read_only() as session:
        found = session.scalars(select(Answer).order_by(Answer.at)).all()
        session.expunge_all()
    return found


def test_three_scales_of_eleven_numbers_start_empty(page):
    assert page.heading == "How are you since your session?"
    for item in ("pain", "tiredness", "stiffness"):
        assert len(page.soup.find_all("input", attrs={"name": item})) == 11
        assert page.value_of(item) == []


def test_three_numbers_are_kept(page, runtime):
    thanks = page.form().send(pain="4", tiredness="6", stiffness="0")

    kept = answers(runtime)[0]
    assert "Your numbers are with us: pain 4, tiredness 6, stiffness 0." in thanks.text
    assert (kept.pain, kept.tiredness, kept.stiffness) == (4, 6, 0)
    assert (kept.sleep, kept.stress, kept.note) == (None, None, None)
    assert kept.source == "web"


def test_sleep_stress_and_a_note_are_optional_and_kept(page, runtime):
    page.form().send(pain="4", tiredness="6", stiffness="3", sleep="2", stress="9", note="Slept.")

    kept = answers(runtime)[0]
    assert (kept.sleep, kept.stress, kept.note) == (2, 9, "Slept.")


@pytest.mark.parametrize("wrong", ["11", "-1", "4.5", "four", "\u0664", "", "463"])
def test_a_number_that_is_none_is_named_and_the_others_stay(page, runtime, wrong):
    again = page.form().send(pain=wrong, tiredness="6", stiffness="3", note="Mine.")

    assert again.status == 422
    assert again.errors == ["Error: Please choose a number from 0 to 10."]
    assert again.value_of("tiredness") == ["6"]
    assert again.value_of("note") == "Mine."
    assert answers(runtime) == []


def test_a_correction_within_the_hour_replaces_and_keeps_the_first(page, runtime, clock):
    thanks = page.form().send(pain="4", tiredness="6", stiffness="3")
    clock.pass_(minutes=20)

    thanks.form().send(pain="5")

    first, second = answers(runtime)
    assert first.replaced_at is not None
    assert (second.pain, second.tiredness) == (5, 6)


def test_a_correction_after_the_hour_says_that_the_answer_stands(page, runtime, clock):
    thanks = page.form().send(pain="4", tiredness="6", stiffness="3")
    clock.pass_(hours=2)

    answer = thanks.form().send(pain="9")

    assert answer.status == 422
    assert "was kept already" in answer.text
    assert [one.pain for one in answers(runtime)] == [4]


def test_a_closed_check_in_says_so_and_asks_nothing(page, browser, clock):
    clock.pass_(hours=49)

    closed = browser.get(page.path)

    assert "This check-in is closed" in closed.text
    assert not closed.soup.find("input", attrs={"name": "pain"})


def test_a_form_sent_after_closing_is_refused_kindly(page, runtime, clock):
    clock.pass_(hours=49)

    answer = page.form().send(pain="4", tiredness="6", stiffness="3")

    assert answer.status == 422
    assert "has closed" in answer.text
    assert answers(runtime) == []


def test_the_page_says_what_to_do_in_danger(page):
    assert page.soup.find("a", href="tel:911")


def test_a_manage_link_answers_no_check_in(booked, browser):
    token = booked.path.rsplit("/", 1)[-1]

    assert browser.get(f"/c/{token}").status == 404


@pytest.mark.parametrize(
    ("note", "said", "number"),
    [
        ("I have chest pain", "Please get help now", "tel:911"),
        ("I want to kill myself", "You do not have to carry this alone", "tel:988"),
    ],
)
def test_a_danger_in_the_note_is_answered_on_the_page_itself(page, runtime, note, said, number):
    answer = page.form().send(pain="2", tiredness="2", stiffness="2", note=note)

    assert said in answer.text
    assert answer.soup.find("a", class_="call")["href"] == number
    with runtime.database.read_only() as session:
        assert len(session.scalars(select(Alert)).all()) == 1


def test_a_fever_in_the_note_points_to_the_doctor(page):
    answer = page.form().send(pain="2", tiredness="2", stiffness="2", note="I have a fever")

    assert "Please call your doctor" in answer.text


def test_ordinary_numbers_raise_no_warning(page):
    answer = page.form().send(pain="2", tiredness="2", stiffness="2")

    assert not answer.soup.find(class_="urgent")
    assert "call your doctor" not in answer.text


def test_numbers_whose_session_died_come_back_and_can_be_sent(page, app, runtime):
    answer = {"pain": "4", "tiredness": "6", "stiffness": "3"}

    again = NoScriptBrowser(app).post(page.form().action, answer)

    assert again.status == 400
    assert again.value_of("tiredness") == ["6"]
    assert answers(runtime) == []
    assert "pain 4, tiredness 6, stiffness 3" in again.form().send().text
