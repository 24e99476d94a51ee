"""Clients over HTTP, each from an address of its own on this machine, on a kept connection."""

import http.client
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from launch.ports import LOOPBACK

TIMEOUT_S = 60.0
_numbers = itertools.count(2)
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str


class Visitor:
    """One client: it keeps a cookie and the form token of the page it saw last.

    Its address is its own so that no limit meant for one address counts many as one.
    """

    def __init__(self, address: str, *, patience_s: float = TIMEOUT_S) -> None:
        number = next(_numbers)
        own = f"127.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        port = urlsplit(address).port
        self._connection = http.client.HTTPConnection(
            LOOPBACK, port, timeout=patience_s, source_address=(own, 0)
        )
        self._cookie = ""
        self._token = ""

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path, None, {})

    def send_form(self, path: str, fields: Mapping[str, object]) -> Answer:
        """Send a form with the token of the page seen last; redirects are not followed."""
        return self.post(path, {"csrf_token": self._token, **fields}, {})

    def post(self, path: str, fields: Mapping[str, object], headers: Mapping[str, str]) -> Answer:
        """Post fields as a form."""
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._ask("POST", path, urlencode(fields, doseq=True), form)

    def close(self) -> None:
        """Hang up; the next request calls again."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        cookie = {"Cookie": self._cookie} if self._cookie else {}
        self._connection.request(method, path, body, {**headers, **cookie})
        response = self._connection.getresponse()
        text = response.read().decode()
        given = response.headers.get("Set-Cookie")
        if given:
            self._cookie = given.split(";", 1)[0]
        token = _TOKEN.search(text)
        if token:
            self._token = token.group(1)
        return Answer(response.status, response.headers.get("Location", ""), text)
