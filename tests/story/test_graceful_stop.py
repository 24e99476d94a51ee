"""What a stop leaves behind while the carrier takes its time: nothing in hand, nothing lost.

Each Lupine is stopped twice in the midst of sending: all of it, as `make run` runs it, while the
carrier does not answer about some texts; then, started again, its worker and its loop. The two
Lupines, on SQLite with files and on PostgreSQL with Redis, live side by side: most is waiting.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bench.rows import phone
from booking.kit.clock import WallClock
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from tests.story.due_texts import DueTexts, accepted_at
from tests.story.running import Running, until

pytestmark = pytest.mark.story

BOTH_WITHIN_S = 90
"""On a machine with much else to do a worker takes long to start."""
STOPPED_WITHIN_S = 30.0
SOON = timedelta(seconds=2)
"""After it, nobody takes on anything more."""
SENDERS = ("worker", "loop")
SLOW_S, HANGS_S = 2.5, 60.0
JUST_NOW = timedelta(seconds=1.5)
DUE, RATE = 50, "40"
UNHEARD, UNTAKEN = phone(0), phone(1)
"""The carrier never answers about these: one text it takes and tells nothing, one it does not."""
LEFT = {MessageState.ACCEPTED, MessageState.QUEUED, MessageState.SENT, MessageState.DELIVERED}


@dataclass
class Stop:
    """One stop, and what was found when everything had ended."""

    told_at: datetime
    took_s: float
    statuses: dict[str, int]
    claimed_late: list[timedelta]
    """How long after the word something was taken on all the same."""
    rows: list[Message]
    taken: dict[str, str] = field(default_factory=dict)
    """The carrier's id of each text that it had taken by then, by phone."""


class Life:
    """One Lupine with its two stops; live it in one thread, with which its processes would end."""

    def __init__(self, lupine):
        self._lupine = lupine

    def live(self):
        try:
            supervisor = self._lupine.start_supervised()
            self.texts = DueTexts(self._lupine)
            self._fall_silent()
            self.of_all = self._stop([supervisor])
            self._lupine.stop()
            self._lupine.start()
            self._see_the_rest_go(self.of_all, without=UNTAKEN)
            self._be_slow()
            self.of_senders = self._stop([self._lupine.child(name) for name in SENDERS])
            for name in SENDERS:
                self._lupine.start_again(name)
            self._see_the_rest_go(self.of_senders)
            self.rows, self.accepted = self.texts.rows(), self.texts.accepted()
        finally:
            self._lupine.kill()
        return self

    def _fall_silent(self):
        trouble = self._lupine.phones.trouble
        trouble(kind="callback_missing", to=UNHEARD)
        trouble(kind="delay", seconds=HANGS_S, when="after", to=UNHEARD)
        trouble(kind="delay", seconds=HANGS_S, when="before", to=UNTAKEN)
        self._be_slow()

    def _be_slow(self):
        self._lupine.phones.trouble(kind="delay", seconds=SLOW_S, when="after")
        until(self._both_are_at_work, "the loop and the worker, both at work", BOTH_WITHIN_S)

    def _both_are_at_work(self):
        """Whether both have texts at the carrier; there is always more due than they may send."""
        states = [row.state for row in self.texts.rows()]
        if states.count(MessageState.PENDING) < DUE:
            self.texts.plan([WallClock().now()] * DUE)
        # What was claimed less than this ago has no answer from the carrier yet.
        at_work = self.texts.senders(WallClock().now() - JUST_NOW)
        loop = set(self._lupine.processes("workers.poller"))
        return at_work & loop and at_work - loop

    def _stop(self, processes):
        told_at, began = WallClock().now(), time.monotonic()
        for process in processes:
            process.terminate()
        until(lambda: all(_has_ended(one) for one in processes), "the end", 2 * STOPPED_WITHIN_S)
        took_s = time.monotonic() - began
        statuses = {process.program.name: process.exit_status for process in processes}
        late = [claim.at - told_at for claim in self.texts.claims(told_at + SOON)]
        return Stop(told_at, took_s, statuses, late, self.texts.rows())

    def _see_the_rest_go(self, stop, without=None):
        ended_at = stop.told_at + timedelta(seconds=stop.took_s)
        stop.taken = {
            to: taken[0]["sid"]
            for to, taken in self.texts.accepted().items()
            if taken and accepted_at(taken[0]) < ended_at
        }
        self._lupine.phones.no_more_trouble()

        def waiting():
            rows = self.texts.waiting(WallClock().now())
            return [row for row in rows if row.recipient != without]

        until(lambda: not waiting(), "the last text")


def _has_ended(process):
    return process.exit_status is not None


@pytest.fixture(scope="module")
def lives(postgres_databases, redis_databases, tmp_path_factory):
    slowly = {"SENDER_RATE": RATE, "SEARCH_SECONDS": "1"}
    servers = {"DATABASE_URL": postgres_databases(), "REDIS_URL": redis_databases()}
    with ThreadPoolExecutor() as pool:
        begun = {
            name: pool.submit(Life(Running(tmp_path_factory.mktemp(name), **settings)).live)
            for name, settings in {"embedded": slowly, "production": slowly | servers}.items()
        }
    return {name: life.result() for name, life in begun.items()}


@pytest.fixture(params=["embedded", "production"])
def life(request, lives):
    return lives[request.param]


@pytest.fixture(params=["of_all", "of_senders"])
def stop(request, life):
    return getattr(life, request.param)


def test_a_stop_takes_less_than_half_a_minute_and_ends_well(stop):
    print(f"stopped in {stop.took_s:.1f} s: {stop.statuses}")
    assert stop.took_s < STOPPED_WITHIN_S
    assert set(stop.statuses.values()) == {0}


def test_nothing_is_taken_on_after_the_word_and_nothing_stays_in_hand(stop):
    assert stop.claimed_late == []
    assert [row.state for row in stop.rows if row.lease_until is not None] == []
    assert {row.state for row in stop.rows} <= LEFT | {MessageState.PENDING, MessageState.UNKNOWN}


def test_what_the_carrier_took_is_recorded_with_its_id_and_the_rest_waits(stop):
    taken = [row for row in stop.rows if row.recipient in stop.taken and row.recipient != UNHEARD]
    rest = [
        row for row in stop.rows if row.recipient not in stop.taken and row.recipient != UNTAKEN
    ]

    assert taken
    assert rest, "more was due than the rate let go"
    assert {row.provider_sid == stop.taken[row.recipient] for row in taken} == {True}
    assert {row.state for row in taken} <= LEFT
    assert {(row.state, row.attempts) for row in rest} == {(MessageState.PENDING, 0)}


def test_a_text_about_which_the_carrier_never_answered_is_of_unknown_fate(life):
    silent = {row.recipient: row for row in life.of_all.rows}

    for recipient in (UNHEARD, UNTAKEN):
        assert silent[recipient].state is MessageState.UNKNOWN
        assert silent[recipient].provider_sid is None


def test_after_two_stops_and_starts_every_text_has_left_once(life):
    assert len(life.rows) >= 2 * DUE
    for row in life.rows:
        (taken,) = life.accepted[row.recipient]
        assert row.provider_sid == taken["sid"]
        assert row.state in LEFT
