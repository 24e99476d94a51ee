import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.errors import DomainError
from booking.domain.phone import InvalidPhone, masked, parse_phone, sender_of


@pytest.mark.parametrize(
    "typed",
    [
        "212 555 0134",
        "(212) 555-0134",
        "212.555.0134",
        "2125550134",
        "1 212 555 0134",
        "+1 212 555 0134",
        "+1-212-555-0134",
        "001 212 555 0134",
        "011 1 212 555 0134",
        "  +12125550134\n",
        "２１２ ５５５ ０１３４",
        "＋１ ２１２ ５５５ ０１３４",
        "\u202a+1 212 555 0134\u202c",
        "212\u200b5550134",
        "212\u00a0555\u00a00134",
        "212–555–0134",
        "tel:+12125550134",
    ],
)
def test_a_number_is_read_however_it_is_written(typed):
    assert parse_phone(typed) == "+12125550134"


@pytest.mark.parametrize(
    ("typed", "region", "expected"),
    [
        ("020 7946 0018", "GB", "+442079460018"),
        ("+44 (0)20 7946 0018", "US", "+442079460018"),
        ("0044 20 7946 0018", "US", "+442079460018"),
        ("(020) 79460018", "GB", "+442079460018"),
        ("0491 570 156", "AU", "+61491570156"),
        ("+61 491 570 156", "US", "+61491570156"),
        ("604 555 0134", "CA", "+16045550134"),
    ],
)
def test_the_region_counts_only_where_no_country_code_was_typed(typed, region, expected):
    assert parse_phone(typed, region) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "12",
        "911",
        "555 0134",
        "212 555 013",
        "212 555 01345",
        "+999 1234567",
        "not a number",
        "212 555 CARE",
        "212 555 0134 ext 5",
        "alice@example.org",
        "+",
        "-",
        "1" * 400,
        "\x00",
    ],
)
def test_what_is_no_number_is_refused_in_a_plain_sentence(typed):
    with pytest.raises(InvalidPhone) as caught:
        parse_phone(typed)

    assert caught.value.message.endswith(".")
    assert caught.value.code == "invalid_phone"


@pytest.mark.parametrize("typed", ["1 900 555 0134", "800 555 0134"])
def test_a_number_no_text_can_reach_is_refused(typed):
    with pytest.raises(InvalidPhone, match="mobile"):
        parse_phone(typed)


def test_a_refused_number_is_not_repeated_in_the_message():
    with pytest.raises(InvalidPhone) as caught:
        parse_phone("212 555 01345")

    assert "212 555 01345" not in caught.value.message


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("+12125550134", "+1******0134"),
        ("+447700900123", "+44******0123"),
        ("+61491570156", "+61*****0156"),
        ("garbage", "***"),
        ("", "***"),
        ("2125550134", "***"),
    ],
)
def test_a_masked_number_shows_only_its_ends(phone, expected):
    assert masked(phone) == expected


@given(st.text(max_size=60))
def test_any_text_is_either_a_number_or_refused(typed):
    try:
        phone = parse_phone(typed)
    except DomainError:
        return
    assert parse_phone(phone) == phone


@given(st.text(max_size=60))
def test_masking_never_fails_and_stays_ascii(typed):
    assert masked(typed).isascii()


def test_a_sender_that_is_no_phone_is_kept_short_and_plain():
    assert sender_of("+1 (212) 555-0134") == "+12125550134"
    assert sender_of("rcs:an-agent-with-a-long-name@example") == "rcsanagentwithal"
