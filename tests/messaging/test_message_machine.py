"""The real services on a real database, in any order: do they keep to the table of steps?"""

import itertools
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from booking.kit.db import open_engine
from booking.messaging import delivery, reconciliation
from booking.messaging import send_results as outcomes
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import FINAL, MessageState, may_become
from booking.messaging.models import MessageEvent
from booking.messaging.ports import CarrierRecord, SendOutcome, SendResult
from tests.build.cast import ALICE, CORA
from tests.build.clinic import Clinic
from tests.build.databases import copy_sqlite, empty_tables

S = MessageState
RANK = {S.ACCEPTED: 1, S.QUEUED: 2, S.SENT: 3, S.DELIVERED: 4, S.UNDELIVERED: 4, S.FAILED: 4}
WORDS = ("accepted", "queued", "sent", "delivered", "undelivered", "failed")
CODES = (None, 30003, 30005, 30007, 21610)
EXAMPLES, STEPS = 25, 16


@dataclass(frozen=True)
class Attempt:
    """One time the text was handed over: when, with which words, and the id it would get."""

    started_at: datetime
    body: str
    sid: str


class ServicesMachine(RuleBasedStateMachine):
    """The text that confirms one booking, from PENDING to wherever it goes."""

    def __init__(self, engine):
        super().__init__()
        self.clinic = Clinic(engine, engine.url.render_as_string(hide_password=False))
        self.booked = self.clinic.booked(ALICE)
        self.id = self.text().id
        self.attempts = []
        self.sid = None

    def text(self):
        found = self.clinic.messages(kind=Kind.CONFIRMATION, channel=Channel.SMS)
        return next(one for one in found if not one.dedupe_key.endswith("again"))

    @initialize(begun=st.sampled_from([True, True, False]))
    def may_have_begun(self, begun):
        """Most texts are on their way when the rest happens, or few would ever get so far."""
        if begun:
            self.claim()
            self.start()

    @rule()
    def claim(self):
        claimant = delivery.Worker("sender", self.clinic.runtime.policies.delivery.lease)
        with self.stepping() as uow:
            delivery.claim_texts(uow, claimant, rate=100.0)

    @rule()
    def start(self):
        runtime = self.clinic.runtime
        with self.stepping() as uow:
            outgoing = delivery.begin_sending(
                uow, [self.id], "sender", subjects=runtime.subjects, texts=runtime.texts
            )
        for text in outgoing.texts:
            sid = f"SM{len(self.attempts):032x}"
            self.attempts.append(Attempt(outgoing.started_at, text.body, sid))

    @precondition(lambda self: self.attempts)
    @rule(
        which=st.integers(0, 9), outcome=st.sampled_from(SendOutcome), code=st.sampled_from(CODES)
    )
    def record(self, which, outcome, code):
        attempt = self.one_of_the_attempts(which)
        sid = attempt.sid if outcome is SendOutcome.ACCEPTED else None
        result = SendResult(self.id, outcome, provider_sid=sid, error_code=code, reason="so")
        subjects = self.clinic.runtime.subjects
        with self.stepping() as uow:
            outcomes.apply_results(uow, [result], subjects, started_at=attempt.started_at)

    @precondition(lambda self: self.attempts)
    @rule(which=st.integers(0, 9), word=st.sampled_from(WORDS), code=st.sampled_from(CODES))
    def report(self, which, word, code):
        before = self.text()
        self.clinic.report(before, word, code, sid=self.one_of_the_attempts(which).sid)
        self.check(before.state)

    @precondition(lambda self: self.attempts)
    @rule(which=st.integers(0, 9), is_listed=st.booleans(), word=st.sampled_from(WORDS))
    def settle(self, which, is_listed, word):
        attempt = self.one_of_the_attempts(which)
        record = CarrierRecord(
            attempt.sid, ALICE.phone, attempt.body, word, None, attempt.started_at
        )
        before = self.text()
        suspect = reconciliation.UnconfirmedMessage(self.id, before.recipient, before.provider_sid)
        records = [record] if is_listed else []
        with self.stepping() as uow:
            reconciliation.apply_lookup(uow, suspect, records, self.clinic.runtime.subjects)
        is_latest = attempt is self.attempts[-1]
        if is_listed and is_latest and before.state is S.UNKNOWN and before.provider_sid is None:
            assert self.text().provider_sid == attempt.sid, "the list told, and was not heard"

    @rule(minutes=st.sampled_from([0, 1, 5, 60, 150]))
    def time_passes_and_leases_are_taken_back(self, minutes):
        self.clinic.clock.pass_(minutes=minutes)
        with self.stepping() as uow:
            outcomes.release_expired_leases(uow)

    @rule()
    def cancel(self):
        before = self.text()
        self.clinic.cancel(self.booked, by=CORA)
        self.check(before.state)

    def one_of_the_attempts(self, number):
        return self.attempts[number % len(self.attempts)]

    @contextmanager
    def stepping(self):
        """One transaction, after which the step it made is looked at."""
        before = self.text().state
        with self.clinic.unit_of_work() as uow:
            yield uow
        self.check(before)

    def check(self, before):
        text = self.text()
        assert self.sid in {None, text.provider_sid}, "a carrier's id was lost"
        self.sid = text.provider_sid
        after = text.state
        if after is before:
            return
        assert before not in FINAL, f"{before} became {after}"
        # A start that puts a text aside, or a report on the way, may be two steps at once.
        assert may_become(before, after), f"{before} became {after}"
        assert RANK.get(after, 0) >= RANK.get(before, 0), f"{before} fell back to {after}"

    def teardown(self):
        events = self.clinic.all(MessageEvent, MessageEvent.message_id == self.id)
        ended = [event.state for event in sorted(events, key=lambda one: one.id)]
        first_end = next((at for at, state in enumerate(ended) if state in FINAL), None)
        if first_end is not None:
            assert set(ended[first_end:]) == {ended[first_end]}


@pytest.fixture
def fresh_engine(request, database_kind, tmp_path):
    """A function that returns a database with all tables and nothing in them."""
    if database_kind == "postgresql":
        shared = request.getfixturevalue("postgres_engine")

        def emptied():
            empty_tables(shared)
            return shared

        yield emptied
        return
    template = request.getfixturevalue("sqlite_template")
    opened, numbers = [], itertools.count()

    def copied():
        while opened:
            opened.pop().dispose()
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        shutil.rmtree(tmp_path / str(int(folder.name) - 1), ignore_errors=True)
        opened.append(open_engine(copy_sqlite(template, folder)))
        return opened[-1]

    yield copied
    for engine in opened:
        engine.dispose()


def test_services_take_only_steps_of_the_table_in_whatever_order_they_run(fresh_engine):
    run_state_machine_as_test(
        lambda: ServicesMachine(fresh_engine()),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
