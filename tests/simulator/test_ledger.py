import json
import sqlite3
from datetime import datetime, timedelta

import pytest


def test_every_create_is_in_the_ledger_when_its_answer_comes(world, phone):
    sent = world.text(phone, "Hello", status_callback=world.callback_url("?id=1"))

    row = world.ledger(phone)[0]

    assert (row["kind"], row["outcome"], row["sid"]) == ("create", "accepted", sent.sid)
    assert row["params"]["StatusCallback"].endswith("?id=1")
    assert (row["body"], row["to"], row["segments"]) == ("Hello", phone, 1)


def test_the_ledger_tells_a_texts_whole_story(world, phone):
    world.text(phone, status_callback=world.callback_url())
    world.until(lambda: len(world.ledger(phone, "callback")) == 3)
    world.reply(phone, "C")

    kinds = [row["kind"] for row in world.ledger(phone)]

    assert kinds == ["create", *["callback"] * 3, "inbound", "inbound_webhook"]


def test_the_ledger_says_when_a_create_came_and_when_it_was_taken(world, phone):
    world.faults({"kind": "delay", "seconds": 0.2, "to": phone})
    world.text(phone)

    [row] = world.ledger(phone, "create")

    waited = datetime.fromisoformat(row["at"]) - datetime.fromisoformat(row["received_at"])
    assert waited >= timedelta(seconds=0.2)


def test_the_simulator_says_when_everything_has_come_to_its_end(own_world, phone):
    world = own_world
    world.faults({"kind": "callback_delay", "seconds": 0.2, "to": phone})
    world.text(phone, status_callback=world.callback_url())
    busy = world.get("/control/idle").json()

    world.until(lambda: world.get("/control/idle").json()["idle"])

    assert busy["idle"] is False
    assert world.statuses(phone) == ["queued", "sent", "delivered"]


def test_rows_are_read_on_from_a_row_id(world, phone):
    world.text(phone, "One")
    last = world.ledger(phone)[-1]["id"]
    world.text(phone, "Two")

    rows = world.get("/ledger", since=last, to=phone).json()

    assert [row["body"] for row in rows] == ["Two"]
    assert all(row["id"] > last for row in rows)


def test_the_ledger_comes_as_lines_too(world, phone):
    world.text(phone, "One")
    world.text(phone, "Two")

    text = world.get("/ledger", to=phone, format="lines", limit=2).text
    empty = world.get("/ledger", since=10**9, format="lines").text

    assert [json.loads(line)["body"] for line in text.splitlines()] == ["One", "Two"]
    assert empty == ""


def test_a_plus_sign_left_bare_in_a_query_is_understood(world, phone):
    world.text(phone, "One")

    assert len(world.get(f"/ledger?to={phone}&kind=create").json()) == 1


def test_a_row_id_that_is_none_is_refused(world):
    assert world.get("/ledger", since="yesterday").status_code == 400


@pytest.mark.parametrize("change", ["DELETE FROM ledger", "UPDATE ledger SET kind = 'x'"])
def test_nobody_can_change_the_ledger(world, phone, change):
    world.text(phone)

    with (
        sqlite3.connect(world.sandbox.carrier.store.path) as other,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        other.execute(change)
    other.close()
