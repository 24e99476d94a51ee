from datetime import timedelta
from functools import partial

from booking.kit.errors import SlotTaken
from booking.scheduling.models import Appointment
from tests.build.cast import CORA
from tests.concurrency.race import overlaps, race, tell_slowest
from tests.concurrency.test_holds import NOON, days, somebody

WANTED = NOON + timedelta(days=30)


def test_of_many_who_move_to_one_slot_at_once_exactly_one_gets_it(clinic, trials):
    booked = [clinic.booked(somebody(n), at=noon) for n, noon in enumerate(days(12))]
    races = []
    for trial in range(trials):
        wanted = WANTED + timedelta(days=trial)
        result = race(*[partial(clinic.move, one, wanted, by=CORA) for one in booked])

        assert len(result.won) == 1
        assert {type(one) for one in result.refused} == {SlotTaken}
        races.append(result)
    assert overlaps(clinic) == 0
    tell_slowest("moves to one slot", races)


def test_moves_and_holds_of_one_slot_never_both_get_it(clinic, trials):
    booked = [clinic.booked(somebody(n), at=noon) for n, noon in enumerate(days(10))]
    races = []
    for trial in range(trials):
        wanted = WANTED + timedelta(days=trial)
        result = race(
            *[partial(clinic.move, one, wanted, by=CORA) for one in booked],
            *[partial(clinic.held, at=wanted)] * 10,
        )

        assert len(result.won) == 1
        assert {type(one) for one in result.refused} == {SlotTaken}
        races.append(result)
    assert overlaps(clinic) == 0
    tell_slowest("moves against holds", races)


def test_two_who_swap_their_slots_at_once_are_refused_and_keep_their_own(clinic):
    for trial in range(5):
        first = clinic.booked(somebody(1), at=NOON + timedelta(days=2 * trial))
        second = clinic.booked(somebody(2), at=NOON + timedelta(days=2 * trial + 1))

        result = race(
            partial(clinic.move, first, second.starts_at, by=CORA),
            partial(clinic.move, second, first.starts_at, by=CORA),
        )

        assert [type(one) for one in result.refused] == [SlotTaken, SlotTaken]
        assert clinic.get(Appointment, first.id).starts_at == first.starts_at
        assert clinic.get(Appointment, second.id).starts_at == second.starts_at


def test_one_appointment_moved_twice_at_once_ends_at_one_time_with_that_times_reminders(clinic):
    for trial in range(5):
        booked = clinic.booked(somebody(trial), at=NOON + timedelta(days=trial))
        targets = [WANTED + timedelta(days=2 * trial), WANTED + timedelta(days=2 * trial + 1)]

        race(*[partial(clinic.move, booked, target, by=CORA) for target in targets])

        now = clinic.get(Appointment, booked.id)
        assert now.starts_at in targets
        assert now.version == 3
        leads = [timedelta(hours=72), timedelta(hours=24)]
        assert clinic.reminders(booked) == [
            f"{now.starts_at - lead:%Y-%m-%dT%H:%MZ}" for lead in leads
        ]
