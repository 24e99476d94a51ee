import inspect

import pytest
from twilio.rest.api.v2010.account.message import MessageList

from simulator.parameters import HARMLESS, HEEDED, NOT_CARRIED, UPDATES
from tests.simulator.description import assert_refused, form_of
from tests.simulator.test_request_validation import STATUS_OF
from tests.simulator.world import CLINIC

# A value by which each heeded field is refused: so it is read. What it does otherwise is in
# test_openapi, test_delivery (StatusCallback, ValidityPeriod) and test_messaging_service.
READ = {
    "To": ("alice", 21211),
    "From": ("+15005550007", 21659),
    "MessagingServiceSid": ("MG" + "0" * 32, 21701),
    "Body": ("", 21602),
    "StatusCallback": ("not a url", 21609),
    "ValidityPeriod": ("0", 21624),
    "ScheduleType": ("later", 35126),
    "SendAt": ("2026-03-05T14:00:00Z", 35126),
}
TAKEN = {
    "ProvideFeedback": ["true", "false", "True"],
    "Attempt": ["1", "3"],
    "ForceDelivery": ["true", "false"],
    "MaxPrice": ["0.01", "1"],
    "RiskCheck": ["enable", "disable"],
    "SmartEncoded": ["false", "False"],
    "ShortenUrls": ["false"],
    "SendAsMms": ["false"],
    "ContentRetention": ["retain"],
    "AddressRetention": ["retain"],
}
REFUSED = {
    "ProvideFeedback": ["perhaps", ""],
    "Attempt": ["first", "-1"],
    "ForceDelivery": ["perhaps"],
    "MaxPrice": ["cheap"],
    "RiskCheck": ["maybe"],
    "SmartEncoded": ["true", ""],
    "ShortenUrls": ["true"],
    "SendAsMms": ["true"],
    "ContentRetention": ["discard"],
    "AddressRetention": ["obfuscate"],
}
BAD_MAX_PRICE = 21627
PAIRS_TAKEN = [(name, value) for name, values in TAKEN.items() for value in values]
PAIRS_REFUSED = [(name, value) for name, values in REFUSED.items() for value in values]


def create(world, phone, **more):
    return world.post_create(**{"To": phone, "From": CLINIC, "Body": "Hi", **more})


def fields_of_the_official_client():
    names = inspect.signature(MessageList.create).parameters.keys() - {"self"}
    return {name.title().replace("_", "") for name in names}


def test_every_field_twilio_knows_is_heeded_harmless_or_refused():
    known = form_of("CreateMessage")["properties"].keys() | fields_of_the_official_client()

    assert known == HEEDED | HARMLESS.keys() | NOT_CARRIED
    assert len(known) == len(HEEDED) + len(HARMLESS) + len(NOT_CARRIED)


@pytest.mark.parametrize("name", sorted(HEEDED))
def test_a_heeded_field_is_read(world, phone, name):
    value, code = READ[name]

    answer = create(world, phone, **{name: value})

    message = assert_refused(answer, code, STATUS_OF.get(code, 400))
    assert name.lower() in message.lower()


def test_every_harmless_field_is_tried_both_ways():
    assert HARMLESS.keys() == TAKEN.keys() == REFUSED.keys()


@pytest.mark.parametrize(("name", "value"), PAIRS_TAKEN)
def test_a_harmless_value_changes_nothing(world, phone, name, value):
    plain, with_it = create(world, phone).json(), create(world, phone, **{name: value}).json()

    own = {"sid", "uri", "subresource_uris", "date_created", "date_updated"}
    assert {k: v for k, v in plain.items() if k not in own} == {
        k: v for k, v in with_it.items() if k not in own
    }


@pytest.mark.parametrize(("name", "value"), PAIRS_REFUSED)
def test_a_value_that_would_change_something_is_refused_by_name(world, phone, name, value):
    message = assert_refused(
        create(world, phone, **{name: value}), BAD_MAX_PRICE if name == "MaxPrice" else 20001
    )

    assert name in message
    assert world.twilio.messages.list(to=phone) == []


@pytest.mark.parametrize("name", [*sorted(NOT_CARRIED), "StatusCalback", "Tags", "body"])
@pytest.mark.parametrize("value", ["x", ""])
def test_a_field_that_is_not_carried_is_refused_by_name(world, phone, name, value):
    message = assert_refused(create(world, phone, **{name: value}), 20001)

    assert name in message
    assert world.twilio.messages.list(to=phone) == []


def test_every_field_of_an_update_is_heeded():
    assert form_of("UpdateMessage")["properties"].keys() == UPDATES.keys()


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"Status": "sent"}, "Status"),
        ({"Status": "sent", "Body": ""}, "Status"),
        ({"Body": "Other words"}, "Body"),
        ({"Body": "", "To": "+12025550100"}, "To"),
        ({}, "update"),
    ],
)
def test_another_update_is_refused_and_changes_nothing(world, phone, params, named):
    message = world.text(phone)
    world.until(lambda: world.twilio.messages(message.sid).fetch().status == "delivered")

    answer = world.post_update(message.sid, **params)

    assert named in assert_refused(answer, 20001)
    assert world.twilio.messages(message.sid).fetch().body == "See you at ten."
