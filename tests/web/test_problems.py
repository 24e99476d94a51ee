import pytest

from booking.kit import errors
from booking.kit.phone import InvalidPhone
from booking.web.problems import BY_STATUS, PROBLEMS, problem_of

HEALTH_WORDS = ("lupus", "flare", "clot", "diagnos", "autoimmune", "symptom", "medic", "illness")


def kinds(of=errors.DomainError):
    yield of
    for one in of.__subclasses__():
        yield from kinds(one)


@pytest.mark.parametrize("kind", sorted(set(kinds()), key=lambda kind: kind.__name__))
def test_every_error_of_the_domain_has_a_page(kind):
    raised = kind.__new__(kind)

    assert problem_of(raised) in PROBLEMS.values()


def test_every_code_of_the_shared_errors_has_a_page_of_its_own():
    shared = [one for one in kinds() if one.__module__ == errors.__name__]

    assert {one.code for one in shared} == set(PROBLEMS)


def test_an_error_of_one_part_is_shown_as_the_kind_it_belongs_to():
    assert problem_of(InvalidPhone("no")) is PROBLEMS["invalid_input"]


@pytest.mark.parametrize("problem", [*PROBLEMS.values(), *BY_STATUS.values()])
def test_no_error_page_names_anything_about_health(problem):
    words = f"{problem.title} {problem.message} {problem.next_step}".lower()

    assert not [word for word in HEALTH_WORDS if word in words]


def test_an_unknown_page_says_so_kindly_and_shows_a_way_on(browser):
    page = browser.get("/nowhere")

    assert page.status == 404
    assert page.heading == "There is nothing here"
    assert page.follow("Find a therapist").status == 200


def test_who_asks_for_json_gets_a_problem(browser):
    answer = browser.client.get("/nowhere", headers={"Accept": "application/json"})

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["title"] == "There is nothing here"
    assert answer.get_json()["status"] == 404


def test_a_failure_of_ours_shows_no_internals(app, browser, monkeypatch):
    def broken():
        raise RuntimeError("SELECT secret FROM patient")

    broken.access_rule = app.view_functions["pages.privacy"].access_rule
    monkeypatch.setitem(app.view_functions, "pages.privacy", broken)

    page = browser.get("/privacy")

    assert page.status == 500
    assert page.heading == "Something broke on our side"
    assert "secret" not in page.html


def test_a_page_that_cannot_be_made_at_all_still_has_an_error_page(app, browser):
    def fails(_name):
        raise RuntimeError("no such asset for +1 212 555 0134")

    app.context_processor(lambda: {"asset": fails})

    for path in ("/", "/nowhere"):
        page = browser.get(path)

        assert page.status == 500
        assert page.heading == "Something broke on our side"
        assert "Call +1 212 555 0100" in page.text
        assert "0134" not in page.html
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_no_error_page_repeats_a_link_or_a_name(held, browser):
    token = held.path.rsplit("/", 1)[1]
    broken = [f"/holds/{token}x", f"/a/{token}", f"/c/{token}", f"/holds/{token}/nowhere"]

    for path in broken:
        page = browser.get(path + "?name=Ana%20Example")
        assert page.status >= 400
        assert token not in page.html
        assert "Ana Example" not in page.html


def test_the_wrong_method_is_answered_with_the_right_ones(browser):
    answer = browser.client.get("/holds")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_too_much_text_is_refused(browser):
    form = browser.get("/therapists/dana-demo").form("/holds")

    assert form.send(starts_at="x" * 300_000).status == 413


def test_many_tries_in_a_row_are_slowed_down(browser):
    form = browser.get("/therapists/dana-demo").form("/holds")

    answers = [form.send(starts_at="never").status for _ in range(61)]

    assert answers[:60] == [409] * 60
    assert answers[60] == 429
