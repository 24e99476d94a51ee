from structlog.testing import capture_logs


def test_a_request_is_logged_without_its_token_its_query_or_its_answers(held):
    with capture_logs() as lines:
        held.browser.get(held.path + "?zone=Europe/London")
        held.form().send(name="Ana Example", phone="2125550134")

    written = str(lines)
    assert [line["route"] for line in lines] == ["/holds/<token>"] * 2
    assert held.path.rsplit("/", 1)[-1] not in written
    assert "Europe" not in written
    assert "2125550134" not in written
    assert lines[0]["status"] == 200


def test_a_failure_is_logged_without_the_token_that_led_to_it(held, app, monkeypatch):
    def broken(token):
        raise RuntimeError("broken on purpose")

    broken.access_rule = app.view_functions["holds.show"].access_rule
    monkeypatch.setitem(app.view_functions, "holds.show", broken)

    with capture_logs() as lines:
        held.browser.get(held.path)

    failed = next(line for line in lines if line["event"] == "failed")
    assert failed["route"] == "/holds/<token>"
    assert held.path.rsplit("/", 1)[-1] not in str({**failed, "exc_info": None})
