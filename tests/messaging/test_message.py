"""A message under steps of ours and reports of the carrier's, in any order there may be."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from booking.messaging.message import (
    FINAL,
    TRANSITIONS,
    UNSENT,
    MessageState,
    after_report,
    may_become,
    reported_state,
)
from tests.build.carrier_words import CARRIERS_WORDS

S = MessageState
RANK = {S.ACCEPTED: 1, S.QUEUED: 2, S.SENT: 3, S.DELIVERED: 4, S.UNDELIVERED: 4, S.FAILED: 4}
"""What the carrier knows of a text; before it has any there is nothing to fall behind."""


class MessageMachine(RuleBasedStateMachine):
    """One message; a sender, a sweep, a patient and a carrier take turns as they like."""

    @initialize()
    def is_written(self):
        self.state = S.PENDING
        self.ended_as = None
        self.highest = 0
        self.reports = []

    @precondition(lambda self: self.state is S.PENDING)
    @rule()
    def a_sender_claims_it(self):
        self.become(S.CLAIMED)

    @precondition(lambda self: self.state is S.CLAIMED)
    @rule()
    def the_point_of_no_return_is_passed(self):
        self.become(S.SENDING)

    @precondition(lambda self: self.state in UNSENT)
    @rule(end=st.sampled_from([S.CANCELLED, S.EXPIRED, S.SUPPRESSED]))
    def it_is_not_right_to_send_any_more(self, end):
        self.become(end)

    @precondition(lambda self: self.state in {S.SENDING, S.UNKNOWN})
    @rule(outcome=st.sampled_from([S.ACCEPTED, S.FAILED, S.PENDING]))
    def the_call_is_answered_or_the_list_is_read(self, outcome):
        self.become(outcome)

    @precondition(lambda self: self.state is S.SENDING)
    @rule()
    def the_connection_breaks(self):
        self.become(S.UNKNOWN)

    @precondition(lambda self: self.state in {S.CLAIMED, S.SENDING})
    @rule()
    def the_lease_lapses(self):
        self.become(S.PENDING if self.state is S.CLAIMED else S.UNKNOWN)

    @rule(word=st.sampled_from(CARRIERS_WORDS))
    def the_carrier_reports(self, word):
        self.reports.append(word)
        self.hear(word)

    @precondition(lambda self: self.reports)
    @rule(data=st.data())
    def the_carrier_repeats_itself(self, data):
        self.hear(data.draw(st.sampled_from(self.reports)))

    def hear(self, word):
        reported = reported_state(word)
        before = self.state
        after = after_report(before, reported)
        assert after_report(after, reported) is after
        assert RANK.get(after, 0) >= min(RANK[reported], 4) or before in FINAL
        if after is not before:
            self.become(after)

    def become(self, after):
        before = self.state
        assert may_become(before, after), f"{before} may not become {after}"
        assert before not in FINAL
        assert RANK.get(after, 0) >= self.highest or after not in RANK
        assert self.ended_as is None
        self.state = after
        self.highest = max(self.highest, RANK.get(after, 0))
        self.ended_as = after if after in FINAL else None

    def teardown(self):
        if getattr(self, "ended_as", None):
            assert all(
                after_report(self.state, reported_state(w)) is self.state for w in CARRIERS_WORDS
            )


TestMessageMachine = MessageMachine.TestCase


def test_every_state_but_an_end_leads_somewhere_and_ends_are_in_reach():
    for state in MessageState:
        reached, todo = set(), [state]
        while todo:
            one = todo.pop()
            if one not in reached:
                reached.add(one)
                todo += TRANSITIONS[one]
        assert reached & FINAL
