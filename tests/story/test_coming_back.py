"""Each process of a real Lupine is killed in turn: it is back at once, and nobody notices."""

import os
import signal
import threading
import time

import pytest

from launch.health import site_answers
from tests.story import patient
from tests.story.patient import NORA, PAUL, PAULS_PHONE, PHONE
from tests.story.running import until

pytestmark = pytest.mark.story

BACK_WITHIN_S = 5.0
SITE_SILENT_S = 1.0
NAMES = ("phone", "worker", "loop", "beat", "web")


class Visits(threading.Thread):
    """Asks the site again and again, and keeps the longest time without an answer."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.longest_s = 0.0
        self._url = url

    def run(self):
        answered_at = time.monotonic()
        while not self.ended.wait(0.05):
            if site_answers(self._url):
                self.longest_s = max(self.longest_s, time.monotonic() - answered_at)
                answered_at = time.monotonic()

    def end(self):
        self.ended.set()
        self.join()
        return self.longest_s


def _tend_until(stack, found, what):
    began = time.monotonic()
    while not found():
        assert time.monotonic() < began + 30, f"{what} did not come"
        stack.tend()
        time.sleep(0.05)
    return time.monotonic() - began


def _kill(lupine, name):
    """Kill a process with all it started; returns how long it took to be back, and well."""
    child = lupine.child(name)
    os.killpg(child.pid, signal.SIGKILL)

    def is_back():
        now = lupine.child(name)
        url = now.program.health_url
        return now is not child and now.exit_status is None and (not url or site_answers(url))

    return _tend_until(lupine.stack, is_back, name)


def test_each_process_that_is_killed_is_back_in_five_seconds_and_messages_still_go(embedded):
    took, silent, others = {}, {}, {}
    for name in NAMES:
        before = {one: embedded.child(one).pid for one in NAMES if one != name}
        visits = Visits(f"{embedded.stack.web_url}/livez")
        visits.start()
        took[name] = _kill(embedded, name)
        silent[name] = visits.end()
        others[name] = before == {one: embedded.child(one).pid for one in NAMES if one != name}

    print({name: f"{seconds:.1f} s" for name, seconds in took.items()}, silent)
    # What a process needs for its start, others may be using.
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert all(seconds < BACK_WITHIN_S * busy for seconds in took.values()), (took, busy)
    assert all(others.values()), others
    del silent["web"]
    assert all(seconds < SITE_SILENT_S * busy for seconds in silent.values()), silent
    patient.book(embedded.visitor(), patient.zone_by_day())
    embedded.phones.text(PHONE, "booked")
    assert embedded.phones.mail(NORA["email"], "Your session on")
    assert len(embedded.phones.sent(PHONE)) == 1
    # The worker alone sends too: its broker lived through all that.
    os.killpg(embedded.child("loop").pid, signal.SIGKILL)
    patient.book(embedded.visitor(), patient.zone_by_day(), PAUL)
    until(lambda: embedded.phones.sent(PAULS_PHONE), "a text by the worker alone")
