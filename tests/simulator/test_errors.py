"""Each refusal's body has Twilio's four fields, exactly, and no refusal goes untested."""

import inspect

import pytest
import requests

from simulator import errors
from tests.simulator import test_messaging_service, test_parameters, test_request_validation
from tests.simulator.description import assert_refused
from tests.simulator.world import ACCOUNT, CLINIC, TOKENS

AUTH = (ACCOUNT, TOKENS[0])


def create(world, phone, **more):
    return world.post_create(To=phone, From=CLINIC, Body="Hi", **more)


def create_under(**fault):
    def act(world, phone):
        world.faults({**fault, "to": phone})
        return create(world, phone)

    return act


def update_unsent(**params):
    def act(world, phone):
        world.faults({"kind": "delivery_delay", "seconds": 60, "to": phone})
        return world.post_update(world.text(phone).sid, **params)

    return act


def delete_unsent(world, phone):
    world.faults({"kind": "delivery_delay", "seconds": 60, "to": phone})
    return requests.delete(world.base_url + world.text(phone).uri, auth=AUTH, timeout=5)


def create_after_stop(world, phone):
    world.reply(phone, "STOP")
    return create(world, phone)


def get(path):
    def act(world, phone):
        return requests.get(
            f"{world.base_url}/2010-04-01/Accounts/{ACCOUNT}/{path}", auth=AUTH, timeout=5
        )

    return act


OTHERS = {
    "a wrong sign-in": (lambda w, p: create(w, p, auth=(ACCOUNT, "no")), 20003, 401),
    "no such text": (get(f"Messages/SM{'0' * 32}.json"), 20404, 404),
    "no such resource": (get("Calls.json"), 20404, 404),
    "a stopped number": (create_after_stop, 21610, 400),
    "a redaction too early": (update_unsent(Body=""), 20009, 409),
    "a delete too early": (delete_unsent, 20009, 409),
    "a cancellation of what is not scheduled": (update_unsent(Status="canceled"), 30409, 409),
    "an empty update": (update_unsent(), 20001, 400),
    "another update": (update_unsent(Body="Other words"), 20001, 400),
    "a huge request": (lambda w, p: w.post_create(Body="a" * 400_000), 20413, 413),
    "a hundred fields and one": (
        lambda w, p: w.post_create(**{f"Name{n}": "" for n in range(101)}),
        20413,
        413,
    ),
    "too many requests": (create_under(kind="too_many", retry_after=7), 20429, 429),
    "a failing carrier": (create_under(kind="refuse", status=500), 20500, 500),
    "a carrier that is away": (create_under(kind="refuse", status=503), 20503, 503),
    "an error after accepting": (create_under(kind="error_after_accept"), 20500, 500),
}


@pytest.mark.parametrize(("act", "code", "status"), OTHERS.values(), ids=OTHERS.keys())
def test_a_refusal_has_twilios_four_fields(world, phone, act, code, status):
    assert_refused(act(world, phone), code, status)


def test_too_many_requests_says_when_to_come_again(world, phone):
    answer = create_under(kind="too_many", retry_after=7)(world, phone)

    assert answer.headers["Retry-After"] == "7"


def every_code():
    for member in vars(errors).values():
        if isinstance(member, errors.Refusal):
            yield member.code
        elif inspect.isfunction(member) and member.__module__ == errors.__name__:
            wanted = inspect.signature(member).parameters.values()
            yield member(*("500" if entry.annotation is str else 500 for entry in wanted)).code


def test_no_refusal_goes_untested():
    tested = {code for _, code, _ in OTHERS.values()}
    tested |= {code for _, code in test_request_validation.REFUSED.values()}
    tested |= {test_parameters.BAD_MAX_PRICE, *test_messaging_service.REFUSED.values()}

    assert set(every_code()) <= tested
