import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.kit.errors import DomainError
from booking.kit.phone import InvalidPhone, from_number, mask, parse_phone
from booking.web.sentences import sentence
from tests.refusals import refused


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
        "211 555 0134",
        "212 055 0134",
        "+44 0000000000",
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

    assert sentence(caught.value).endswith(".")
    assert caught.value.code == "invalid_phone"


@pytest.mark.parametrize("typed", ["1 900 555 0134", "800 555 0134"])
def test_a_number_no_text_can_reach_is_refused(typed):
    with refused(InvalidPhone, "mobile"):
        parse_phone(typed)


def test_a_refused_number_is_not_repeated_in_the_message():
    with pytest.raises(InvalidPhone) as caught:
        parse_phone("212 555 01345")

    assert "212 555 01345" not in sentence(caught.value)


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
    assert mask(phone) == expected


@given(st.text(max_size=60))
def test_any_text_is_either_a_number_or_refused(typed):
    try:
        phone = parse_phone(typed)
    except DomainError:
        return
    assert parse_phone("00" + phone[1:]) == phone


@pytest.mark.parametrize("typed", ["+646 555 0147", "+64 6 555 0147", "+325 555 0147"])
def test_a_plus_that_makes_a_number_here_one_of_another_country_is_asked_about(typed):
    with refused(InvalidPhone, r"leave out the \+.*begin it with 00"):
        parse_phone(typed, "US")


def test_whoever_is_asked_can_answer_either_way():
    assert parse_phone("646 555 0147") == "+16465550147"
    assert parse_phone("0064 6 555 0147") == "+6465550147"
    assert parse_phone("011 64 6 555 0147") == "+6465550147"


@pytest.mark.parametrize("typed", ["+332 555 0147", "+212 555 0134"])
def test_a_plus_that_makes_no_number_at_all_is_told_how_to_be_mended(typed):
    with refused(InvalidPhone, "If it is a number here, leave out the"):
        parse_phone(typed)


def test_no_area_code_of_north_america_turns_foreign_in_silence():
    for area in range(200, 1000):
        for exchange in ("555", "234"):
            typed = f"+{area} {exchange} 0147"
            try:
                read = parse_phone(typed, "US")
            except InvalidPhone:
                continue
            with pytest.raises(InvalidPhone):
                parse_phone(typed[1:], "US")
            assert not read.startswith("+1")


@pytest.mark.parametrize("typed", ["(942) 555-0134", "+1 483 234 0134", "1 273 234 0134"])
def test_an_area_code_newer_than_the_librarys_data_is_taken(typed):
    assert parse_phone(typed) == "+1" + "".join(ch for ch in typed if ch.isdigit())[-10:]


@pytest.mark.parametrize("typed", ["+52 1 55 1234 5678", "+5215512345678", "+52 55 1234 5678"])
def test_a_mexican_mobile_has_one_number_with_its_old_prefix_and_without(typed):
    assert parse_phone(typed) == "+525512345678"


@given(st.text(max_size=60))
def test_masking_never_fails_and_stays_ascii(typed):
    assert mask(typed).isascii()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("+5215512345678", "+525512345678"),
        ("+525512345678", "+525512345678"),
        ("+5491123456789", "+5491123456789"),
        ("+541123456789", "+5491123456789"),
        ("+12125550134", "+12125550134"),
        ("+52155123456", "+52155123456"),
    ],
)
def test_one_phone_has_one_form_however_carriers_write_it(sent, kept):
    assert from_number(sent) == kept


@pytest.mark.parametrize("typed", ["+54 9 11 2345-6789", "+54 11 2345-6789"])
def test_a_number_that_was_typed_has_the_form_its_texts_come_with(typed):
    assert parse_phone(typed) == from_number("+541123456789")


def test_a_sender_that_is_no_phone_is_kept_short_and_plain():
    assert from_number("+1 (212) 555-0134") == "+12125550134"
    assert from_number("rcs:an-agent-with-a-long-name@example") == "rcsanagentwithal"
