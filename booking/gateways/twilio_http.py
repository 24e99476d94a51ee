"""The official Twilio client's way out: time-outs, a pool, and one last look at the clock."""

import json
import re
from base64 import b64encode
from contextvars import ContextVar
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from booking.kit.clock import Clock

TIMEOUT_S = 10.0
CONNECT_TIMEOUT_S = 5.0
CONNECTIONS = 300
"""As many as a sender has texts under way: none waits for another's connection."""
OK = 200
TOO_MANY = 429
PAUSE_S = 1.0
LONGEST_PAUSE_S = 600.0
"""A carrier with a wrong clock must not silence us for a day; it says 429 again if it means it."""
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]+)?")
FORM = "application/x-www-form-urlencoded"

send_deadline: ContextVar[datetime | None] = ContextVar("send_deadline", default=None)
"""The instant from which the task's request must not leave any more; None for any time.

The client has no argument for it, so it travels beside the call.
"""


class RateLimited(Exception):
    """The carrier said 429: not processed."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("the carrier asked us to slow down")
        self.retry_after_s = retry_after_s


class DeadlinePassed(Exception):
    """The request came to the socket too late and was not written: not processed."""


class NotTheCarrier(Exception):
    """A list came that cannot be the carrier's: what is missing in it proves nothing."""


class TwilioHttp(AsyncHttpClient):  # type: ignore[misc]
    """The client's way out, with time-outs, a connection pool, and a base address of our own.

    Nothing is logged here: requests carry phone numbers and texts.
    """

    def __init__(self, base_url: str, clock: Clock) -> None:
        super().__init__(logger=None, is_async=True, timeout=TIMEOUT_S)
        self._base = urlsplit(base_url)
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        return urlunsplit((self._base.scheme, self._base.netloc, *parts[2:]))

    async def request(
        self,
        method: str,
        url: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Send one request.

        Raises RateLimited for 429, DeadlinePassed, NotTheCarrier and aiohttp's errors.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            )
        body = None if data is None else _Body(urlencode(data).encode(), self._clock)
        try:
            async with self._session.request(
                method.upper(),
                self._address(url),
                params=params,
                data=body,
                headers={**(headers or {}), **_authorization(auth)},
                allow_redirects=allow_redirects,
            ) as answer:
                if answer.status == TOO_MANY:
                    raise RateLimited(
                        _pause_s(answer.headers.get("Retry-After", ""), self._clock.now())
                    )
                text = await answer.text()
                if _is_list(method, url) and answer.status == OK and not _lists_texts(text):
                    raise NotTheCarrier
                return Response(answer.status, text, answer.headers)
        except aiohttp.ClientConnectionError as error:
            if body is not None and body.held_up:
                raise DeadlinePassed from error
            raise

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


class _Body(aiohttp.BytesPayload):
    """A form that looks at the clock right before it is written to the socket.

    A process may be stopped anywhere, and its event loop busy for long, between a look at the
    start of the call and here. Without its body the carrier cannot have taken the request.
    """

    def __init__(self, form: bytes, clock: Clock) -> None:
        super().__init__(form, content_type=FORM)
        self.held_up = False
        self._clock = clock
        self._not_after = send_deadline.get()

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        """Write the form; raises DeadlinePassed, and writes nothing, where it is too late."""
        if self._not_after is not None and self._clock.now() >= self._not_after:
            self.held_up = True
            raise DeadlinePassed
        await super().write_with_length(writer, content_length)


def _authorization(auth: tuple[str, str] | None) -> dict[str, str]:
    if auth is None:
        return {}
    return {"Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()}


def _is_list(method: str, url: str) -> bool:
    return method.upper() == "GET" and urlsplit(url).path.endswith("/Messages.json")


def _lists_texts(text: str) -> bool:
    """Whether a page is the carrier's: the client takes any list for one, and an empty one too."""
    try:
        page = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(page, dict) and isinstance(page.get("messages"), list)


def _pause_s(header: str, now: datetime) -> float:
    """Return how long a Retry-After header asks us to wait: seconds, or until an HTTP date.

    Without one, or with one that says nothing, a short while: not at once.
    """
    if _SECONDS.fullmatch(header.strip()):
        return min(float(header), LONGEST_PAUSE_S)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return PAUSE_S
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(0.0, (until - now).total_seconds()), LONGEST_PAUSE_S)
