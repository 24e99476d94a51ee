"""So many in an hour and on a day, and when there is room for the next."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.clinic.policy import Allowance
from booking.kit.errors import InvalidInput

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
TWO_AND_THREE = Allowance(per_hour=2, per_day=3)


def ago(**length):
    return NOON - timedelta(**length)


@pytest.mark.parametrize(
    ("times", "room"),
    [
        ([], None),
        ([ago(minutes=1)], None),
        ([ago(minutes=1), ago(minutes=20)], ago(minutes=20) + timedelta(hours=1)),
        ([ago(minutes=1), ago(minutes=61)], None),
        ([ago(minutes=1), ago(hours=3), ago(hours=20)], ago(hours=20) + timedelta(days=1)),
        ([ago(hours=25), ago(hours=26), ago(hours=27)], None),
        # as many as there are: the newest of those that have to make room
        ([ago(minutes=m) for m in (1, 2, 3, 4)], ago(minutes=3) + timedelta(days=1)),
    ],
)
def test_there_is_room_again_when_the_oldest_that_counts_is_old_enough(times, room):
    assert TWO_AND_THREE.room_at(times, NOON) == room


def test_an_allowance_allows_something():
    with pytest.raises(InvalidInput):
        Allowance(0, 5)
