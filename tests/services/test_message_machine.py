"""The real services on a real database, in any order: do they keep to the table of steps?"""

import itertools
import shutil

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from booking.db import open_engine
from booking.domain.message import FINAL, Channel, Kind, MessageState, may_become
from booking.models import MessageEvent
from booking.ports import CarrierRecord, Outcome, SendResult
from booking.services import delivery, outcomes, reconciliation
from tests.build.cast import ALICE, CORA
from tests.build.clinic import Clinic
from tests.build.databases import copy_sqlite
from tests.build.settings import SENDER

S = MessageState
RANK = {S.ACCEPTED: 1, S.QUEUED: 2, S.SENT: 3, S.DELIVERED: 4, S.UNDELIVERED: 4, S.FAILED: 4}
WORDS = ("accepted", "queued", "sent", "delivered", "undelivered", "failed")
CODES = (None, 30003, 30005, 30007, 21610)
SID = "SM" + "5" * 32
EXAMPLES, STEPS = 15, 14
_numbers = itertools.count()


class ServicesMachine(RuleBasedStateMachine):
    """The text that confirms one booking, from PENDING to wherever it goes."""

    def __init__(self, template, folder):
        super().__init__()
        self.folder = folder / str(next(_numbers))
        self.folder.mkdir()
        self.engine = open_engine(copy_sqlite(template, self.folder))
        self.clinic = Clinic(self.engine, self.engine.url.render_as_string(hide_password=False))
        self.booked = self.clinic.booked(ALICE)
        self.id = self.text().id

    def text(self):
        found = self.clinic.messages(kind=Kind.CONFIRMATION, channel=Channel.SMS)
        return next(one for one in found if not one.dedupe_key.endswith("again"))

    @rule()
    def claim(self):
        claimant = delivery.Claimant("sender", self.clinic.runtime.policies.delivery.lease)
        with self.stepping() as session:
            delivery.claim_texts(session, claimant, sender=SENDER, rate=100.0, now=self.clinic.now)

    @rule()
    def start(self):
        with self.stepping() as session:
            delivery.start(
                session,
                [self.id],
                "sender",
                **self.clinic.rules,
                texts=self.clinic.runtime.texts,
                links=self.clinic.runtime.links,
            )

    @rule(outcome=st.sampled_from(Outcome), code=st.sampled_from(CODES))
    def record(self, outcome, code):
        sid = SID if outcome is Outcome.ACCEPTED else None
        result = SendResult(self.id, outcome, provider_sid=sid, error_code=code, reason="so")
        if self.text().send_started_at is not None:
            with self.stepping() as session:
                outcomes.record(
                    session, [result], clinic=self.clinic.runtime.clinic, now=self.clinic.now
                )

    @rule(word=st.sampled_from(WORDS), code=st.sampled_from(CODES))
    def report(self, word, code):
        before = self.text()
        self.clinic.report(before, word, code, sid=SID)
        self.check(before.state)

    @rule(is_listed=st.booleans(), word=st.sampled_from(WORDS))
    def settle(self, is_listed, word):
        record = CarrierRecord(SID, ALICE.phone, "", word, None, self.clinic.now)
        text = self.text()
        suspect = reconciliation.Suspect(self.id, text.recipient, text.provider_sid)
        with self.stepping() as session:
            reconciliation.settle(
                session,
                suspect,
                [record] if is_listed else [],
                policy=self.clinic.runtime.policies.delivery,
                clinic=self.clinic.runtime.clinic,
                now=self.clinic.now,
            )

    @rule(minutes=st.sampled_from([0, 1, 5, 60, 150]))
    def time_passes_and_leases_are_taken_back(self, minutes):
        self.clinic.clock.pass_(minutes=minutes)
        with self.stepping() as session:
            outcomes.recover(session, now=self.clinic.now)

    @rule()
    def cancel(self):
        before = self.text()
        self.clinic.cancel(self.booked, by=CORA)
        self.check(before.state)

    def stepping(self):
        return _Stepping(self)

    def check(self, before):
        after = self.text().state
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
        self.engine.dispose()
        shutil.rmtree(self.folder)
        if first_end is not None:
            assert set(ended[first_end:]) == {ended[first_end]}


class _Stepping:
    """One transaction, after which the step it made is looked at."""

    def __init__(self, machine):
        self._machine = machine
        self._before = machine.text().state
        self._transaction = machine.clinic.transaction()

    def __enter__(self):
        return self._transaction.__enter__()

    def __exit__(self, *error):
        self._transaction.__exit__(*error)
        if error[0] is None:
            self._machine.check(self._before)


def test_services_take_only_steps_of_the_table_in_whatever_order_they_run(
    sqlite_template, tmp_path
):
    run_state_machine_as_test(
        lambda: ServicesMachine(sqlite_template, tmp_path),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
