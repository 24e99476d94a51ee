"""What has no meaning is taken out at the edge, before anything looks at it."""

import pytest
from flask import request
from werkzeug.test import EnvironBuilder

from booking.web.received import form_as_sent


def received(app, **sent):
    return app.request_context(EnvironBuilder(**sent).get_environ())


def test_a_field_keeps_all_of_its_text_but_what_is_none(app):
    with received(app, method="POST", data={"name": "A\0na", "a\0b": "x", "note": "fine"}):
        assert request.form.to_dict() == {"name": "Ana", "note": "fine"}


def test_a_signature_is_checked_over_what_was_sent(app):
    with received(app, method="POST", data={"Body": "yes\0"}):
        assert form_as_sent()["Body"] == "yes\0"
        assert request.form["Body"] == "yes"


def test_the_parameters_and_the_cookies_are_plain_as_well(app):
    with received(app, query_string="zone=UTC%00&a%00=1", headers={"Cookie": 'tz="U\\000TC"'}):
        assert request.args.to_dict() == {"zone": "UTC"}
        assert request.values["zone"] == "UTC"
        assert "\0" not in request.cookies["tz"]


@pytest.mark.parametrize("path", ["/therapists/dana-demo%00", "/%00", "/staff/inbox/a%00b"])
def test_a_path_with_a_nul_leads_nowhere(app, path):
    assert app.test_client().get(path).status_code == 404


@pytest.mark.parametrize("host", ["[::", "a" * 3_000, "\xff", "evil.example", ""])
def test_what_a_caller_calls_the_site_changes_nothing(app, host):
    answer = app.test_client().get("/privacy", environ_overrides={"HTTP_HOST": host})

    assert answer.status_code == 200
    assert "evil" not in answer.get_data(as_text=True)
