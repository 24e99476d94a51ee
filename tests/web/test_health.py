from sqlalchemy.exc import OperationalError


def test_a_process_that_answers_is_alive(browser):
    assert browser.get("/livez").status == 200


def test_a_process_whose_database_answers_is_ready(browser):
    assert browser.get("/readyz").status == 200


class GoneDatabase:
    def reading(self):
        raise OperationalError("SELECT 1", {}, Exception("gone"))


def test_a_process_without_its_database_lives_but_is_not_ready(app, browser, runtime):
    app.extensions["lupine"] = type(runtime)(**{**vars(runtime), "database": GoneDatabase()})

    assert browser.get("/readyz").status == 503
    assert browser.get("/livez").status == 200
