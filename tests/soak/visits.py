"""Asks an address again and again and keeps when it was silent."""

import threading
import time
from contextlib import suppress

import requests

PAUSE_S = 0.1
PATIENCE_S = 2.0


class Visits(threading.Thread):
    """One visitor after the other, until told to stop; times are monotonic seconds."""

    def __init__(self, url, when_back=lambda: None):
        super().__init__(name=f"visits {url}", daemon=True)
        self.stopping = threading.Event()
        self.answered_at = time.monotonic()
        """When the last request that was answered had begun."""
        self.silences = []
        """From when until when nobody was answered."""
        self.statuses = {}
        self._url = url
        self._when_back = when_back

    def run(self):
        answered = time.monotonic()
        was_away = False
        while not self.stopping.wait(PAUSE_S):
            began = time.monotonic()
            status = self._ask()
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status is None:
                was_away = True
                continue
            self.silences.append((answered, time.monotonic()))
            answered, self.answered_at = time.monotonic(), began
            if was_away:
                with suppress(requests.RequestException):
                    self._when_back()
                    was_away = False

    def _ask(self):
        with suppress(requests.RequestException):
            return requests.get(self._url, timeout=PATIENCE_S).status_code
        return None


def longest(silences, *apart):
    """Return the longest silence that falls into none of some intervals."""
    return max(
        (end - start for start, end in silences if not _touches(start, end, apart)), default=0.0
    )


def _touches(start, end, apart):
    return any(start < until and since < end for some in apart for since, until in some)
