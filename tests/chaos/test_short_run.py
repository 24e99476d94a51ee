"""A short storm in each mode; `make chaos` is the long one."""

import pytest

from tests.chaos.run import Plan, run

KILLS, SECONDS = 30, 20.0


@pytest.mark.story
# A server is started again while other threads run; nothing of Python runs before its exec.
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
@pytest.mark.parametrize(
    "mode",
    [
        "embedded",
        pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.redis]),
    ],
)
def test_no_message_is_lost_doubled_or_wrong_while_everything_is_killed(mode):
    plan = Plan(mode=mode, seed=7, kills=KILLS, seconds=SECONDS, stalls_anywhere=False)

    outcome = run(plan)

    assert outcome.killed >= KILLS / 3, outcome.kills
    assert [one.line() for one in outcome.findings if not one.holds] == []
    assert [one.number for one in outcome.findings if not one.checked] == []
