"""Asking the carrier for the fate of texts, in turns that keep nobody from sending or stopping."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.messaging.kinds import Kind
from booking.messaging.message import MessageState
from booking.messaging.ports import CarrierOutOfReach, SendOutcome
from tests.workers.test_sending import states, write
from workers.reconciler import AT_ONCE, reconcile

ANSWERS_AFTER_S = 3
MANY = 2 * AT_ONCE + 3


class SlowCarrier:
    """Lists nothing, and takes its time."""

    def __init__(self, clock):
        self.asked = []
        self._clock = clock

    def sent_to(self, phone):
        self.asked.append(phone)
        self._clock.pass_(seconds=ANSWERS_AFTER_S)
        return []


@pytest.fixture
def carrier(clinic):
    """A slow carrier, while the fate of many texts is unknown and may be asked for."""
    write(clinic, Kind.NEUTRAL_ANSWER, MANY)
    clinic.sms.answers_with(SendOutcome.UNKNOWN, times=MANY)
    clinic.send_due()
    assert states(clinic) == {MessageState.UNKNOWN}
    clinic.clock.pass_(seconds=clinic.runtime.policies.delivery.first_search.total_seconds())
    return SlowCarrier(clinic.clock)


def ask(clinic, carrier, **bounds):
    return reconcile(replace(clinic.runtime, sms=carrier), **bounds)


def test_a_turn_asks_for_every_text_that_is_due_however_many(clinic, carrier):
    assert ask(clinic, carrier, longest=timedelta(hours=1)) == MANY

    assert len(set(carrier.asked)) == len(carrier.asked) == MANY


def test_a_slow_carrier_ends_a_turn_and_the_next_goes_on(clinic, carrier):
    assert ask(clinic, carrier, longest=timedelta(seconds=5)) == 2
    assert ask(clinic, carrier, longest=timedelta(seconds=5)) == 2

    assert len(set(carrier.asked)) == 4


def test_a_turn_ends_when_its_process_is_told_to_stop(clinic, carrier):
    asked = ask(clinic, carrier, should_stop=lambda: len(carrier.asked) == 3)

    assert asked == len(carrier.asked) == 3


def test_a_carrier_out_of_reach_ends_a_turn(clinic, carrier):
    def away(_phone):
        carrier.asked.append(_phone)
        raise CarrierOutOfReach("away")

    carrier.sent_to = away

    assert ask(clinic, carrier) == 0

    assert len(carrier.asked) == 1
