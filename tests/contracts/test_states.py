"""The tables that decide about messages are whole: nothing falls between two lines of them."""

from booking.messaging.kinds import KINDS, Kind, Lane, kinds_that, lane_of
from booking.messaging.message import (
    FINAL,
    TRANSITIONS,
    UNSENT,
    MessageState,
    after_report,
    may_become,
    reported_state,
)
from booking.messaging.rules.carrier_errors import CARRIER_ERRORS, ErrorClass, error_class
from tests.build.carrier_words import CARRIERS_WORDS

AT_CARRIER = {
    MessageState.SENDING,
    MessageState.UNKNOWN,
    MessageState.ACCEPTED,
    MessageState.QUEUED,
    MessageState.SENT,
}
"""The states in which the carrier has a text, or may have it."""


def test_every_kind_travels_in_a_lane_and_every_lane_is_travelled():
    ways = {lane_of(kind, is_news=is_news) for kind in Kind for is_news in (True, False)}

    assert ways == set(Lane)
    assert set(KINDS) == set(Kind)


def test_safety_goes_before_answers_before_news_before_reminders_before_check_ins():
    order = [
        lane_of(Kind.EMERGENCY, is_news=True),
        lane_of(Kind.CANCELLED),
        lane_of(Kind.CANCELLED, is_news=True),
        lane_of(Kind.REMINDER, is_news=True),
        lane_of(Kind.CHECK_IN, is_news=True),
    ]

    assert order == list(Lane)


def test_what_saves_somebody_goes_out_after_an_opt_out_too():
    in_safety = {kind for kind in Kind if lane_of(kind) is Lane.SAFETY}

    assert in_safety <= kinds_that(lambda rules: rules.after_opt_out)
    assert not kinds_that(lambda rules: rules.proactive and rules.after_opt_out)


def test_the_transitions_name_every_state_and_lead_to_no_other():
    assert set(TRANSITIONS) == set(MessageState)
    assert {state for onward in TRANSITIONS.values() for state in onward} <= set(MessageState)


def test_every_state_can_be_reached_and_every_way_ends():
    reached, ahead = {MessageState.PENDING}, [MessageState.PENDING]
    while ahead:
        new = TRANSITIONS[ahead.pop()] - reached
        reached |= new
        ahead += new

    assert reached == set(MessageState)
    for state in MessageState:
        assert _can_end(state), f"{state} leads nowhere"


def test_a_final_state_allows_no_step_and_heeds_no_report():
    for state in FINAL:
        assert not any(may_become(state, wanted) for wanted in MessageState)
        for word in CARRIERS_WORDS:
            assert after_report(state, reported_state(word)) is state


def test_a_report_only_makes_steps_that_the_table_allows():
    for state in MessageState:
        for word in CARRIERS_WORDS:
            becomes = after_report(state, reported_state(word))
            assert becomes is state or may_become(state, becomes), f"{state} {word}"


def test_a_message_that_may_be_sent_was_never_at_the_carrier():
    assert not UNSENT & AT_CARRIER
    assert not UNSENT & FINAL
    assert {*UNSENT, *AT_CARRIER, *FINAL} == set(MessageState)


def test_no_message_goes_from_the_carriers_hands_back_to_ours_but_on_proof():
    back = {state for state in AT_CARRIER if TRANSITIONS[state] & UNSENT}

    assert back == {MessageState.SENDING, MessageState.UNKNOWN}


def test_a_code_is_listed_under_itself_with_a_sentence_for_staff():
    for code, error in CARRIER_ERRORS.items():
        assert error.code == code
        assert error.for_staff.endswith(".")
        assert error_class(code) is error.kind


def test_a_code_nobody_knows_is_of_the_other_class():
    assert error_class(99_999) is ErrorClass.OTHER
    assert error_class(None) is ErrorClass.OTHER


def test_every_class_of_error_but_the_other_has_codes():
    known = {error.kind for error in CARRIER_ERRORS.values()}

    assert known == set(ErrorClass)


def _can_end(state):
    seen, ahead = {state}, [state]
    while ahead:
        one = ahead.pop()
        if one in FINAL:
            return True
        new = TRANSITIONS[one] - seen
        seen |= new
        ahead += new
    return False
