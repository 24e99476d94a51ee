from datetime import timedelta

import pytest
import requests

from simulator.clock import now
from tests.simulator.description import queries_of
from tests.simulator.world import ACCOUNT, CLINIC, TOKENS


def listed(world, **query):
    answer = requests.get(world.messages_url(), params=query, auth=(ACCOUNT, TOKENS[0]), timeout=5)
    return answer.json()


def follow(world, uri):
    return requests.get(world.base_url + uri, auth=(ACCOUNT, TOKENS[0]), timeout=5).json()


def test_the_list_is_newest_first_and_holds_both_ways(world, phone):
    first = world.text(phone, "Can you come?")
    world.reply(phone, "Yes, I can")
    third = world.text(phone, "Good.")

    assert [m.sid for m in world.twilio.messages.list(to=phone)] == [third.sid, first.sid]
    [inbound] = world.twilio.messages.list(from_=phone, to=CLINIC)
    assert (inbound.direction, inbound.status, inbound.body) == (
        "inbound",
        "received",
        "Yes, I can",
    )


def test_the_official_client_walks_over_all_pages(world, phone):
    sids = [world.text(phone, f"Number {n}").sid for n in range(7)]

    walked = [m.sid for m in world.twilio.messages.stream(to=phone, page_size=3)]

    assert walked == sids[::-1]


def test_pages_stay_in_step_when_a_text_comes_in_between(world, phone):
    sids = [world.text(phone, f"Number {n}").sid for n in range(4)]
    first = listed(world, To=phone, PageSize=2)

    world.text(phone, "One more")
    second = follow(world, first["next_page_uri"])

    shown = [m["sid"] for m in first["messages"] + second["messages"]]
    assert shown == sids[::-1]
    assert (second["page"], second["next_page_uri"]) == (1, None)


def test_a_step_back_shows_the_page_before_though_a_text_came_in_between(world, phone):
    sids = [world.text(phone, f"Number {n}").sid for n in range(4)]
    second = follow(world, listed(world, To=phone, PageSize=2)["next_page_uri"])

    world.text(phone, "One more")
    first = follow(world, second["previous_page_uri"])

    assert [m["sid"] for m in first["messages"]] == [sids[3], sids[2]]
    assert (first["page"], first["previous_page_uri"]) == (0, None)


LONG_AGO = "2020-01-01"
SHOWN_BY = {
    "To": ("+13125550100", []),
    "From": ("+13125550100", []),
    "DateSent": (LONG_AGO, []),
    "DateSent<": (LONG_AGO, []),
    "DateSent>": ("2090-01-01", []),
    "PageSize": ("1", ["Second"]),
    "Page": ("1", []),
    "PageToken": (lambda sid: f"PA{sid}", ["First"]),
}


@pytest.mark.parametrize("name", sorted(queries_of("ListMessage")))
def test_every_query_field_twilio_describes_is_heeded(world, phone, name):
    world.text(phone, "First")
    second = world.text(phone, "Second").sid
    value, shown = SHOWN_BY[name]

    query = {"To": phone, name: value(second) if callable(value) else value}

    assert [m["body"] for m in listed(world, To=phone)["messages"]] == ["Second", "First"]
    assert [m["body"] for m in listed(world, **query)["messages"]] == shown


def test_the_dates_bounds_are_inclusive(world, phone):
    sent = world.text(phone)
    at = sent.date_created
    second = timedelta(seconds=1)
    search = world.twilio.messages.list

    assert len(search(to=phone, date_sent_after=at - second, date_sent_before=at + second)) == 1
    assert len(search(to=phone, date_sent_after=at)) == 1
    assert search(to=phone, date_sent_after=at + 3 * second) == []
    assert search(to=phone, date_sent_before=at - second) == []


def test_a_day_can_be_asked_for(world, phone):
    world.text(phone)
    today = now().date()

    assert len(listed(world, To=phone, DateSent=today.isoformat())["messages"]) == 1
    yesterday = (today - timedelta(days=2)).isoformat()
    assert listed(world, To=phone, DateSent=yesterday)["messages"] == []


@pytest.mark.parametrize("query", [{"PageSize": "many"}, {"Page": "-1"}, {"DateSent>": "soon"}])
def test_odd_queries_are_read_kindly(world, phone, query):
    world.text(phone)

    assert len(listed(world, To=phone, **query)["messages"]) == 1


def test_a_page_is_never_larger_than_a_thousand(world):
    assert listed(world, PageSize="5000")["page_size"] == 1000
