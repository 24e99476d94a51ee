"""A text that nobody foresaw proves nothing, and takes no other text of its batch with it."""

import pytest

from booking.gateways.twilio_sms import TwilioSms
from booking.kit.ids import new_id
from booking.messaging.ports import OutgoingText, SendOutcome
from tests.simulator.world import ACCOUNT, CLINIC, TOKENS


class Unwritable:
    """What cannot be put into a request."""

    def __str__(self):
        raise KeyError("nobody foresaw this")


@pytest.fixture
def gateway(world):
    made = TwilioSms(
        account_sid=ACCOUNT,
        auth_token=TOKENS[0],
        base_url=world.base_url,
        sender=CLINIC,
        callback_url=world.callback_url(),
    )
    yield made
    made.close()


def test_a_text_the_client_breaks_on_is_unknown_and_the_others_leave(gateway, phone):
    broken = OutgoingText(new_id(), phone, "See you.", valid_for_s=Unwritable())
    whole = OutgoingText(new_id(), phone, "See you at ten.", valid_for_s=3600)

    results = {one.message_id: one for one in gateway.send([broken, whole])}

    assert results[whole.message_id].outcome is SendOutcome.ACCEPTED
    assert results[broken.message_id].outcome is SendOutcome.UNKNOWN
    assert results[broken.message_id].reason == "KeyError"
