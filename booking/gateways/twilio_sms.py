"""Texts through Twilio and its official client; twilio_http.py is that client's way out."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from booking.gateways.twilio_answers import NO_SUCH_TEXT, carrier_record, failure, refusal, taken
from booking.gateways.twilio_http import (
    DeadlinePassed,
    NotTheCarrier,
    RateLimited,
    TwilioHttp,
    send_deadline,
)
from booking.kit.clock import Clock, WallClock
from booking.messaging.ports import CarrierOutOfReach, CarrierRecord, OutgoingText, SendResult

LISTED = 100
PAGE = 1_000
RETRIES = "#rc=2&rp=5xx,ct,rt"
"""At the end of an address: call it twice more where we answer 5xx or not in time.

By itself the carrier tries once more, and only where it could not connect.
"""

T = TypeVar("T")


class _Missing(CarrierOutOfReach):
    """The carrier has no such thing: asked for one text, that is an answer."""


_FAULTS = (
    RateLimited,
    DeadlinePassed,
    TwilioException,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
    ValueError,
)
_STRANGE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError)
"""What the client breaks with over an answer that is JSON and nothing of the carrier's."""


class TwilioSms:
    """Hands texts to Twilio, a batch at a time, all of a batch at once.

    One event loop in a thread of its own keeps connections open between batches; it starts
    with the first batch, so that a process may fork before.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        base_url: str,
        sender: str,
        callback_url: str,
        clock: Clock | None = None,
    ) -> None:
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._base_url = base_url
        self._callback_url = callback_url
        self._clock = clock or WallClock()
        self._from: dict[str, str] = (
            {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": sender}
        )
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._client: Client | None = None

    def send(self, texts: Sequence[OutgoingText]) -> list[SendResult]:
        """Hand over a batch and return one result for each; never raises for a text's sake."""
        return self._run(self._send_all(texts)) if texts else []

    def sent_to(self, phone: str) -> list[CarrierRecord]:
        """Return what the carrier lists as sent to a phone, newest first.

        Not narrowed by date: a text that has not left yet has none. Raises CarrierOutOfReach.
        """
        found = self._ask(lambda client: client.messages.list_async(to=phone, limit=LISTED))
        return [carrier_record(one, one.to) for one in found]

    def fetch(self, sid: str) -> CarrierRecord | None:
        """Return one text, or None where there is none; raises CarrierOutOfReach."""
        try:
            one = self._ask(lambda client: client.messages(sid).fetch_async())
        except _Missing:
            return None
        if one.sid != sid:
            raise CarrierOutOfReach("another text than was asked for")
        return carrier_record(one, one.to)

    def received_since(self, at: datetime) -> list[CarrierRecord]:
        """Return all texts patients sent to us after an instant, however many pages they fill.

        Raises CarrierOutOfReach.
        """
        ours = self._from.get("from_")
        found = self._ask(
            lambda client: client.messages.list_async(
                date_sent_after=at, page_size=PAGE, **({"to": ours} if ours else {})
            )
        )
        return [carrier_record(one, one.from_) for one in found if one.direction == "inbound"]

    def close(self) -> None:
        """Close the connections and stop the loop's thread; the next batch opens them again."""
        with self._lock:
            loop, self._loop = self._loop, None
            client, self._client = self._client, None
        if loop is None:
            return
        if client is not None:
            asyncio.run_coroutine_threadsafe(client.http_client.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        if self._thread is not None:
            self._thread.join()
        loop.close()

    def _ask(self, question: Callable[[Client], Awaitable[Any]]) -> Any:
        async def asking() -> Any:
            return await question(self._open())

        try:
            return self._run(asking())
        except TwilioRestException as error:
            if refusal(error) == NO_SUCH_TEXT:
                raise _Missing from error
            raise CarrierOutOfReach(f"refused ({error.status})") from error
        except (*_FAULTS, *_STRANGE, NotTheCarrier) as error:
            raise CarrierOutOfReach(type(error).__name__) from error

    def _open(self) -> Client:
        if self._client is None:
            self._client = Client(
                self._account_sid,
                self._auth_token,
                http_client=TwilioHttp(self._base_url, self._clock),
            )
        return self._client

    async def _send_all(self, texts: Sequence[OutgoingText]) -> list[SendResult]:
        client = self._open()
        answers = await asyncio.gather(
            *(self._send_one(client, text) for text in texts), return_exceptions=True
        )
        return [_result(text, answer) for text, answer in zip(texts, answers, strict=True)]

    async def _send_one(self, client: Client, text: OutgoingText) -> SendResult:
        send_deadline.set(text.send_deadline)
        try:
            message = await client.messages.create_async(
                to=text.to,
                body=text.body,
                status_callback=f"{self._callback_url}?message={text.message_id}{RETRIES}",
                validity_period=text.valid_for_s,
                **self._from,
            )
        except _FAULTS as error:
            return failure(text.message_id, error)
        return taken(text.message_id, message.sid)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="twilio", daemon=True
                )
                self._thread.start()
            loop = self._loop
        return asyncio.run_coroutine_threadsafe(work, loop).result()


class TwilioSignatures:
    """Checks that a webhook comes from the carrier: any of our tokens may have signed it."""

    def __init__(self, auth_tokens: Sequence[str]) -> None:
        self._validators = [RequestValidator(token) for token in auth_tokens]

    def are_right(self, url: str, form: Mapping[str, list[str]], signature: str) -> bool:
        """Check a signature over the address the carrier called and every form field.

        What is behind the # never reaches us, and whether it is signed is written nowhere: both
        are taken for right, since nobody without a token can make either.
        """
        fields = _Form(form)
        return any(
            one.validate(address, fields, signature)
            for one in self._validators
            for address in (url, url + RETRIES)
        )


class _Form(dict[str, list[str]]):
    """A form as the validator reads it: by name, all values."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def _result(text: OutgoingText, answer: SendResult | BaseException) -> SendResult:
    """Return what is known of one text; whatever nobody foresaw proves nothing."""
    if isinstance(answer, SendResult):
        return answer
    if not isinstance(answer, Exception):
        raise answer
    return failure(text.message_id, answer)
