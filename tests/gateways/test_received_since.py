"""What the carrier lists as received: all of it, so that no text is missed on a busy day."""

from datetime import timedelta

from booking.gateways import twilio_sms
from booking.gateways.twilio_sms import TwilioSms
from booking.kit.clock import WallClock
from tests.simulator.world import ACCOUNT, CLINIC, TOKENS


def received_lately(world):
    """Ask the carrier for the texts of the last hour."""
    gateway = TwilioSms(
        account_sid=ACCOUNT,
        auth_token=TOKENS[0],
        base_url=world.base_url,
        sender=CLINIC,
        callback_url=world.callback_url(),
    )
    try:
        return gateway.received_since(WallClock().now() - timedelta(hours=1))
    finally:
        gateway.close()


def test_every_text_received_is_listed_though_they_fill_several_pages(world, phone, monkeypatch):
    monkeypatch.setattr(twilio_sms, "PAGE", 3)
    bodies = [f"text {number}" for number in range(8)]
    for body in bodies:
        world.reply(phone, body)
    received = received_lately(world)

    assert sorted(one.body for one in received if one.phone == phone) == bodies


def test_a_picture_is_counted_though_no_webhook_told_of_it(world, phone):
    world.reply(phone, "", media=["image/jpeg", "image/png"])
    received = received_lately(world)

    assert [one.media_count for one in received if one.phone == phone] == [2]
