"""The last look at a message: every verdict with its reason."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.checkins import message_subjects as check_ins
from booking.clinic.policy import TEXTING_HOURS, CapsPolicy
from booking.messaging.kinds import KINDS, Channel, Kind
from booking.messaging.reason import Reason
from booking.messaging.rules.send_rules import SendAction, SendContext, decide, is_over
from booking.scheduling.rules.staleness import AppointmentFacts, staleness
from booking.scheduling.states import OPEN_STATES, State

NEW_YORK = ZoneInfo("America/New_York")
CAPS = CapsPolicy(per_day=1, per_week=3)
NOON = datetime(2026, 3, 4, 17, tzinfo=UTC)
"""Wednesday at noon in New York."""
NIGHT = NOON + timedelta(hours=10)
MORNING = NOON + timedelta(hours=21)
"""Thursday, nine in the morning."""


@dataclass(frozen=True)
class Due:
    """A message that is due, and what it is about."""

    kind: Kind
    channel: Channel
    expires_at: datetime
    version: int | None
    appointment: AppointmentFacts | None
    answered: bool = False
    opted_out: bool = False
    keeps_quiet_hours: bool = False
    texts_today: int = 0
    texts_this_week: int = 0

    def situation(self, now):
        stale = check_ins.staleness(self.kind, is_answered=self.answered)
        if self.appointment is not None:
            stale = staleness(self.kind, self.version, self.appointment, now) or stale
        return SendContext(
            kind=self.kind,
            channel=self.channel,
            expires_at=self.expires_at,
            zone=NEW_YORK,
            stale=stale,
            opted_out=self.opted_out,
            keeps_quiet_hours=self.keeps_quiet_hours,
            texts_today=self.texts_today,
            texts_this_week=self.texts_this_week,
        )


SESSION = AppointmentFacts(
    state=State.BOOKED, version=2, starts_at=NOON + timedelta(days=2), therapist_vetted=True
)
REMINDER = Due(
    kind=Kind.REMINDER,
    channel=Channel.SMS,
    expires_at=NOON + timedelta(days=1),
    version=2,
    appointment=SESSION,
)
CHECK_IN = replace(REMINDER, kind=Kind.CHECK_IN, appointment=replace(SESSION, state=State.DONE))
CANCELLED = replace(
    REMINDER, kind=Kind.CANCELLED, appointment=replace(SESSION, state=State.CANCELLED)
)
MOVED = replace(REMINDER, kind=Kind.MOVED)
HELP = replace(REMINDER, kind=Kind.HELP, version=None, appointment=None)

SEND = (SendAction.SEND, None, None)
OVER_AS = {
    State.HELD: Reason.IS_HELD,
    State.ARRIVED: Reason.IS_ARRIVED,
    State.DONE: Reason.IS_DONE,
    State.MISSED: Reason.IS_MISSED,
    State.CANCELLED: Reason.IS_CANCELLED,
    State.NEEDS_REASSIGNMENT: Reason.NEEDS_REASSIGNMENT,
}
TOO_LATE = (SendAction.EXPIRE, Reason.TOO_LATE, None)
STOPPED = (SendAction.SUPPRESS, Reason.OPTED_OUT, None)
ENOUGH = Reason.ENOUGH_TEXTS
TOMORROW = {"expires_at": MORNING + timedelta(seconds=1)}
THIS_NIGHT = {"expires_at": MORNING}
WAITS = (SendAction.POSTPONE, Reason.QUIET_HOURS, MORNING)
GIVEN_UP = (SendAction.SUPPRESS, Reason.QUIET_HOURS, None)


def action(due, now=NOON, caps=CAPS, **changes):
    decision = decide(replace(due, **changes).situation(now), TEXTING_HOURS, now, caps)
    return decision.action, decision.reason, decision.until


@pytest.mark.parametrize("situation", [REMINDER, CHECK_IN, CANCELLED, MOVED, HELP])
@pytest.mark.parametrize("channel", Channel)
def test_what_is_true_in_time_and_by_day_goes(situation, channel):
    assert action(situation, channel=channel) == SEND


@pytest.mark.parametrize("situation", [REMINDER, CHECK_IN, CANCELLED, MOVED, HELP])
@pytest.mark.parametrize("channel", Channel)
def test_nothing_goes_from_the_instant_on_at_which_it_expires(situation, channel):
    last = situation.expires_at - timedelta(microseconds=1)
    assert action(situation, now=last, channel=channel) == SEND
    assert action(situation, now=situation.expires_at, channel=channel) == TOO_LATE


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("version", [1, 3])
def test_only_what_follows_the_appointment_is_void_at_another_version(kind, version):
    expected = (SendAction.CANCEL, Reason.OTHER_TIME, None)

    found = action(REMINDER, kind=kind, version=version)

    assert found == (expected if KINDS[kind].follows_appointment else SEND)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("channel", Channel)
def test_a_session_that_does_not_stand_is_not_reminded_of(state, channel):
    appointment = replace(SESSION, state=state)
    reason = OVER_AS.get(state)
    expected = SEND if state in OPEN_STATES else (SendAction.CANCEL, reason, None)

    assert action(REMINDER, appointment=appointment, channel=channel) == expected
    assert action(CANCELLED, appointment=appointment, channel=channel) == SEND


def test_a_session_stands_while_it_is_to_come():
    assert frozenset({State.REQUESTED, State.BOOKED, State.CONFIRMED}) == OPEN_STATES


def test_a_session_that_has_begun_is_not_reminded_of():
    starts = replace(SESSION, starts_at=NOON)
    begun = (SendAction.CANCEL, Reason.HAS_BEGUN, None)

    assert action(REMINDER, now=NOON - timedelta(microseconds=1), appointment=starts) == SEND
    assert action(REMINDER, appointment=starts) == begun
    assert action(CANCELLED, appointment=starts) == SEND


@pytest.mark.parametrize("kind", Kind)
def test_nobody_is_invited_to_a_therapist_who_may_not_work_that_day(kind):
    expected = (SendAction.CANCEL, Reason.THERAPIST_NOT_ELIGIBLE, None)

    found = action(REMINDER, kind=kind, appointment=replace(SESSION, therapist_vetted=False))

    assert found == (expected if KINDS[kind].needs_eligible_therapist else SEND)


@pytest.mark.parametrize("channel", Channel)
def test_a_check_in_that_is_answered_is_asked_no_more(channel):
    assert action(CHECK_IN, channel=channel, answered=True) == (
        SendAction.CANCEL,
        Reason.ANSWERED,
        None,
    )
    assert action(REMINDER, channel=channel, answered=True) == SEND


@pytest.mark.parametrize("kind", Kind)
def test_after_an_opt_out_only_its_confirmation_and_what_saves_somebody_goes_by_text(kind):
    by_text = action(REMINDER, kind=kind, opted_out=True)

    assert by_text == (SEND if KINDS[kind].after_opt_out else STOPPED)
    assert action(REMINDER, kind=kind, channel=Channel.EMAIL, opted_out=True) == SEND


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("until_when", "expected"), [(TOMORROW, WAITS), (THIS_NIGHT, GIVEN_UP)], ids=["waits", "late"]
)
def test_at_night_what_nobody_asked_for_waits_or_is_given_up(kind, until_when, expected):
    found = action(REMINDER, now=NIGHT, kind=kind, **until_when)

    assert found == (expected if KINDS[kind].proactive else SEND)


@pytest.mark.parametrize("situation", [CANCELLED, MOVED])
def test_news_keeps_quiet_hours_where_its_row_says_so(situation):
    assert action(situation, now=NIGHT) == SEND
    assert action(situation, now=NIGHT, keeps_quiet_hours=True, **TOMORROW) == WAITS
    assert action(situation, now=NIGHT, keeps_quiet_hours=True, **THIS_NIGHT) == GIVEN_UP
    assert action(situation, keeps_quiet_hours=True) == SEND
    assert action(situation, now=NIGHT, keeps_quiet_hours=True, channel=Channel.EMAIL) == SEND


# What left before, on the patient's day and in seven days; what becomes of one more.
COUNTS = [
    (0, 0, False),
    (0, 2, False),
    (1, 1, True),
    (2, 2, True),
    (0, 3, True),
    (0, 4, True),
    (1, 3, True),
]


@pytest.mark.parametrize(("today", "this_week", "too_many"), COUNTS)
def test_a_text_too_many_is_mailed_if_a_reminder_and_waits_if_a_check_in(
    today, this_week, too_many
):
    sent = {"texts_today": today, "texts_this_week": this_week}

    mailed, waits = (SendAction.SUPPRESS, ENOUGH, None), (SendAction.POSTPONE, ENOUGH, MORNING)
    assert action(REMINDER, **sent) == (mailed if too_many else SEND)
    assert action(CHECK_IN, **sent, **TOMORROW) == (waits if too_many else SEND)
    assert action(CHECK_IN, **sent, **THIS_NIGHT) == (mailed if too_many else SEND)


@pytest.mark.parametrize("situation", [CANCELLED, MOVED, HELP])
def test_caps_hold_back_neither_answers_nor_news(situation):
    sent = {"texts_today": 9, "texts_this_week": 9}

    assert action(situation, **sent) == SEND
    assert action(situation, keeps_quiet_hours=True, **sent) == SEND


def test_caps_hold_back_no_mail_and_a_clinic_may_have_none():
    sent = {"texts_today": 9, "texts_this_week": 9}

    assert action(REMINDER, channel=Channel.EMAIL, **sent) == SEND
    assert action(REMINDER, caps=None, **sent) == SEND


def test_of_several_reasons_the_final_one_is_told():
    everything = replace(
        REMINDER, opted_out=True, texts_today=9, version=1, expires_at=MORNING, answered=True
    )

    assert action(everything, now=MORNING) == TOO_LATE
    assert action(everything, now=NIGHT)[1] == Reason.OTHER_TIME
    assert action(everything, now=NIGHT, version=2) == STOPPED
    assert action(everything, now=NIGHT, version=2, opted_out=False) == GIVEN_UP


# When other texts leave, from noon on a Wednesday in New York; whether one at noon is too many.
OTHERS = [
    ([], False),
    ([timedelta(hours=3)], True),
    ([timedelta(hours=-3)], True),
    ([timedelta(hours=-12)], True),  # midnight began this day
    ([timedelta(hours=-12, seconds=-1)], False),
    ([timedelta(hours=11, minutes=59)], True),
    ([timedelta(hours=12)], False),
    ([timedelta(days=-day) for day in (1, 2)], False),
    ([timedelta(days=-day) for day in (1, 2, 3)], True),
    ([timedelta(days=-day) for day in (1, 2, 6.9)], True),
    ([timedelta(days=-day) for day in (1, 2, 7)], False),
    ([timedelta(days=day) for day in (1, 2, 3)], False),  # those will count this one
]


@pytest.mark.parametrize(("others", "too_many"), OTHERS)
def test_a_planned_text_is_counted_with_those_of_its_day_and_of_the_week_before_it(
    others, too_many
):
    assert is_over(CAPS, NOON, [NOON + one for one in others], NEW_YORK) is too_many
