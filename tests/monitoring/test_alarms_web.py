"""The clinic is told when strangers have used much, or all, of what they may cause."""

from dataclasses import replace

import pytest

from booking.clinic.policy import AbusePolicy, Allowance
from booking.monitoring.alarms import AlarmCode, alarms
from booking.scheduling.hold_limits import Visitor
from booking.web.staff.alarm_words import detail, sentence
from tests.build.cast import ALICE, DANA


def raised(clinic):
    with clinic.read_only() as uow:
        return alarms(uow)


def books(clinic, number, *, after=0):
    """Let so many patients book, each for herself."""
    for one in range(after, after + number):
        patient = replace(
            ALICE, name=f"P {one}", phone=f"+1212555013{one}", email=f"p{one}@example.org"
        )
        clinic.booked(patient, at=f"2026-03-{9 + one:02}T17:00Z")
    clinic.send_due()


@pytest.fixture
def five_texts(clinic):
    clinic.changes_policies(abuse=AbusePolicy(texts_in_all=Allowance(5, 99)))
    return clinic


def test_four_of_five_are_near(five_texts):
    books(five_texts, 3)
    assert raised(five_texts) == []

    books(five_texts, 1, after=3)

    [alarm] = raised(five_texts)
    assert (alarm.code, detail(alarm)) == (AlarmCode.WEB_NEAR, "texts in an hour (4 of 5)")


def test_all_of_it_is_spent_and_the_alarm_ends_with_the_hour(five_texts):
    books(five_texts, 6)

    [alarm] = raised(five_texts)
    assert (alarm.code, detail(alarm)) == (AlarmCode.WEB_SPENT, "texts in an hour")
    assert "texts in an hour" in sentence(alarm)

    five_texts.clock.pass_(minutes=61)
    five_texts.send_due()
    assert [one.code for one in raised(five_texts)] == []


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        ({"texts_in_all": Allowance(99, 4)}, "texts in a day"),
        ({"mails_in_all": Allowance(4, 99)}, "mails in an hour"),
        ({"mails_in_all": Allowance(99, 4)}, "mails in a day"),
    ],
)
def test_the_alarm_says_which_is_spent(clinic, limits, name):
    clinic.changes_policies(abuse=AbusePolicy(**limits))

    books(clinic, 4)

    [alarm] = raised(clinic)
    assert (alarm.code, detail(alarm)) == (AlarmCode.WEB_SPENT, name)


def test_times_that_are_kept_raise_it_too(clinic):
    clinic.send_due()
    clinic.changes_policies(abuse=AbusePolicy(holds_in_all=2))
    for number in range(2):
        clinic.held(DANA, f"2026-03-1{number}T17:00Z", by=Visitor(f"address {number}", "browser"))

    [alarm] = raised(clinic)

    assert (alarm.code, detail(alarm)) == (AlarmCode.WEB_SPENT, "times kept at once")
