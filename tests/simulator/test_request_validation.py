import pytest

from tests.simulator.description import assert_refused
from tests.simulator.world import CLINIC

REFUSED = {
    "no To": ({"To": None}, 21604),
    "empty To": ({"To": ""}, 21604),
    "To without a plus": ({"To": "2025550123"}, 21211),
    "To that is a word": ({"To": "alice"}, 21211),
    "To too short": ({"To": "+12"}, 21211),
    "no Body": ({"Body": None}, 21602),
    "empty Body": ({"Body": ""}, 21602),
    "long Body": ({"Body": "a" * 1601}, 21617),
    "long Body of emoji": ({"Body": "🙂" * 801}, 21617),
    "no From": ({"From": None}, 21603),
    "From of somebody else": ({"From": "+15005550007"}, 21659),
    "From that is a name": ({"From": "LUPINE"}, 21606),
    "From that is nothing": ({"From": "+1 what?"}, 21212),
    "unknown service": ({"From": None, "MessagingServiceSid": "MG" + "0" * 32}, 21701),
    "service that cannot be": ({"From": None, "MessagingServiceSid": "lupine"}, 21705),
    "To the clinic itself": ({"To": CLINIC}, 21266),
    "callback with odd letters": ({"StatusCallback": "http://127.0.0.1/ü"}, 21609),
    "callback to a host with an underscore": ({"StatusCallback": "http://my_host/"}, 21609),
    "callback to nowhere": ({"StatusCallback": "not a url"}, 21609),
    "validity of none": ({"ValidityPeriod": "0"}, 21624),
    "validity too long": ({"ValidityPeriod": "36001"}, 21624),
    "validity that is no number": ({"ValidityPeriod": "soon"}, 21624),
    "a picture": ({"MediaUrl": "https://example.org/a.png"}, 20001),
    "schedule without a service": (
        {"ScheduleType": "fixed", "SendAt": "2099-01-01T00:00:00Z"},
        35118,
    ),
    "schedule without a time": ({"ScheduleType": "fixed"}, 35111),
    "schedule of another type": ({"ScheduleType": "later", "SendAt": "2099-01-01"}, 35126),
    "time without a schedule": ({"SendAt": "2099-01-01T00:00:00Z"}, 35126),
}
STATUS_OF = {21701: 404}
"""The HTTP status of the refusals of a create that are not 400."""


@pytest.mark.parametrize(("change", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_twilio_refuses_is_refused_with_its_code(world, phone, change, code):
    params = {"To": phone, "From": CLINIC, "Body": "Hi", **change}

    answer = world.post_create(
        **{name: value for name, value in params.items() if value is not None}
    )

    assert_refused(answer, code, STATUS_OF.get(code, 400))
    assert world.twilio.messages.list(to=phone) == []
