"""Forms that are too large are refused before they are taken apart."""

import pytest

from booking.web.form_size import LARGEST_FORM, MOST_FIELDS, MOST_FIELDS_OF_A_CALL, URL_ENCODED

CALLS = ("/hooks/twilio/status", "/hooks/twilio/inbound")


class Unparsed(Exception):
    """A form was taken apart that should not have been."""


def fields(count):
    return "&".join(f"f{n}=x" for n in range(count))


@pytest.fixture
def no_parser(app, monkeypatch):
    """A site in which taking a form apart is a failure."""

    def refuse(*_):
        raise Unparsed

    monkeypatch.setattr("werkzeug.formparser.FormDataParser._parse_urlencoded", refuse)
    return app.test_client()


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize(
    "body", [fields(MOST_FIELDS_OF_A_CALL + 1), fields(25_000), "Body=" + "x" * LARGEST_FORM]
)
def test_a_call_with_too_many_fields_is_refused_before_its_signature_is_looked_at(
    no_parser, path, body
):
    assert no_parser.post(path, data=body, content_type=URL_ENCODED).status_code == 413


@pytest.mark.parametrize("path", ["/holds", "/staff/sign-in", "/a/none/cancel"])
@pytest.mark.parametrize("body", [fields(MOST_FIELDS + 1), "name=" + "x" * LARGEST_FORM])
def test_so_is_a_form_with_more_fields_than_any_page_has(no_parser, path, body):
    assert no_parser.post(path, data=body, content_type=URL_ENCODED).status_code == 413


@pytest.mark.parametrize("path", CALLS)
def test_a_call_of_the_longest_kind_goes_on_to_its_signature(app, path):
    longest = f"Body={'%F0%9F%92%9C' * 1600}&{fields(MOST_FIELDS_OF_A_CALL - 2)}"

    answer = app.test_client().post(path, data=longest, content_type=URL_ENCODED)

    assert answer.status_code == 403


def test_parts_of_a_form_are_counted_too(app):
    parts = {f"f{n}": "x" for n in range(MOST_FIELDS_OF_A_CALL + 1)}

    answer = app.test_client().post(CALLS[0], data=parts, content_type="multipart/form-data")

    assert answer.status_code == 413
