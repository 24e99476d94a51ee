"""Each invariant is broken by what it is there to find, and only by that."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from booking.messaging.kinds import Channel, Kind, Topic
from booking.messaging.message import MessageState
from booking.messaging.models import OptOut
from tests.chaos import invariants
from tests.chaos.carrier import Create
from tests.chaos.truth import Start, Truth, acted_on

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)
LEASE = timedelta(seconds=2)
PHONE, SID = "+12125550111", "SM1"
TEXT, VISIT, HERS, HIS = (UUID(int=number) for number in (1, 2, 3, 4))
SECOND = timedelta(seconds=1)


def message(**changes):
    columns = {
        "id": TEXT,
        "kind": Kind.REMINDER,
        "channel": Channel.SMS,
        "state": MessageState.DELIVERED,
        "reason": None,
        "recipient": PHONE,
        "zone": "America/New_York",
        "appointment_id": VISIT,
        "appointment_version": 1,
        "due_at": NOON - SECOND,
        "next_attempt_at": NOON - SECOND,
        "expires_at": NOON + timedelta(hours=1),
        "provider_sid": SID,
    }
    return SimpleNamespace(**(columns | changes))


def create(at=NOON, sid=SID, row=1):
    return Create(row, TEXT, PHONE, "Hello", "accepted", sid, at)


def truth(**changes):
    """What is known after one reminder was sent at noon and arrived."""
    one = changes.pop("message", message())
    known = {
        "read_at": NOON + timedelta(minutes=1),
        "lease": LEASE,
        "lag_began": None,
        "messages": {one.id: one},
        "events": {},
        "starts": [Start(TEXT, NOON, NOON)],
        "creates": [create()],
        "changes": {},
        "opted_out": {},
        "questions": {},
        "inbound": {},
        "patients": {},
        "answers": [],
        "check_ins": {},
        "confirmations": {},
        "consents": [],
        "texts_in": [],
        "handed_over": defaultdict(int),
    }
    return Truth(**(known | changes))


def test_one_reminder_that_arrived_breaks_nothing():
    watcher = SimpleNamespace(samples=1, overdue={})

    findings = invariants.check_all(truth(), watcher)

    assert [one.number for one in findings] == [1, 2, 3, 4, 5, 6, 7]
    assert all(one.holds for one in findings)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"message": message(state=MessageState.UNKNOWN)}, "still unknown"),
        ({"message": message(state=MessageState.PENDING)}, "still pending"),
        ({"message": message(state=MessageState.FAILED)}, "failed without a reason"),
        ({"creates": []}, "delivered, and the carrier never had it"),
        ({"message": message(state=MessageState.EXPIRED)}, "expired, and the carrier had it"),
    ],
)
def test_a_row_that_did_not_end_or_does_not_tell_the_truth_breaks_the_first(changes, problem):
    assert invariants.every_due_message_ended(truth(**changes)).broken == [(TEXT, problem)]


def test_a_row_that_a_lagging_list_misled_is_told_apart():
    misled = truth(message=message(state=MessageState.CANCELLED), lag_began=NOON)

    assert invariants.every_due_message_ended(misled).holds


def test_a_text_accepted_twice_breaks_the_second_unless_the_list_lagged():
    twice = [create(), create(NOON + SECOND, "SM2", 2)]

    assert not invariants.sent_once(truth(creates=twice)).holds
    assert invariants.sent_once(truth(creates=twice, lag_began=NOON)).holds
    assert invariants.doubles_under_lag(truth(creates=twice, lag_began=NOON)) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"message": message(expires_at=NOON)}, "expired"),
        ({"opted_out": {PHONE: NOON - SECOND}}, "opt-out"),
        ({"changes": {VISIT: [NOON - SECOND]}}, "appointment had changed"),
        ({"message": message(zone="Asia/Tokyo")}, "quiet hours"),
        ({"creates": [create(NOON + LEASE + 2 * SECOND)]}, "after it was begun"),
        ({"starts": []}, "before any start"),
    ],
)
def test_a_send_at_a_wrong_time_breaks_the_third(changes, words):
    [(who, problem)] = invariants.never_out_of_time(truth(**changes)).broken

    assert who == TEXT
    assert words in problem


def test_an_opt_out_counts_from_when_its_own_text_was_acted_on():
    stopped = OptOut(phone=PHONE, sender="s", opted_out_at=NOON, source="text")
    texts = [
        inbound(sid="SM8", received_at=NOON - SECOND, handled_at=NOON + SECOND),
        inbound(sid="SM9", received_at=NOON, handled_at=NOON + 30 * SECOND),
        inbound(sid="SM10", received_at=NOON, phone="+1212", handled_at=NOON + SECOND),
    ]

    assert acted_on(stopped, {one.sid: one for one in texts}) == NOON + 30 * SECOND
    assert acted_on(stopped, {}) == NOON


def test_a_send_before_the_change_or_the_opt_out_was_committed_is_right():
    later = {"opted_out": {PHONE: NOON + SECOND}, "changes": {VISIT: [NOON + SECOND]}}

    assert invariants.never_out_of_time(truth(**later)).holds


def step(what, state, **detail):
    return SimpleNamespace(type=what, state=MessageState(state), detail=detail)


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (["claimed", "cancelled", "claimed"], "claimed: from cancelled to claimed"),
        (["claimed", "sent", "accepted"], "accepted: from sent to accepted"),
        (["claimed", "accepted"], "the row is delivered, its history ends accepted"),
    ],
)
def test_a_step_that_the_table_does_not_have_breaks_the_fourth(steps, problem):
    events = {TEXT: [step(state, state) for state in steps]}

    assert invariants.ends_are_final(truth(events=events)).broken == [(TEXT, problem)]


def test_the_carrier_id_of_another_text_breaks_the_fourth():
    of_another = truth(message=message(provider_sid="SM9"))

    assert not invariants.ends_are_final(of_another).holds


def inbound(**changes):
    columns = {
        "sid": "SM7",
        "phone": PHONE,
        "patient_id": HERS,
        "question_id": VISIT,
        "meaning": "confirm",
        "received_at": NOON + 2 * SECOND,
        "handled_at": NOON + 2 * SECOND,
    }
    return SimpleNamespace(**(columns | changes))


@pytest.mark.parametrize(
    ("kept", "problem"),
    [({}, "never kept"), ({"SM7": inbound(handled_at=None)}, "kept and never acted on")],
)
def test_a_text_that_was_lost_breaks_the_fifth(kept, problem):
    known = truth(texts_in=[{"sid": "SM7"}], inbound=kept)

    assert invariants.one_effect(known).broken == [("SM7", problem)]


def test_an_effect_that_happened_twice_breaks_the_fifth():
    question = SimpleNamespace(appointment_id=VISIT)
    known = truth(
        texts_in=[{"sid": "SM7"}],
        inbound={"SM7": inbound()},
        questions={VISIT: question},
        confirmations={VISIT: 2},
    )

    assert not invariants.one_effect(known).holds


@pytest.mark.parametrize(
    ("whose", "seen", "holds"),
    [(HERS, True, True), (HIS, True, False), (HERS, False, False)],
)
def test_a_reply_given_to_somebody_else_or_to_what_was_not_seen_breaks_the_sixth(
    whose, seen, holds
):
    question = SimpleNamespace(
        id=VISIT,
        phone=PHONE,
        topic=Topic.ATTENDANCE,
        patient_id=whose,
        message_id=TEXT,
        asked_at=NOON,
    )
    known = truth(
        inbound={"SM7": inbound()},
        questions={VISIT: question},
        creates=[create()] if seen else [],
        patients={one: SimpleNamespace(id=one, phone=PHONE) for one in (HERS, HIS)},
    )

    assert invariants.right_patient(known).holds is holds


@pytest.mark.parametrize("asks_again", [False, True])
def test_a_text_that_went_once_more_was_a_question_only_where_it_asked_again(asks_again):
    def question(number, whose, text, at):
        return SimpleNamespace(
            id=UUID(int=number),
            phone=PHONE,
            topic=Topic.ATTENDANCE,
            patient_id=whose,
            message_id=text,
            asked_at=at,
        )

    his, later = UUID(int=20), NOON + SECOND / 2
    questions = [question(30, HIS, his, NOON - SECOND), question(31, HERS, TEXT, NOON)]
    questions += [question(32, HIS, his, later)] * asks_again
    known = truth(
        inbound={"SM7": inbound(question_id=UUID(int=31))},
        questions={one.id: one for one in questions},
        starts=[
            Start(who, at, at) for who, at in ((his, NOON - SECOND), (TEXT, NOON), (his, later))
        ],
        creates=[
            Create(1, his, PHONE, "Hello", "accepted", "SM2", NOON - SECOND),
            create(),
            Create(3, his, PHONE, "Hello", "accepted", "SM3", later),
        ],
        patients={one: SimpleNamespace(id=one, phone=PHONE) for one in (HERS, HIS)},
    )

    assert invariants.right_patient(known).holds is not asks_again


def test_a_text_that_left_while_the_database_was_read_is_judged_by_what_that_knew():
    late = NOON + timedelta(minutes=2)
    known, begun = truth(), truth(starts=[Start(TEXT, late - SECOND, late - SECOND)])

    assert known.can_know(create())
    assert not known.can_know(create(late))
    assert begun.can_know(create(late))


def test_a_text_found_in_the_carriers_list_came_when_the_ledger_says():
    question = SimpleNamespace(
        id=VISIT,
        phone=PHONE,
        topic=Topic.ATTENDANCE,
        patient_id=HERS,
        message_id=TEXT,
        asked_at=NOON,
    )
    known = truth(
        inbound={"SM7": inbound(received_at=NOON)},
        questions={VISIT: question},
        creates=[create(NOON + SECOND / 2)],
        patients={HERS: SimpleNamespace(id=HERS, phone=PHONE)},
        texts_in=[{"sid": "SM7", "at": (NOON + SECOND * 0.9).isoformat()}],
    )

    assert invariants.right_patient(known).holds


def test_a_row_claimed_for_too_long_breaks_the_seventh():
    watcher = SimpleNamespace(samples=1, overdue={TEXT: timedelta(seconds=9)})

    assert not invariants.nothing_stuck(watcher).holds
