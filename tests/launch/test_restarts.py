import pytest

from launch.restarts import GIVES_UP_AFTER, LONG_PAUSE_S, STAYS_WELL_S, Restarts


def test_the_pauses_grow_and_the_process_is_back_within_five_seconds_four_times():
    restarts = Restarts()

    pauses = [restarts.ended(1.0) for _ in range(GIVES_UP_AFTER - 1)]

    assert pauses == pytest.approx([0.1, 0.3, 0.9, 2.7, 8.1])
    assert not restarts.gave_up


def test_a_process_that_ends_again_and_again_is_given_up_and_tried_at_long_intervals():
    restarts = Restarts()

    pauses = [restarts.ended(1.0) for _ in range(GIVES_UP_AFTER + 3)]

    assert restarts.gave_up
    assert pauses[GIVES_UP_AFTER - 1 :] == [LONG_PAUSE_S] * 4


def test_an_end_after_a_long_life_is_the_first_again():
    restarts = Restarts()
    for _ in range(GIVES_UP_AFTER + 1):
        restarts.ended(1.0)

    pause = restarts.ended(STAYS_WELL_S)

    assert pause == 0.1
    assert not restarts.gave_up


def test_a_process_that_stays_is_no_longer_given_up():
    restarts = Restarts()
    for _ in range(GIVES_UP_AFTER):
        restarts.ended(1.0)

    restarts.stayed_well()

    assert not restarts.gave_up
    assert restarts.in_all == GIVES_UP_AFTER
