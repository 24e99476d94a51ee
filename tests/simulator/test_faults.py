import time
from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException

from simulator.faults import KINDS, Faults, fault_from
from tests.simulator.world import CLINIC


def accepted(world, phone):
    return [r for r in world.ledger(phone, "create") if r["outcome"] == "accepted"]


def test_drop_after_accept_takes_the_text_and_breaks_the_connection(world, phone):
    world.faults({"kind": "drop_after_accept", "to": phone, "count": 1})

    with pytest.raises(requests.ConnectionError):
        world.text(phone)

    [row] = accepted(world, phone)
    assert row["fault"] == "drop_after_accept"
    assert [m.sid for m in world.twilio.messages.list(to=phone)] == [row["sid"]]


def test_error_after_accept_takes_the_text_and_answers_500(world, phone):
    world.faults({"kind": "error_after_accept", "to": phone})

    with pytest.raises(TwilioRestException) as caught:
        world.text(phone)

    assert caught.value.status == 500
    assert len(accepted(world, phone)) == 1


def test_refuse_answers_503_and_takes_nothing(world, phone):
    world.faults({"kind": "refuse", "to": phone})

    with pytest.raises(TwilioRestException) as caught:
        world.text(phone)

    assert caught.value.status == 503
    assert accepted(world, phone) == []


def test_refuse_can_strike_the_list_instead(world, phone):
    world.faults({"kind": "refuse", "on": "list", "to": phone})

    world.text(phone)
    with pytest.raises(TwilioException, match="503"):
        world.twilio.messages.list(to=phone)


def test_too_many_answers_429_and_says_when_to_come_back(world, phone):
    world.faults({"kind": "too_many", "to": phone, "retry_after": 7})

    answer = world.post_create(To=phone, From=CLINIC, Body="Hi")

    assert (answer.status_code, answer.json()["code"]) == (429, 20429)
    assert answer.headers["Retry-After"] == "7"
    assert accepted(world, phone) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_delay_makes_the_answer_late(world, phone, when):
    world.faults({"kind": "delay", "seconds": 0.1, "up_to": 0.15, "when": when, "to": phone})
    began = time.monotonic()

    world.text(phone)

    assert 0.1 <= time.monotonic() - began < 1


def test_an_early_callback_comes_before_the_answer(world, phone):
    world.faults({"kind": "callback_early", "until": "delivered", "to": phone})

    world.text(phone, status_callback=world.callback_url())

    assert world.statuses(phone) == ["queued", "sent", "delivered"]


def test_a_missing_callback_never_comes_and_the_ledger_says_so(world, phone):
    world.faults({"kind": "callback_missing", "statuses": ["sent"], "to": phone})

    world.text(phone, status_callback=world.callback_url())
    world.until(lambda: "delivered" in world.statuses(phone))

    assert world.statuses(phone) == ["queued", "delivered"]
    withheld = [r for r in world.ledger(phone, "callback") if r["outcome"] == "withheld"]
    assert [row["message_status"] for row in withheld] == ["sent"]


def test_a_duplicated_callback_comes_several_times(world, phone):
    world.faults({"kind": "callback_duplicate", "copies": 3, "statuses": ["sent"], "to": phone})

    world.text(phone, status_callback=world.callback_url())
    world.until(lambda: "delivered" in world.statuses(phone))

    assert world.statuses(phone) == ["queued", "sent", "sent", "sent", "delivered"]


def test_a_reordered_callback_comes_after_the_statuses_that_follow_it(world, phone):
    world.faults({"kind": "callback_reorder", "statuses": ["sent"], "seconds": 0.5, "to": phone})

    world.text(phone, status_callback=world.callback_url())
    world.until(lambda: len(world.callbacks(phone)) == 3)

    assert world.statuses(phone) == ["queued", "delivered", "sent"]


def test_a_delayed_callback_holds_the_following_ones_back(world, phone):
    world.faults({"kind": "callback_delay", "statuses": ["queued"], "seconds": 0.1, "to": phone})
    began = time.monotonic()

    world.text(phone, status_callback=world.callback_url())
    world.until(lambda: len(world.callbacks(phone)) == 3)

    assert time.monotonic() - began >= 0.1
    assert world.statuses(phone) == ["queued", "sent", "delivered"]


def test_an_opted_out_number_is_refused_with_21610(world, phone):
    world.faults({"kind": "opted_out", "to": phone})

    with pytest.raises(TwilioRestException) as caught:
        world.text(phone)

    assert caught.value.code == 21610


def test_list_lag_hides_a_text_from_the_list_for_a_while(world, phone):
    world.faults({"kind": "list_lag", "seconds": 0.8, "to": phone})

    sent = world.text(phone)

    assert world.twilio.messages.list(to=phone) == []
    assert world.twilio.messages(sent.sid).fetch().sid == sent.sid
    world.until(lambda: len(world.twilio.messages.list(to=phone)) == 1)


def test_a_refusing_sender_rate_answers_429_above_it(world, phone):
    world.faults({"kind": "sender_rate", "per_second": 0.01, "mode": "refuse", "to": phone})

    answers = [world.post_create(To=phone, From=CLINIC, Body="Hi").status_code for _ in range(3)]

    assert answers == [201, 429, 429]


def test_a_rates_bucket_holds_a_second_and_fills_steadily():
    rate = fault_from({"kind": "sender_rate", "per_second": 2, "mode": "refuse"})
    noon = datetime(2026, 3, 5, 12, tzinfo=UTC)

    admitted = [
        rate.admits(2, noon + timedelta(seconds=s)) for s in (0, 0, 0, 0.5, 0.6, 60, 60, 60)
    ]

    assert admitted == [True, True, False, True, False, True, True, False]


def test_an_inbound_text_can_fail_to_reach_the_webhook_and_still_be_listed(world, phone):
    world.faults({"kind": "inbound_missing", "to": phone})

    sent = world.reply(phone, "C")

    assert sent["taken"] is False
    assert world.inbound(phone) == []
    assert [m.sid for m in world.twilio.messages.list(from_=phone)] == [sent["sid"]]


def test_a_fault_strikes_as_often_as_it_may_and_only_whom_it_is_meant_for(world, phone):
    world.faults({"kind": "refuse", "count": 2, "to": phone[:-1] + "*"})

    statuses = [world.post_create(To=phone, From=CLINIC, Body="Hi").status_code for _ in range(3)]
    other = world.post_create(To="+12025559999", From=CLINIC, Body="Hi").status_code

    assert statuses == [503, 503, 201]
    assert other == 201
    [shown] = world.get("/control/faults").json()["faults"]
    assert shown["hits"] == 2


def test_deleting_the_faults_ends_them(world, phone):
    world.faults({"kind": "refuse"})

    requests.delete(f"{world.base_url}/control/faults", timeout=5)

    assert world.text(phone).sid


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "earthquake"},
        {"kind": "refuse", "colour": "red"},
        {"kind": "refuse", "probability": 2},
        {"kind": "refuse", "probability": True},
        {"kind": "refuse", "count": -1},
        {"kind": "refuse", "on": "sometimes"},
        {"kind": "delay", "seconds": "long"},
        {"kind": "delay", "seconds": -1},
        {"kind": "sender_rate", "per_second": 0},
        {"kind": "refuse", "to": 5},
        "refuse",
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_and_changes_nothing(world, wish):
    world.faults({"kind": "list_lag"})

    answer = requests.put(f"{world.base_url}/control/faults", json=[wish], timeout=5)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert [f["kind"] for f in world.get("/control/faults").json()["faults"]] == ["list_lag"]


def strikes(seed, phones):
    faults = Faults(seed)
    faults.replace([fault_from({"kind": "refuse", "probability": 0.3})])
    return [phone for phone in phones if faults.strike("refuse", phone, CLINIC, on="create")]


def test_chance_is_repeatable_by_seed_in_whatever_order_the_phones_come():
    phones = [f"+1202555{n:04}" for n in range(1000)]

    struck = strikes("7", phones)

    assert 230 < len(struck) < 370
    assert sorted(strikes("7", phones[::-1])) == struck
    assert strikes("8", phones) != struck


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fault_needs_nothing_but_its_name(kind):
    assert fault_from({"kind": kind}).as_json()["kind"] == kind
