"""What the carrier's error codes ask of us: codes as data, by their class."""

from dataclasses import dataclass
from enum import StrEnum


class ErrorClass(StrEnum):
    """What a carrier's error code asks of us."""

    RETRY = "retry"
    BAD_NUMBER = "bad_number"
    OPTED_OUT = "opted_out"
    OUR_SETUP = "our_setup"
    CONTENT = "content"
    TRANSIENT = "transient"
    OTHER = "other"


@dataclass(frozen=True)
class CarrierError:
    """One error code: its class, and a sentence for staff."""

    code: int
    kind: ErrorClass
    for_staff: str


CARRIER_ERRORS: dict[int, CarrierError] = {
    error.code: error
    for error in (
        CarrierError(20429, ErrorClass.RETRY, "The carrier asked us to slow down."),
        # One foreign number in a booking form must not silence everybody's texts.
        CarrierError(21408, ErrorClass.BAD_NUMBER, "Texting to that country is switched off."),
        CarrierError(21265, ErrorClass.BAD_NUMBER, "The number is a short code."),
        CarrierError(21211, ErrorClass.BAD_NUMBER, "The number is not a valid phone number."),
        CarrierError(21612, ErrorClass.BAD_NUMBER, "Our number cannot text that number."),
        CarrierError(21614, ErrorClass.BAD_NUMBER, "The number is not a mobile number."),
        CarrierError(21635, ErrorClass.BAD_NUMBER, "The number is a landline."),
        CarrierError(30005, ErrorClass.BAD_NUMBER, "The number does not exist or is off."),
        CarrierError(30006, ErrorClass.BAD_NUMBER, "The number is a landline or out of reach."),
        CarrierError(21610, ErrorClass.OPTED_OUT, "The patient has stopped our texts."),
        CarrierError(20003, ErrorClass.OUR_SETUP, "The carrier refused our credentials."),
        CarrierError(21606, ErrorClass.OUR_SETUP, "Our sender number cannot send texts."),
        CarrierError(21608, ErrorClass.OUR_SETUP, "The carrier account is still on trial."),
        CarrierError(21659, ErrorClass.OUR_SETUP, "Our sender number is not the carrier's."),
        CarrierError(21660, ErrorClass.OUR_SETUP, "Our sender number is not of our account."),
        CarrierError(21661, ErrorClass.OUR_SETUP, "Our sender number cannot send texts."),
        CarrierError(21701, ErrorClass.OUR_SETUP, "Our messaging service does not exist."),
        CarrierError(21703, ErrorClass.OUR_SETUP, "Our messaging service has no number."),
        CarrierError(21704, ErrorClass.OUR_SETUP, "Our messaging service has no number."),
        CarrierError(21705, ErrorClass.OUR_SETUP, "Our messaging service's id is wrong."),
        CarrierError(30002, ErrorClass.OUR_SETUP, "The carrier suspended our account."),
        CarrierError(30032, ErrorClass.OUR_SETUP, "Our toll-free number is not verified."),
        CarrierError(30034, ErrorClass.OUR_SETUP, "Our number is not registered to send."),
        CarrierError(21602, ErrorClass.CONTENT, "The text was empty."),
        CarrierError(21619, ErrorClass.CONTENT, "The text was empty."),
        CarrierError(21617, ErrorClass.CONTENT, "The text was too long."),
        CarrierError(30004, ErrorClass.CONTENT, "The message was blocked."),
        CarrierError(30007, ErrorClass.CONTENT, "The message was filtered as unwanted."),
        CarrierError(30001, ErrorClass.TRANSIENT, "The carrier's queue was full."),
        CarrierError(30003, ErrorClass.TRANSIENT, "The phone was off or out of reach."),
        CarrierError(30008, ErrorClass.TRANSIENT, "The carrier gave no reason."),
        CarrierError(30036, ErrorClass.OTHER, "The message ran out of time at the carrier."),
    )
}
"""Source: the carrier's published error dictionary, by the classes of docs/messages.md."""


def codes_of(kind: ErrorClass) -> frozenset[int]:
    """Return the codes of a class."""
    return frozenset(code for code, error in CARRIER_ERRORS.items() if error.kind is kind)


def error_class(code: int | None) -> ErrorClass:
    """Return the class of a carrier's error code; one not known is OTHER."""
    known = CARRIER_ERRORS.get(code) if code is not None else None
    return known.kind if known else ErrorClass.OTHER
