"""The last look at the clock: a text that comes to the socket too late never leaves."""

import select
import socket
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from booking.gateways.twilio_sms import TwilioSms
from booking.kit.ids import new_id
from booking.messaging.ports import OutgoingText, SendOutcome
from booking.web.staff.history_words import told_words
from tests.build.times import MONDAY, SettableClock, utc
from tests.simulator.world import ACCOUNT, CLINIC, TOKENS

NOW = utc(MONDAY)


def text_to(phone, not_after):
    return OutgoingText(new_id(), phone, "See you at ten.", 3600, send_deadline=not_after)


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

    assert late.outcome is SendOutcome.NOT_PROCESSED
    assert told_words({"said": late.reason}) == "the sender was held up"
    assert {in_time.outcome, any_time.outcome} == {SendOutcome.ACCEPTED}
    assert len(world.ledger(phone, "create")) == 2


def test_a_text_held_back_leaves_the_way_free_for_the_next(world, open_gateway, phone):
    gateway = open_gateway(world.base_url, SettableClock())

    gateway.send([text_to(phone, NOW)])
    [result] = gateway.send([text_to(phone, None)])

    assert result.outcome is SendOutcome.ACCEPTED


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

        assert result.outcome is SendOutcome.NOT_PROCESSED
        assert connected_when_asked == [True]
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(2)
            assert connection.recv(1) == b""


@pytest.fixture
def busy():
    """A carrier that answers everything with 429 and these headers; gives its address."""
    headers = {}

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(429)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", headers
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("header", "pause_s"),
    [
        (None, 1),
        ("", 1),
        ("soon", 1),
        ("nan", 1),
        ("-5", 1),
        ("0", 0),
        ("2.5", 2.5),
        ("999999999", 600),
        (format_datetime(NOW + timedelta(seconds=40), usegmt=True), 40),
        (format_datetime(NOW - timedelta(seconds=40), usegmt=True), 0),
        ("Mon, 02 Mar 2026 15:00:30 -0000", 30),
        ("Mon, 02 Mar 2126 15:00:30 GMT", 600),
    ],
)
def test_a_carrier_that_is_busy_is_left_alone_for_as_long_as_it_asks(
    busy, open_gateway, phone, header, pause_s
):
    address, headers = busy
    if header is not None:
        headers["Retry-After"] = header
    gateway = open_gateway(address, SettableClock())

    [result] = gateway.send([text_to(phone, None)])

    assert (result.outcome, result.error_code) == (SendOutcome.NOT_PROCESSED, 20429)
    assert result.retry_after_s == pause_s
