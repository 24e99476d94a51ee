"""The yardstick of test_openapi can find fault: broken answers are rejected, each for its own."""

import json

import pytest
import requests

from tests.simulator.description import (
    DESCRIPTION,
    FORMATS,
    MESSAGE,
    misfits,
    misfits_of,
    operation,
)

TEXTS = "/2010-04-01/Accounts/AC/Messages"
SENT = {
    "body": "See you at ten.",
    "num_segments": "1",
    "direction": "outbound-api",
    "from": "+15005550006",
    "to": "+12025550100",
    "date_updated": "Thu, 05 Mar 2026 14:00:01 +0000",
    "price": "-0.00790",
    "error_message": None,
    "uri": f"{TEXTS}/SM.json",
    "account_sid": "AC" + "0" * 32,
    "num_media": "0",
    "status": "sent",
    "messaging_service_sid": None,
    "sid": "SM" + "0" * 32,
    "date_sent": "Thu, 05 Mar 2026 14:00:01 +0000",
    "date_created": "Thu, 05 Mar 2026 14:00:00 +0000",
    "error_code": None,
    "price_unit": "USD",
    "api_version": "2010-04-01",
    "subresource_uris": {"media": f"{TEXTS}/SM/Media.json"},
}
PAGE = {
    "messages": [SENT],
    "first_page_uri": f"{TEXTS}.json?PageSize=50&Page=0",
    "next_page_uri": None,
    "previous_page_uri": None,
    "uri": f"{TEXTS}.json?PageSize=50&Page=0",
    "page": 0,
    "page_size": 50,
    "start": 0,
    "end": 0,
}
BROKEN = [
    ("body", 5),
    ("num_segments", 1),
    ("direction", "outbound"),
    ("direction", None),
    ("from", "LUPINE"),
    ("from", "+1 500 555 0006"),
    ("date_updated", "2026-03-05T14:00:01Z"),
    ("date_created", "Wed, 05 Mar 2026 14:00:00 +0000"),
    ("date_created", "Thu, 05 Mar 2026 15:00:00 +0100"),
    ("date_sent", "Thu, 05 Mar 2026 14:00:01 GMT"),
    ("date_sent", 1772719201),
    ("price", -0.0079),
    ("account_sid", "AC" + "g" * 32),
    ("num_media", 0),
    ("status", "on its way"),
    ("status", None),
    ("messaging_service_sid", "MG1"),
    ("sid", "SM" + "0" * 31),
    ("sid", "IM" + "0" * 32),
    ("error_code", "30003"),
    ("price_unit", "dollars"),
    ("subresource_uris", [f"{TEXTS}/SM/Media.json"]),
    ("subresource_uris", {"media": None}),
    ("subresource_uris", {"media": "http://127.0.0.1:8025/2010-04-01/Media.json"}),
    ("subresource_uris", {"media": f"{TEXTS}/SM/Media.json?note=a b"}),
]


def answer(status, body, kind="application/json"):
    made = requests.Response()
    made.status_code = status
    made.headers["Content-Type"] = kind
    made._content = json.dumps(body).encode() if body is not None else b""
    return made


def test_a_whole_answer_fits():
    assert misfits_of("FetchMessage", answer(200, SENT)) == []
    assert misfits_of("ListMessage", answer(200, PAGE)) == []
    assert misfits_of("DeleteMessage", answer(204, None)) == []


@pytest.mark.parametrize(("name", "value"), BROKEN)
def test_a_wrong_field_is_found(name, value):
    found = misfits(MESSAGE, {**SENT, name: value})

    assert {sentence.partition(":")[0] for sentence in found} == {f"$.{name}"}


@pytest.mark.parametrize("name", SENT)
def test_a_missing_field_is_found(name):
    broken = {key: value for key, value in SENT.items() if key != name}

    [found] = misfits(MESSAGE, broken)

    assert f"'{name}' is a required property" in found


def test_a_field_too_many_is_found():
    [found] = misfits(MESSAGE, {**SENT, "diagnosis": None})

    assert "'diagnosis' was unexpected" in found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("messages", [{**SENT, "status": "?"}]),
        ("page", "0"),
        ("end", None),
        ("uri", None),
        ("first_page_uri", "Messages.json"),
        ("next_page_uri", f"{TEXTS}.json?To=+1 202"),
    ],
)
def test_a_broken_page_is_found(name, value):
    [found] = misfits_of("ListMessage", answer(200, {**PAGE, name: value}))

    assert found.startswith(f"$.{name}")


@pytest.mark.parametrize(
    ("operation_id", "broken"),
    [
        ("CreateMessage", answer(200, SENT)),
        ("FetchMessage", answer(201, SENT)),
        ("FetchMessage", answer(200, SENT, "text/html")),
        ("FetchMessage", answer(200, [SENT])),
        ("DeleteMessage", answer(204, SENT)),
        ("DeleteMessage", answer(200, None)),
    ],
)
def test_a_wrong_status_kind_or_body_is_found(operation_id, broken):
    assert len(misfits_of(operation_id, broken)) == 1


def formats_in(part):
    if isinstance(part, dict):
        own = {part["format"]} if isinstance(part.get("format"), str) else set()
        return own.union(*(formats_in(entry) for entry in part.values()))
    if isinstance(part, list):
        return set().union(*(formats_in(entry) for entry in part))
    return set()


def test_every_format_of_an_answer_is_looked_at():
    answers = [
        operation(name)["responses"]
        for name in ("CreateMessage", "FetchMessage", "UpdateMessage", "ListMessage", "ListMedia")
    ]

    assert formats_in([answers, DESCRIPTION["components"]]) == FORMATS.checkers.keys()


def test_the_description_names_its_source_and_copies_no_prose():
    source = DESCRIPTION["source"]

    assert source["licence"] == "Apache-2.0"
    assert len(source["commit"]) == 40
    facts = json.dumps({name: DESCRIPTION[name] for name in ("components", "paths")})
    assert "description" not in facts
    assert "summary" not in facts
