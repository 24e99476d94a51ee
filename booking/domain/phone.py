"""Phone numbers: read once at the edge, kept as E.164, masked wherever they are logged."""

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from booking.domain.errors import InvalidInput

NO_TEXTS = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
NO_PART_OF_A_SENDER = re.compile(r"[^\w+]")
LONGEST_SENDER = 16
LONGEST = 40  # characters; the longest honest way of writing a number is well below this


class InvalidPhone(InvalidInput):
    """What was typed is no phone number that a text can reach."""

    code = "invalid_phone"


def parse_phone(raw: str, region: str = "US") -> str:
    """Read a phone number as people write it and return it as E.164, such as +12125550134.

    `region` is the two-letter country assumed where no country code was typed.
    Raises InvalidPhone with a sentence fit for the form.
    """
    typed = _plain(raw)
    if not typed:
        raise InvalidPhone("Please enter your mobile number.")
    if len(typed) > LONGEST or any(ch.isalpha() for ch in typed):
        raise InvalidPhone("Please write the number in digits, such as 212 555 0134.")
    if typed.startswith("00"):
        typed = "+" + typed[2:]
    try:
        number = phonenumbers.parse(typed, region)
    except NumberParseException as error:
        raise InvalidPhone(_reason(error)) from error
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhone(
            "This does not look like a complete phone number. Please check the digits."
        )
    if phonenumbers.number_type(number) in NO_TEXTS:
        raise InvalidPhone("This number cannot receive texts. Please enter a mobile number.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def sender_of(text: str) -> str:
    """Return who a text came from as it is kept: E.164, or what is left of another kind of name."""
    return NO_PART_OF_A_SENDER.sub("", text)[:LONGEST_SENDER]


def masked(phone: str) -> str:
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


def _plain(raw: str) -> str:
    """Fold full-width digits, and drop the unseen marks that come with a pasted contact."""
    folded = unicodedata.normalize("NFKC", raw)
    kept = "".join(ch for ch in folded if unicodedata.category(ch) not in {"Cf", "Cc"})
    return kept.strip().removeprefix("tel:").strip()


def _reason(error: NumberParseException) -> str:
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return "We do not know this country code. Please check the number."
    if error.error_type == NumberParseException.TOO_LONG:
        return "This number has too many digits. Please check it."
    if error.error_type == NumberParseException.NOT_A_NUMBER:
        return "This is not a phone number. Please write it in digits, such as 212 555 0134."
    return "This number has too few digits. Please check it."
