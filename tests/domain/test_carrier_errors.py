"""What the carrier's error codes ask of us."""

from booking.domain.message import ErrorClass, error_class


def test_a_number_in_a_country_we_do_not_text_is_that_numbers_trouble_not_everybodys():
    assert error_class(21408) is ErrorClass.BAD_NUMBER
    assert error_class(20003) is ErrorClass.OUR_SETUP
