"""What is taken of a file of the broker: a whole tick, or nothing at all."""

import base64
import copy
import json
from datetime import UTC, datetime, timedelta

import pytest

from workers.spool import Unreadable
from workers.tick_file import read_tick

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
BODY = [[], {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]
TICK = {
    "body": base64.b64encode(json.dumps(BODY).encode()).decode(),
    "content-encoding": "utf-8",
    "content-type": "application/json",
    "headers": {
        "lang": "py",
        "task": "workers.tasks.run_job",
        "id": "5b43a55f-cbae-4e22-aa67-6872f0189bae",
        "eta": None,
        "expires": (NOW + timedelta(seconds=1)).isoformat(),
        "retries": 0,
        "timelimit": [None, None],
        "stamps": {},
    },
    "properties": {
        "correlation_id": "5b43a55f-cbae-4e22-aa67-6872f0189bae",
        "delivery_info": {"exchange": "", "routing_key": "celery"},
        "body_encoding": "base64",
        "delivery_tag": "4c78a0cd-6131-4b7e-a455-2fb15e32bb6e",
    },
}
NEEDED = ("body", "content-type", "content-encoding", "headers", "properties")


def changed(path, value):
    """Return a tick with one part replaced."""
    tick = copy.deepcopy(TICK)
    *way, last = path
    part = tick
    for name in way:
        part = part[name]
    part[last] = value
    return json.dumps(tick).encode()


def body_of(content):
    return base64.b64encode(content).decode()


def test_a_tick_is_read_with_what_celery_needs_of_it():
    read = read_tick(json.dumps(TICK).encode(), NOW)

    assert read["body"] == TICK["body"]
    assert read["headers"]["task"] == "workers.tasks.run_job"
    assert read["properties"]["delivery_info"] == {"exchange": "", "routing_key": "celery"}


def test_of_a_tick_nothing_is_taken_that_is_not_known():
    assert "stamps" not in read_tick(changed(("headers", "stamps"), 7), NOW)["headers"]


@pytest.mark.parametrize(
    ("late", "is_kept"), [(timedelta(0), True), (timedelta(seconds=2), False)], ids=str
)
def test_a_tick_whose_time_is_over_is_dropped_without_a_word(late, is_kept):
    assert (read_tick(json.dumps(TICK).encode(), NOW + late) is not None) is is_kept


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"\xff\xfe",
        b"\0" * 100,
        b"[" * 200_000,
        b"9" * 5_000,
        json.dumps(TICK).encode()[:-1],
        json.dumps(TICK).encode() * 2,
        json.dumps({"body": 1}).encode(),
    ],
    ids=lambda content: repr(content[:8]),
)
def test_what_is_no_tick_is_unreadable(content):
    with pytest.raises(Unreadable):
        read_tick(content, NOW)


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, 7, 1.5, True, "x", [], {}, ["x"], 10**30], ids=repr)
def test_a_part_of_another_kind_makes_it_unreadable(name, value):
    with pytest.raises(Unreadable):
        read_tick(changed((name,), value), NOW)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("headers", "task"), None),
        (("headers", "task"), "x" * 1_000),
        (("headers", "id"), 7),
        (("headers", "expires"), "tomorrow"),
        (("headers", "expires"), "2026-03-02T15:00:00"),
        (("headers", "eta"), "2026-03-02T15:00:00+00:00"),
        (("headers", "retries"), -1),
        (("headers", "retries"), "1"),
        (("headers", "timelimit"), 5),
        (("headers", "timelimit"), [1]),
        (("headers", "timelimit"), ["a", "b"]),
        (("properties", "delivery_tag"), ""),
        (("properties", "delivery_info"), None),
        (("properties", "delivery_info", "exchange"), 3),
        (("properties", "body_encoding"), "rot13"),
        (("body",), "not base64!"),
        (("body",), body_of(b"")),
        (("body",), body_of(b"[")),
        (("body",), body_of(b"\xff")),
        (("body",), body_of(b"[" * 50_000)),
        (("body",), body_of(b"[[], {}]")),
        (("body",), body_of(b"[[], {}, 5]")),
        (("body",), body_of(b"[5, {}, {}]")),
        (("body",), body_of(b'[[], {"a": {"__type__": "datetime", "__value__": 3}}, {}]')),
        (("body",), body_of(b'[[], {"a": {"__type__": "unheard of", "__value__": 3}}, {}]')),
        (("body",), body_of(b'[[], {"a": {"__type__": "uuid", "__value__": {"hex": 3}}}, {}]')),
        (("body",), body_of(b'[[], {"a": {"__type__": "decimal", "__value__": "x"}}, {}]')),
    ],
    ids=lambda one: repr(one)[:40],
)
def test_what_celery_would_break_over_makes_it_unreadable(path, value):
    with pytest.raises(Unreadable) as unreadable:
        read_tick(changed(path, value), NOW)

    # Nothing of what stood there gets into a log.
    assert "tomorrow" not in str(unreadable.value)
