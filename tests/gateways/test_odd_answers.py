"""Answers that are not the carrier's: a text is neither called sent nor lost for them."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from booking.gateways.twilio_sms import TwilioSms
from booking.kit.ids import new_id
from booking.messaging.ports import CarrierOutOfReach, OutgoingText, SendOutcome
from tests.simulator.world import ACCOUNT, CLINIC, TOKENS

PHONE = "+12025550123"
SID = "SM" + "0a" * 16
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Odd(BaseHTTPRequestHandler):
    """Whoever answers in the carrier's place; the server knows what."""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(self.path)
        status, body, headers = self.server.reply
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815 - the base class looks for these names

    def log_message(self, *_):
        pass


@pytest.fixture
def odd():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    server.asked = []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def gateway(odd):
    made = TwilioSms(
        account_sid=ACCOUNT,
        auth_token=TOKENS[0],
        base_url=f"http://127.0.0.1:{odd.server_port}",
        sender=CLINIC,
        callback_url="https://book.example.org/hooks/twilio/status",
    )
    yield made
    made.close()


def in_json(value):
    return json.dumps(value).encode()


def send(odd, gateway, status, body=b"", **headers):
    odd.reply = (status, body, headers)
    text = OutgoingText(new_id(), PHONE, "See you at ten.", 3600)
    [result] = gateway.send([text])
    assert result.message_id == text.message_id
    assert len(odd.asked) == 1, "a redirect is never followed, and nothing is sent twice"
    return result


@pytest.mark.parametrize("status", [201, 200, 202])
def test_success_with_the_carriers_id_is_a_text_taken(odd, gateway, status):
    result = send(odd, gateway, status, in_json({"sid": SID, "status": "queued"}))

    assert (result.outcome, result.provider_sid) == (SendOutcome.ACCEPTED, SID)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"OK",
        b"<html>Please sign in</html>",
        b"\xff\xfe",
        b"[" * 100_000,
        in_json(None),
        in_json([]),
        in_json("queued"),
        in_json(7),
        in_json({}),
        in_json({"status": "ok"}),
        *(
            in_json({"sid": sid})
            for sid in (
                None,
                7,
                "",
                "SM",
                SID[:-1],
                SID + "0",
                "SM" + "0" * 500,
                ["x"],
                {},
                "CA" + SID[2:],
            )
        ),
    ],
    ids=lambda body: repr(body[:24]),
)
@pytest.mark.parametrize("status", [200, 201])
def test_success_without_the_carriers_id_proves_nothing(odd, gateway, status, body):
    result = send(odd, gateway, status, body)

    assert (result.outcome, result.provider_sid) == (SendOutcome.UNKNOWN, None)


@pytest.mark.parametrize("status", [204, 205, 206, 226, 299])
def test_success_of_another_kind_proves_nothing(odd, gateway, status):
    assert send(odd, gateway, status).outcome is SendOutcome.UNKNOWN


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 307, 308])
@pytest.mark.parametrize("where", ["https://portal.example/sign-in", "/elsewhere", None])
def test_a_redirect_is_not_followed_and_proves_nothing(odd, gateway, status, where):
    result = send(odd, gateway, status, **({"Location": where} if where else {}))

    assert result.outcome is SendOutcome.UNKNOWN
    assert str(status) in result.about


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 407, 408, 413, 421, 451, 499])
@pytest.mark.parametrize(
    "body",
    [
        b"<html>Forbidden</html>",
        b"",
        in_json({"message": "no"}),
        in_json({"code": "denied"}),
        in_json({"code": 403, "message": "no"}),
        in_json({"code": True}),
        in_json({"code": 10**30}),
        in_json([]),
        in_json({"type": "x", "title": "x", "status": "403", "code": 21211}),
        in_json({"type": "x", "title": "x", "status": 302, "code": 21211}),
    ],
    ids=lambda body: repr(body[:30]),
)
def test_a_refusal_without_a_code_of_the_carrier_does_not_end_a_text(odd, gateway, status, body):
    result = send(odd, gateway, status, body)

    assert (result.outcome, result.error_code) == (SendOutcome.UNKNOWN, None)


@pytest.mark.parametrize(
    "body",
    [
        in_json({"code": 21211, "message": "no such number", "status": 400}),
        in_json({"type": "x", "title": "x", "status": 400, "code": 21211}),
    ],
    ids=["the usual", "RFC 9457"],
)
def test_the_carriers_own_refusal_is_one(odd, gateway, body):
    result = send(odd, gateway, 400, body)

    assert (result.outcome, result.error_code) == (SendOutcome.REFUSED, 21211)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599])
@pytest.mark.parametrize("body", [b"", in_json({"code": 21211})], ids=["empty", "with a code"])
def test_a_server_error_proves_nothing(odd, gateway, status, body):
    assert send(odd, gateway, status, body).outcome is SendOutcome.UNKNOWN


@pytest.mark.parametrize("status", [101, 103, 199])
def test_what_is_no_answer_at_all_proves_nothing(odd, gateway, status):
    assert send(odd, gateway, status, Connection="close").outcome is not SendOutcome.ACCEPTED


LISTED = {"sid": SID, "body": "See you at ten.", "status": "sent", "to": PHONE}
NO_LIST = [
    (302, b""),
    (404, b"<html>not here</html>"),
    (404, in_json({"code": 20404, "message": "no such account"})),
    (204, b""),
    (200, b""),
    (200, b"<html>Please sign in</html>"),
    (200, in_json([])),
    (200, in_json({})),
    (200, in_json({"status": []})),
    (200, in_json({"status": "ok"})),
    (200, in_json({"messages": None})),
    (200, in_json({"messages": "none"})),
    (200, in_json({"messages": [7]})),
    (200, in_json({"messages": [{}]})),
    (200, in_json({"messages": [{**LISTED, "sid": 7}]})),
    (200, in_json({"messages": [{**LISTED, "sid": "S" * 500}]})),
    (200, in_json({"messages": [{**LISTED, "body": 7}]})),
]


@pytest.mark.parametrize(("status", "body"), NO_LIST, ids=lambda one: repr(one)[:40])
def test_a_list_that_is_not_the_carriers_never_says_that_a_text_is_absent(
    odd, gateway, status, body
):
    odd.reply = (status, body, {})

    with pytest.raises(CarrierOutOfReach):
        gateway.sent_to(PHONE)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (302, b""),
        (404, b"<html>not here</html>"),
        (404, in_json({"code": 404})),
        (200, b""),
        (200, in_json([])),
        (200, in_json({})),
        (200, in_json({**LISTED, "sid": "SM" + "1" * 32})),
    ],
    ids=lambda one: repr(one)[:40],
)
def test_one_text_is_only_missing_where_the_carrier_says_so(odd, gateway, status, body):
    odd.reply = (status, body, {})
    with pytest.raises(CarrierOutOfReach):
        gateway.fetch(SID)

    odd.reply = (404, in_json({"code": 20404, "message": "not found", "status": 404}), {})
    assert gateway.fetch(SID) is None


def test_a_list_whose_dates_and_codes_cannot_be_read_is_a_list_all_the_same(odd, gateway):
    listed = {**LISTED, "date_created": "yesterday", "error_code": None, "direction": "outbound"}
    odd.reply = (200, in_json({"messages": [listed], "next_page_uri": None}), {})

    [found] = gateway.sent_to(PHONE)

    assert (found.sid, found.created_at) == (SID, None)


@pytest.mark.parametrize(("status", "body"), NO_LIST[:8], ids=lambda one: repr(one)[:40])
def test_what_patients_sent_is_asked_for_again_after_an_odd_list(odd, gateway, status, body):
    odd.reply = (status, body, {})

    with pytest.raises(CarrierOutOfReach):
        gateway.received_since(LONG_AGO)
