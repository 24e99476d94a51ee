"""What the simulator refuses, in the shape and with the codes of Twilio's API."""

from dataclasses import dataclass
from typing import Any

import aiohttp.web as web


class Refused(Exception):
    """Carries a refusal up to the answer; the refusal itself is shared and never raised."""

    def __init__(self, refusal: "Refusal") -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request refused: Twilio's error code, a sentence, and the HTTP status.

    Codes: https://www.twilio.com/docs/api/errors
    """

    code: int
    message: str
    status: int = 400
    retry_after: int | None = None

    def payload(self) -> dict[str, Any]:
        """Return the error body: code, message, more_info, status."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }

    def response(self) -> web.Response:
        """Return the refusal as an HTTP answer."""
        headers = {}
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        if self.status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
        return web.json_response(self.payload(), status=self.status, headers=headers)


UNAUTHENTICATED = Refusal(20003, "Authenticate", status=401)
NO_RECIPIENT = Refusal(21604, "A 'To' phone number is required.")
NO_SENDER = Refusal(21603, "A 'From' phone number or a MessagingServiceSid is required.")
NO_BODY = Refusal(21602, "Message body is required.")
NO_CONTENT = Refusal(21619, "A message through a messaging service needs a Body.")
BODY_TOO_LONG = Refusal(21617, "The message body exceeds the 1600 character limit.")
SAME_NUMBER = Refusal(21266, "The 'To' and 'From' numbers must differ.")
OPTED_OUT = Refusal(21610, "The recipient has opted out of texts from this sender.")
BAD_CALLBACK = Refusal(21609, "The 'StatusCallback' is not a valid http or https address.")
BAD_MAX_PRICE = Refusal(21627, "MaxPrice must be a number.")
BAD_VALIDITY = Refusal(21624, "ValidityPeriod must be a whole number of seconds, 1 to 36000.")
NO_SEND_TIME = Refusal(35111, "A scheduled message needs a SendAt.")
BAD_SCHEDULE = Refusal(35126, "A SendAt needs a ScheduleType, and fixed is the only one.")
BAD_SEND_TIME = Refusal(35114, "SendAt must be an ISO 8601 time 300 seconds to 35 days ahead.")
NO_SCHEDULE_SERVICE = Refusal(35118, "A scheduled message needs a MessagingServiceSid.")
NOT_CANCELABLE = Refusal(30409, "Only a scheduled message can be canceled.", status=409)
NOT_FINISHED = Refusal(20009, "The message's delivery is not yet complete.", status=409)
NO_UPDATE = Refusal(20001, "An update needs an empty Body or the Status canceled.")
TOO_LARGE = Refusal(20413, "The request is too large.", status=413)


def bad_recipient(number: str) -> Refusal:
    """Refuse a To that is no phone number."""
    return Refusal(21211, f"The 'To' number {number} is not a valid phone number.")


def bad_sender(number: str) -> Refusal:
    """Refuse a From that is no phone number, short code or sender id."""
    return Refusal(21212, f"The 'From' number {number} is not a valid phone number.")


def foreign_sender(number: str) -> Refusal:
    """Refuse a From that is a number, but not one of this account."""
    return Refusal(21659, f"The 'From' number {number} is not a Twilio phone number of yours.")


def incapable_sender(number: str) -> Refusal:
    """Refuse a From that is a short code or name this account cannot text from."""
    return Refusal(21606, f"The 'From' number {number} cannot send messages for your account.")


def unknown_service(sid: str) -> Refusal:
    """Refuse a messaging service this account does not have."""
    return Refusal(21701, f"The MessagingServiceSid {sid} names no service here.", status=404)


def bad_service(sid: str) -> Refusal:
    """Refuse a messaging service whose id cannot be one."""
    return Refusal(21705, f"The MessagingServiceSid {sid} must be MG and 32 hexadecimal digits.")


def not_carried(name: str) -> Refusal:
    """Refuse a form field that this simulator does not carry, whether or not Twilio knows it."""
    return Refusal(20001, f"The simulator carries plain texts only; it knows no {name}.")


def value_not_carried(name: str, value: str) -> Refusal:
    """Refuse a value that would change what is sent or kept, or that makes no sense."""
    return Refusal(20001, f"The simulator carries plain texts only; {name} cannot be {value!r}.")


def bad_update(name: str) -> Refusal:
    """Refuse to set anything but an empty Body or the Status canceled."""
    return Refusal(20001, f"{name} cannot be set so; an empty Body and the Status canceled can.")


def not_found(path: str) -> Refusal:
    """Answer for a resource that is not there."""
    return Refusal(20404, f"The requested resource {path} was not found", status=404)


def too_many(retry_after: int) -> Refusal:
    """Refuse with 429 and say after how many seconds to try again."""
    return Refusal(20429, "Too many requests", status=429, retry_after=retry_after)


def unavailable(status: int) -> Refusal:
    """Fail as a carrier in trouble does, with a 5xx status."""
    return Refusal(20503 if status == 503 else 20500, "Internal server error", status=status)


WEBHOOK_ERRORS = {
    11200: "HTTP retrieval failure",
    12100: "Document parse failure",
}

DELIVERY_ERRORS = {
    30001: ("failed", "Queue overflow"),
    30002: ("failed", "Account suspended"),
    30003: ("undelivered", "Unreachable destination handset"),
    30004: ("undelivered", "Message blocked"),
    30005: ("undelivered", "Unknown destination handset"),
    30006: ("undelivered", "Landline or unreachable carrier"),
    30007: ("undelivered", "Message filtered"),
    30008: ("undelivered", "Unknown error"),
    30032: ("failed", "Toll-free number has not been verified"),
    30034: ("undelivered", "Message from an unregistered number"),
    30036: ("failed", "Validity period expired"),
}
