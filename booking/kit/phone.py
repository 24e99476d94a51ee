"""Phone numbers: read once at the edge, kept as E.164, masked wherever they are logged."""

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from booking.kit.errors import InvalidInput

NO_TEXTS = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
NORTH_AMERICA, MEXICO = 1, 52
NORTH_AMERICAN = re.compile(r"[2-9](?!11)\d\d[2-9](?!11)\d\d\d{4}")
NO_PART_OF_A_SENDER = re.compile(r"[^\w+]")
LONGEST_SENDER = 16
MEXICAN_WITH_1 = re.compile(r"\+521[0-9]{10}")
ARGENTINE_WITHOUT_9 = re.compile(r"\+54[1-8][0-9]{9}")
"""A text comes from a mobile, and those have a 9 behind the country code."""
LONGEST = 40  # characters; the longest honest way of writing a number is well below this


class InvalidPhone(InvalidInput):
    """What was typed is no phone number that a text can reach."""

    code = "invalid_phone"


def parse_phone(raw: str, region: str = "US") -> str:
    """Read a phone number as people write it and return it as E.164, such as +12125550134.

    `region` is the two-letter country assumed where no country code was typed.
    Raises InvalidPhone.
    """
    typed = _plain(raw)
    if not typed:
        raise InvalidPhone("phone_missing")
    if len(typed) > LONGEST or any(ch.isalpha() for ch in typed):
        raise InvalidPhone("phone_not_in_digits")
    if typed.startswith("00"):
        return _e164("+" + typed[2:], region)
    if typed.startswith("+"):
        return _with_plus(typed, region)
    return _e164(typed, region)


def _with_plus(typed: str, region: str) -> str:
    """Read a number with "+"; ask where its digits are a number of the region as well.

    Many put a "+" before the number they know: +646 555 0147 is one of New York, and one of New
    Zealand. Whoever means the other country writes 00, which nobody puts there by mistake.
    """
    local = _local_reading(typed.lstrip("+ "), region)
    try:
        phone = _e164(typed, region)
    except InvalidPhone as wrong:
        if local is None:
            raise
        raise InvalidPhone("phone_maybe_without_plus", otherwise=wrong.flaw) from wrong
    if local is None or local == phone:
        return phone
    code = phonenumbers.parse(phone, None).country_code
    raise InvalidPhone("phone_of_two_countries", country_code=code)


def _local_reading(digits: str, region: str) -> str | None:
    try:
        return _e164(digits, region)
    except InvalidPhone:
        return None


def _e164(typed: str, region: str) -> str:
    try:
        number = phonenumbers.parse(typed, region)
    except NumberParseException as error:
        raise InvalidPhone(_why(error)) from error
    number = _as_dialled_today(number)
    if not (phonenumbers.is_valid_number(number) or _is_plausible(number)):
        raise InvalidPhone("phone_incomplete")
    if phonenumbers.number_type(number) in NO_TEXTS:
        raise InvalidPhone("phone_takes_no_texts")
    return _one_form(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _as_dialled_today(number: PhoneNumber) -> PhoneNumber:
    """Drop the 1 that Mexican mobiles had after +52 until 2019 and that phones still keep."""
    national = phonenumbers.national_significant_number(number)
    if number.country_code == MEXICO and len(national) == 11 and national.startswith("1"):
        return phonenumbers.parse(f"+{MEXICO}{national[1:]}", None)
    return number


def _is_plausible(number: PhoneNumber) -> bool:
    """Whether a number may be of a range that is newer than the library's data.

    The carrier says the rest. In North America an area code and an exchange begin with 2 to 9,
    and neither ends in 11.
    """
    if number.extension or not phonenumbers.is_possible_number(number):
        return False
    national = phonenumbers.national_significant_number(number)
    if number.country_code == NORTH_AMERICA:
        return NORTH_AMERICAN.fullmatch(national) is not None
    return len(set(national)) > 1


def from_number(text: str) -> str:
    """Return who a text came from as it is kept: E.164, or what is left of another kind of name."""
    return _one_form(NO_PART_OF_A_SENDER.sub("", text)[:LONGEST_SENDER])


def mask(phone: str) -> str:
    """Hide most of an E.164 number for logs, in plain ASCII: +1******0134.

    Anything that is not E.164 is hidden whole: a log line must never fail, nor tell.
    """
    try:
        number = phonenumbers.parse(phone, None)
    except NumberParseException:
        return "***"
    national = phonenumbers.national_significant_number(number)
    shown = 4 if len(national) >= 8 else 2
    return f"+{number.country_code}{'*' * (len(national) - shown)}{national[-shown:]}"


def _one_form(phone: str) -> str:
    """Return the one form of a mobile that carriers and people write in two.

    A Mexican one once had a 1 behind the country code, and an Argentine one has a 9 there.
    """
    if MEXICAN_WITH_1.fullmatch(phone):
        return f"+52{phone[4:]}"
    if ARGENTINE_WITHOUT_9.fullmatch(phone):
        return f"+549{phone[3:]}"
    return phone


def _plain(raw: str) -> str:
    """Fold full-width digits, and drop the unseen marks that come with a pasted contact."""
    folded = unicodedata.normalize("NFKC", raw)
    kept = "".join(ch for ch in folded if unicodedata.category(ch) not in {"Cf", "Cc"})
    return kept.strip().removeprefix("tel:").strip()


def _why(error: NumberParseException) -> str:
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return "phone_country_unknown"
    if error.error_type == NumberParseException.TOO_LONG:
        return "phone_too_long"
    if error.error_type == NumberParseException.NOT_A_NUMBER:
        return "phone_not_a_number"
    return "phone_too_short"
