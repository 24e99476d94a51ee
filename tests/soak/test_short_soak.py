"""A soak of less than a minute; `make soak` is the long one."""

import pytest

from tests.soak.run import Plan, shorter, soak

MINUTES = 0.75


@pytest.mark.story
def test_all_comes_back_and_no_message_is_lost_while_everything_goes_wrong():
    outcome = soak(shorter(Plan(seed=7), MINUTES))

    assert outcome.problems == []
