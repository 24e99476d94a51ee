"""Redis is killed, stays away for a minute and comes back empty, while reminders come due.

What is asserted is read from the ledger of the carrier simulator, and from the history that each
message keeps: a claim names the process that made it.
"""

import time
from datetime import timedelta

import pytest
import requests

from bench.figures import percentile
from booking.kit.clock import WallClock
from tests.chaos.machines import RedisServer
from tests.story import patient
from tests.story.due_texts import DueTexts
from tests.story.patient import PHONE
from tests.story.running import Running, until

pytestmark = pytest.mark.story

EVERY = timedelta(seconds=0.4)
LEAD = timedelta(seconds=2)
BEFORE, AWAY, AFTER = timedelta(seconds=5), timedelta(seconds=70), timedelta(seconds=5)
SETTLED = timedelta(seconds=12)
"""Longer than a worker goes on with a tick that it had before Redis went."""
BACK_WITHIN = timedelta(seconds=40)
"""Celery asks for its broker after 2, 4, 6, ... seconds, at most half a minute apart."""
SLOW_S = 1.5
IN_TIME_S = 5.0
PROMPT_S = 2.0


class Outage:
    """A minute without Redis between two stretches with it, and what was seen meanwhile."""

    def __init__(self, lupine, redis):
        self._lupine, self._redis, self._clock = lupine, redis, WallClock()
        self.texts = DueTexts(lupine)
        self.worker = set(lupine.children_of("worker"))
        self.loop = lupine.child("loop").pid

    def live_through(self):
        self.began_at = self._clock.now() + LEAD
        lasting = BEFORE + AWAY + BACK_WITHIN + AFTER
        self.texts.plan([self.began_at + number * EVERY for number in range(lasting // EVERY)])
        self._wait_for(self.began_at + BEFORE)
        self._take_redis_from_a_worker_at_work()
        self.went_at = self._clock.now()
        self._look_at_the_site()
        self._wait_for(self.went_at + AWAY)
        self.health = {path: self._asked(path) for path in ("/readyz", "/healthz")}
        self._redis.start()
        self.came_at = self._clock.now()
        until(
            lambda: self.worker & self.texts.senders(self.came_at),
            "a reminder sent through Celery",
            BACK_WITHIN.total_seconds(),
        )
        self._wait_for(self._clock.now() + AFTER)
        self.ended_at = self._clock.now()
        until(lambda: not self.texts.waiting(self.ended_at), "the last reminder due by then")

    def stretches(self):
        return {
            "before": (self.began_at, self.went_at),
            "away": (self.went_at, self.came_at),
            "after": (self.came_at, self.ended_at),
        }

    def _take_redis_from_a_worker_at_work(self):
        """Kill Redis while the worker has a tick in hand: it must not go with it."""
        self._lupine.phones.trouble(kind="delay", seconds=SLOW_S, when="after")
        slow_since = self._clock.now()
        until(lambda: self.worker & self.texts.senders(slow_since), "texts that the worker sends")
        self._redis.crash()
        self._lupine.phones.no_more_trouble()

    def _look_at_the_site(self):
        self.visitor = self._lupine.visitor()
        self.heading = patient.book(self.visitor, patient.zone_by_day()).heading
        self.confirmation = self._lupine.phones.text(PHONE, "booked")

    def _asked(self, path):
        answer = requests.get(self._lupine.stack.web_url + path, timeout=20)
        return answer.status_code, answer.text.strip()

    def _wait_for(self, instant):
        time.sleep(max(0.0, (instant - self._clock.now()).total_seconds()))


@pytest.fixture(scope="module")
def outage(postgres_databases, tmp_path_factory):
    redis = RedisServer(tmp_path_factory.mktemp("redis") / "own")
    redis.start()
    redis.wait_until_ready()
    settings = {"DATABASE_URL": postgres_databases(), "REDIS_URL": redis.url}
    lupine = Running(tmp_path_factory.mktemp("lupine"), **settings)
    try:
        lupine.start()
        lived = Outage(lupine, redis)
        lived.live_through()
        yield lived
    finally:
        lupine.kill()
        redis.crash()


def test_every_reminder_is_accepted_once_whenever_it_came_due(outage):
    ledger = outage.texts.accepted()

    due = [row for row in outage.texts.rows() if row.due_at < outage.ended_at]
    assert len(due) > (BEFORE + AWAY + AFTER) // EVERY - 1
    assert {len(ledger[row.recipient]) for row in due} == {1}
    for row in due:
        assert row.provider_sid == ledger[row.recipient][0]["sid"]


@pytest.mark.parametrize("stretch", ["before", "away", "after"])
def test_reminders_are_in_time_before_while_and_after_redis_is_away(outage, stretch):
    late = outage.texts.lateness(*outage.stretches()[stretch])

    print(f"{stretch}: {len(late)}, p50 {percentile(late, 50):.2f}, p95 {percentile(late, 95):.2f}")
    assert len(late) >= min(BEFORE, AWAY, AFTER) // EVERY - 1
    assert percentile(late, 95) <= IN_TIME_S


def test_the_loop_alone_sends_while_redis_is_away_and_celery_again_once_it_is_back(outage):
    assert outage.worker & outage.texts.senders(outage.began_at, outage.went_at)

    assert outage.texts.senders(outage.went_at + SETTLED, outage.came_at) == {outage.loop}

    assert outage.worker & outage.texts.senders(outage.came_at, outage.ended_at)


def test_a_booking_made_without_redis_is_prompt_and_confirmed(outage):
    assert outage.heading == "You are booked"
    assert "booked" in outage.confirmation
    print(f"slowest page {outage.visitor.slowest_s:.2f}")
    assert outage.visitor.slowest_s < PROMPT_S


def test_the_site_serves_and_says_that_redis_is_away_and_nothing_else(outage):
    assert outage.health == {"/readyz": (200, "ok"), "/healthz": (503, "redis_away")}
