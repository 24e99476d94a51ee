import time

from tests.simulator.world import ACCOUNT, CLINIC


def test_queued_sent_and_delivered_are_called_back_in_order_and_signed(world, phone):
    message = world.text(phone, status_callback=world.callback_url("?id=7%2F8&b=%C3%BC%20x"))

    world.until(lambda: len(world.callbacks(phone)) == 3)

    assert world.statuses(phone) == ["queued", "sent", "delivered"]
    for post in world.callbacks(phone):
        assert post["signed"]
        assert post["MessageSid"] == post["SmsSid"] == message.sid
        assert post["SmsStatus"] == post["MessageStatus"]
        assert (post["AccountSid"], post["From"], post["To"]) == (ACCOUNT, CLINIC, phone)
        assert post["ApiVersion"] == "2010-04-01"


def test_a_callback_keeps_its_query_string_as_it_was(world, phone):
    world.text(phone, status_callback=world.callback_url("?id=7%2F8&note=a+b"))

    world.until(lambda: world.callbacks(phone))

    assert world.callbacks(phone)[0]["path"] == "/hooks/status?id=7%2F8&note=a+b"


def test_a_callback_that_fails_is_tried_once_more(world, phone):
    world.clinic.answers[phone] = [503, 200]

    world.text(phone, status_callback=world.callback_url())
    world.until(lambda: len(world.callbacks(phone)) == 4)

    assert world.statuses(phone) == ["queued", "queued", "sent", "delivered"]
    tries = [row["status"] for row in world.ledger(phone, "callback")]
    assert tries == [503, 200, 200, 200]


def test_a_callback_whose_connection_breaks_is_tried_once_more(world, phone):
    world.clinic.answers[phone] = [None, None]

    world.text(phone, status_callback=world.callback_url())
    world.until(lambda: len(world.ledger(phone, "callback")) == 4)

    rows = world.ledger(phone, "callback")
    assert [row["message_status"] for row in rows] == ["queued", "queued", "sent", "delivered"]
    assert [row["outcome"] for row in rows] == ["not taken", "not taken", "answered", "answered"]


def test_a_refused_callback_is_not_tried_again(world, phone):
    world.clinic.answers[phone] = [403]

    world.text(phone, status_callback=world.callback_url())
    world.until(lambda: "delivered" in world.statuses(phone))

    assert world.statuses(phone) == ["queued", "sent", "delivered"]


def test_a_number_can_be_made_to_fail_with_a_code(world, phone):
    world.faults({"kind": "delivery_failure", "to": phone, "code": 30003})

    message = world.text(phone, status_callback=world.callback_url())
    world.until(lambda: len(world.callbacks(phone)) == 3)

    assert world.statuses(phone) == ["queued", "sent", "undelivered"]
    assert world.callbacks(phone)[-1]["ErrorCode"] == "30003"
    fetched = world.twilio.messages(message.sid).fetch()
    assert (fetched.status, fetched.error_code) == ("undelivered", 30003)


def test_a_failure_before_leaving_is_called_failed(world, phone):
    world.faults({"kind": "delivery_failure", "to": phone, "code": 30001})

    world.text(phone, status_callback=world.callback_url())
    world.until(lambda: len(world.callbacks(phone)) == 2)

    assert world.statuses(phone) == ["queued", "failed"]


def test_a_text_still_waiting_after_its_validity_fails_with_30036(world, phone):
    world.faults({"kind": "delivery_delay", "to": phone, "seconds": 60})

    message = world.text(phone, validity_period=1, status_callback=world.callback_url())
    world.until(lambda: "failed" in world.statuses(phone))

    fetched = world.twilio.messages(message.sid).fetch()
    assert (fetched.status, fetched.error_code, fetched.date_sent) == ("failed", 30036, None)


def test_a_senders_rate_spreads_texts_out(world, phone):
    world.faults({"kind": "sender_rate", "per_second": 20, "to": phone})
    began = time.monotonic()

    for _ in range(7):
        world.text(phone, status_callback=world.callback_url())
    world.until(lambda: world.statuses(phone).count("delivered") == 7)

    assert time.monotonic() - began >= 6 / 20
