"""How wrong passwords slow down whoever tries them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.accounts.sign_in_throttle import waits_until
from booking.clinic.policy import SignInPolicy
from tests.build.times import utc

NOW = utc("2026-03-02T15:00Z")
POLICY = SignInPolicy()


@pytest.mark.parametrize(
    ("wrong", "seconds"), [(5, 5), (6, 10), (7, 20), (8, 40), (11, 300), (500, 300)]
)
def test_each_wrong_try_beyond_the_free_ones_doubles_the_wait(wrong, seconds):
    assert waits_until([NOW] * wrong, 5, POLICY) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("wrong", [0, 1, 4])
def test_a_slip_of_the_finger_waits_for_nothing(wrong):
    assert waits_until([NOW] * wrong, 5, POLICY) is None


@given(st.lists(st.datetimes(min_value=NOW.replace(tzinfo=None)), min_size=5, max_size=60))
def test_a_wait_begins_with_the_last_wrong_try_and_is_never_longer_than_the_longest(times):
    until = waits_until(times, 5, POLICY)

    assert max(times) < until <= max(times) + POLICY.longest_wait
