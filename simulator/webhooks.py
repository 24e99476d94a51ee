"""Posting signed forms to the clinic's server, with one more try when it fails."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote_plus

import aiohttp
from yarl import URL

from simulator.clock import ticks
from simulator.settings import Settings
from simulator.signing import signature

TIMEOUT_SECONDS = 15.0
LARGEST_ANSWER = 64 * 1024


def form_encoded(params: Mapping[str, str]) -> bytes:
    """Write a form's fields as a request body; the names need no quoting.

    Most values are ids and plain words, and asking first makes this five times faster than
    quoting everything: the simulator posts thousands of forms a second.
    """
    pairs = (
        f"{name}={value if value.isascii() and value.isalnum() else quote_plus(value)}"
        for name, value in params.items()
    )
    return "&".join(pairs).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What one post got: a status or an error, the body's text, and the time in ms."""

    attempt: int
    status: int | None
    error: str | None
    text: str
    milliseconds: float

    @property
    def is_taken(self) -> bool:
        """Whether the server took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def deserves_retry(self) -> bool:
        """Whether Twilio would try again: no answer at all, or a server error."""
        return self.status is None or self.status >= 500

    def as_json(self) -> dict[str, object]:
        """Return it for the ledger."""
        return {
            "attempt": self.attempt,
            "status": self.status,
            "error": self.error,
            "milliseconds": self.milliseconds,
        }


class Webhooks:
    """The connection pool to the clinic's server; must be opened in the running loop."""

    def __init__(self, settings: Settings) -> None:
        self._token = settings.auth_tokens[0]
        self._retry_after = settings.retry_after
        self._turnstile = asyncio.Semaphore(settings.webhook_connections)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30),
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                "User-Agent": "TwilioProxy/1.1",
                "Accept": "*/*",
                "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            },
        )

    async def post(self, url: str, params: Mapping[str, str]) -> list[Answer]:
        """Post a signed form; returns one answer, or two when the first deserved a retry.

        What stands behind the # is for the carrier alone, and neither sent nor signed.
        """
        url = url.partition("#")[0]
        first = await self._post_once(url, params, 1)
        if not first.deserves_retry:
            return [first]
        await asyncio.sleep(self._retry_after)
        return [first, await self._post_once(url, params, 2)]

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    async def _post_once(self, url: str, params: Mapping[str, str], attempt: int) -> Answer:
        headers = {"X-Twilio-Signature": signature(self._token, url, params)}
        body = form_encoded(params)
        async with self._turnstile:
            began = ticks()
            status, error, text = None, None, ""
            try:
                async with self._session.post(
                    # The address is signed as it was given, so it must not be requoted.
                    URL(url, encoded=True),
                    data=body,
                    headers=headers,
                    allow_redirects=False,
                ) as response:
                    status = response.status
                    raw = await response.content.read(LARGEST_ANSWER)
                    text = raw.decode("utf-8", "replace")
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as problem:
                error = f"{type(problem).__name__}: {problem}".rstrip(": ")
            milliseconds = round((ticks() - began) * 1000, 1)
        return Answer(attempt, status, error, text, milliseconds)
