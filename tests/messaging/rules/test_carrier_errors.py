"""What the carrier's error codes ask of us."""

import pytest

from booking.messaging.rules.carrier_errors import ErrorClass, codes_of, error_class


def test_a_number_in_a_country_we_do_not_text_is_that_numbers_trouble_not_everybodys():
    assert error_class(21408) is ErrorClass.BAD_NUMBER
    assert error_class(20003) is ErrorClass.OUR_SETUP


@pytest.mark.parametrize(
    ("since_2024", "before"),
    [(21265, 21211), (21635, 21614), (21659, 21606), (21660, 21606), (21661, 21606)],
)
def test_the_carriers_newer_and_narrower_codes_mean_what_the_old_ones_meant(since_2024, before):
    assert error_class(since_2024) is error_class(before)


CLASSES = {
    ErrorClass.RETRY: {20429},
    ErrorClass.BAD_NUMBER: {21211, 21614, 21612, 30005, 30006, 21408},
    ErrorClass.OPTED_OUT: {21610},
    ErrorClass.OUR_SETUP: {20003, 21606, 21608, 30002, 30032, 30034},
    ErrorClass.CONTENT: {21602, 21617, 30007, 30004},
    ErrorClass.TRANSIENT: {30001, 30003, 30008},
}
"""Every code of the design, by the class it is meant to have.

One differs on purpose: 21408 was to stop the sender, and is one number's trouble (see above).
"""


@pytest.mark.parametrize(
    ("code", "kind"), [(code, kind) for kind, codes in CLASSES.items() for code in sorted(codes)]
)
def test_every_code_of_the_design_has_the_class_it_was_given(code, kind):
    assert error_class(code) is kind


@pytest.mark.parametrize("code", [None, 0, 12345, 30036])
def test_a_code_nobody_planned_for_asks_for_nothing(code):
    assert error_class(code) is ErrorClass.OTHER


@pytest.mark.parametrize("kind", CLASSES)
def test_the_codes_of_a_class_are_those_that_have_it(kind):
    assert codes_of(kind) >= CLASSES[kind]
    assert all(error_class(code) is kind for code in codes_of(kind))
