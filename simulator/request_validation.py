"""Which creates the carrier takes: the same that Twilio would take."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from simulator import errors
from simulator.errors import Refused
from simulator.parameters import refuse_what_is_not_carried
from simulator.segments import text_units
from simulator.settings import E164, SERVICE_SID, Settings

LONGEST_BODY = 1600
LONGEST_VALIDITY = 36_000
SENDER_NAME_OR_CODE = re.compile(r"\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
URL_CHARACTERS = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Wish:
    """A create that may be carried out; validity in seconds."""

    recipient: str
    sender: str
    body: str
    service_sid: str | None
    callback_url: str | None
    validity: int | None
    send_at: datetime | None


def checked(params: Mapping[str, str], settings: Settings, now: datetime) -> Wish:
    """Read a create's form fields; raises Refused for what Twilio refuses."""
    refuse_what_is_not_carried(params)
    recipient = params.get("To", "")
    if not recipient:
        raise Refused(errors.NO_RECIPIENT)
    sender, service_sid = _sender(params, settings)
    body = params.get("Body", "")
    if not body:
        raise Refused(errors.NO_CONTENT if service_sid else errors.NO_BODY)
    # A character outside the basic plane counts twice; shorter texts cannot reach the limit.
    if len(body) > LONGEST_BODY // 2 and text_units(body) > LONGEST_BODY:
        raise Refused(errors.BODY_TOO_LONG)
    if not E164.fullmatch(recipient):
        raise Refused(errors.bad_recipient(recipient))
    if recipient == sender:
        raise Refused(errors.SAME_NUMBER)
    return Wish(
        recipient=recipient,
        sender=sender,
        body=body,
        service_sid=service_sid,
        callback_url=_callback(params),
        validity=_validity(params),
        send_at=_send_at(params, service_sid, now),
    )


def _sender(params: Mapping[str, str], settings: Settings) -> tuple[str, str | None]:
    service_sid = params.get("MessagingServiceSid") or None
    sender = params.get("From", "")
    if not sender and service_sid is None:
        raise Refused(errors.NO_SENDER)
    if service_sid is not None and service_sid != settings.service_sid:
        known_shape = SERVICE_SID.fullmatch(service_sid)
        refusal = errors.unknown_service if known_shape else errors.bad_service
        raise Refused(refusal(service_sid))
    if not sender or sender == settings.clinic_number:
        return settings.clinic_number, service_sid
    if E164.fullmatch(sender):
        raise Refused(errors.foreign_sender(sender))
    if SENDER_NAME_OR_CODE.fullmatch(sender):
        raise Refused(errors.incapable_sender(sender))
    raise Refused(errors.bad_sender(sender))


def _callback(params: Mapping[str, str]) -> str | None:
    url = params.get("StatusCallback") or None
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        # Twilio takes no host name with an underscore, though many a private network has one.
        usable = parts.scheme in {"http", "https"} and host != "" and "_" not in host
        usable = usable and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not URL_CHARACTERS.fullmatch(url):
        raise Refused(errors.BAD_CALLBACK)
    return url


def _validity(params: Mapping[str, str]) -> int | None:
    text = params.get("ValidityPeriod")
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= LONGEST_VALIDITY:
        raise Refused(errors.BAD_VALIDITY)
    return int(text)


def _send_at(params: Mapping[str, str], service_sid: str | None, now: datetime) -> datetime | None:
    kind, text = params.get("ScheduleType"), params.get("SendAt")
    if kind is None and text is None:
        return None
    if kind != "fixed":
        raise Refused(errors.BAD_SCHEDULE)
    if text is None:
        raise Refused(errors.NO_SEND_TIME)
    if service_sid is None:
        raise Refused(errors.NO_SCHEDULE_SERVICE)
    send_at = parsed_instant(text)
    if send_at is None or not timedelta(minutes=5) <= send_at - now <= timedelta(days=35):
        raise Refused(errors.BAD_SEND_TIME)
    return send_at


def parsed_instant(text: str) -> datetime | None:
    """Read an ISO 8601 date or time, in UTC where it names no offset; None if it is none."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
