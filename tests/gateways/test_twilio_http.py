"""The last look at the clock: a text that comes to the socket too late never leaves."""

import select
import socket
from datetime import timedelta

import pytest

from booking.gateways.twilio_sms import TwilioSms
from booking.ids import new_id
from booking.ports import Outcome, OutgoingText
from tests.build.times import MONDAY, SettableClock, utc
from tests.sandbox.world import ACCOUNT, CLINIC, TOKENS

NOW = utc(MONDAY)


def text_to(phone, not_after):
    return OutgoingText(new_id(), phone, "See you at ten.", 3600, not_after=not_after)


@pytest.fixture
def open_gateway():
    """A function that makes gateways to an address, each closed at the end."""
    made = []

    def make(base_url, clock):
        made.append(
            TwilioSms(
                account_sid=ACCOUNT,
                auth_token=TOKENS[0],
                base_url=base_url,
                sender=CLINIC,
                callback_url="https://book.example.org/hooks/twilio/status",
                clock=clock,
            )
        )
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_of_a_batch_only_the_texts_whose_time_is_over_stay_behind(world, open_gateway, phone):
    gateway = open_gateway(world.base_url, SettableClock())
    ends = (NOW, NOW + timedelta(seconds=1), None)

    late, in_time, any_time = gateway.send([text_to(phone, end) for end in ends])

    assert (late.outcome, late.reason) == (Outcome.NOT_PROCESSED, "the sender was held up")
    assert {in_time.outcome, any_time.outcome} == {Outcome.ACCEPTED}
    assert len(world.ledger(phone, "create")) == 2


def test_a_text_held_back_leaves_the_way_free_for_the_next(world, open_gateway, phone):
    gateway = open_gateway(world.base_url, SettableClock())

    gateway.send([text_to(phone, NOW)])
    [result] = gateway.send([text_to(phone, None)])

    assert result.outcome is Outcome.ACCEPTED


def test_the_clock_is_read_once_the_way_is_open_and_before_the_first_byte(open_gateway, phone):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connected_when_asked = []

        class Watching:
            def now(self):
                readable, _, _ = select.select([listener], [], [], 2)
                connected_when_asked.append(bool(readable))
                return NOW

        gateway = open_gateway(f"http://127.0.0.1:{listener.getsockname()[1]}", Watching())

        [result] = gateway.send([text_to(phone, NOW)])

        assert result.outcome is Outcome.NOT_PROCESSED
        assert connected_when_asked == [True]
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(2)
            assert connection.recv(1) == b""
