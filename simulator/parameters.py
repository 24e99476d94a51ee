"""What becomes of every form field a create or an update may carry; none is passed over.

The fields are those of Twilio's published description of CreateMessage and UpdateMessage
(https://github.com/twilio/twilio-oai), and MessageIntent, which only its client library has.
"""

import re
from collections.abc import Mapping

from simulator import errors
from simulator.errors import Refused

HEEDED = frozenset(
    {
        "To",
        "From",
        "MessagingServiceSid",
        "Body",
        "StatusCallback",
        "ValidityPeriod",
        "ScheduleType",
        "SendAt",
    }
)

_TRUE_OR_FALSE = re.compile("true|false", re.IGNORECASE)
_FALSE = re.compile("false", re.IGNORECASE)
_RETAIN = re.compile("retain")

# Taken with these values because they leave the text, its way and its record as they are.
HARMLESS: dict[str, re.Pattern[str]] = {
    "ProvideFeedback": _TRUE_OR_FALSE,  # announces a later request, which is refused
    "Attempt": re.compile(r"\d{1,9}"),  # counts the sender's own tries
    "ForceDelivery": _TRUE_OR_FALSE,  # tries landlines too; no number here is known for one
    "MaxPrice": re.compile(r"\d{1,9}(\.\d{1,9})?"),  # without effect at Twilio since June 2024
    "RiskCheck": re.compile("enable|disable"),  # there is no check to skip
    "SmartEncoded": _FALSE,  # true would swap letters of the text
    "ShortenUrls": _FALSE,
    "SendAsMms": _FALSE,
    "ContentRetention": _RETAIN,
    "AddressRetention": _RETAIN,
}

NOT_CARRIED = frozenset(
    {
        "ApplicationSid",
        "ContentSid",
        "ContentVariables",
        "FallbackFrom",
        "MediaUrl",
        "MessageIntent",
        "PersistentAction",
        "TrafficType",
    }
)

UPDATES = {"Body": "", "Status": "canceled"}


def refuse_what_is_not_carried(params: Mapping[str, str]) -> None:
    """Raise Refused for a create's field that would otherwise be passed over.

    Twilio itself ignores a name it does not know, with a warning in its console; here a
    misspelt or newer name is refused, so that it is found before it matters.
    """
    for name, value in params.items():
        if name in HEEDED:
            continue
        harmless = HARMLESS.get(name)
        if harmless is None:
            raise Refused(errors.not_carried(name))
        if not harmless.fullmatch(value):
            raise Refused(_bad_value(name, value))


def refuse_other_updates(params: Mapping[str, str]) -> None:
    """Raise Refused for an update that is no redaction and no cancellation."""
    if not params:
        raise Refused(errors.NO_UPDATE)
    for name, value in params.items():
        if UPDATES.get(name) != value:
            raise Refused(errors.bad_update(name))


def _bad_value(name: str, value: str) -> errors.Refusal:
    return errors.BAD_MAX_PRICE if name == "MaxPrice" else errors.value_not_carried(name, value)
