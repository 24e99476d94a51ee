"""What the carrier's error codes ask of us."""

import pytest

from booking.domain.carrier_errors import ErrorClass, error_class


def test_a_number_in_a_country_we_do_not_text_is_that_numbers_trouble_not_everybodys():
    assert error_class(21408) is ErrorClass.BAD_NUMBER
    assert error_class(20003) is ErrorClass.OUR_SETUP


@pytest.mark.parametrize(
    ("since_2024", "before"),
    [(21265, 21211), (21635, 21614), (21659, 21606), (21660, 21606), (21661, 21606)],
)
def test_the_carriers_newer_and_narrower_codes_mean_what_the_old_ones_meant(since_2024, before):
    assert error_class(since_2024) is error_class(before)
