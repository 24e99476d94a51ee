"""What an answer of the carrier proves, whoever gave it: a proxy in between may have."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import aiohttp
from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from booking.gateways.twilio_http import DeadlinePassed, RateLimited
from booking.messaging.ports import (
    CarrierOutOfReach,
    CarrierRecord,
    SendOutcome,
    SendResult,
    Trouble,
)
from booking.messaging.rules.media import read_count

SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
LONGEST_SID = 64
OWN_CODES = range(10_000, 100_000)
"""The carrier's error codes; without one of these, a refusal is somebody else's."""
NO_SUCH_TEXT = 20404
SERVER_ERRORS = 500


def taken(message_id: UUID, sid: object) -> SendResult:
    """Return what an answer of success proves: that the text was taken only if it has an id."""
    if isinstance(sid, str) and SID.fullmatch(sid):
        return SendResult(message_id, SendOutcome.ACCEPTED, provider_sid=sid)
    return SendResult(message_id, SendOutcome.UNKNOWN, reason=Trouble.NO_ID)


def failure(message_id: UUID, error: Exception) -> SendResult:
    """Say what an error proves: refused, never taken, or nothing at all."""
    if isinstance(error, RateLimited):
        return SendResult(
            message_id,
            SendOutcome.NOT_PROCESSED,
            error_code=20429,
            retry_after_s=error.retry_after_s,
            reason=Trouble.SLOW_DOWN,
        )
    if isinstance(error, DeadlinePassed):
        # Held up for so long, the process may find the text sent by another.
        return SendResult(message_id, SendOutcome.NOT_PROCESSED, reason=Trouble.HELD_UP)
    if (code := refusal(error)) is not None:
        return SendResult(
            message_id,
            SendOutcome.REFUSED,
            error_code=code,
            reason=Trouble.REFUSED,
            about=str(status(error)),
        )
    if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)):
        return SendResult(message_id, SendOutcome.NOT_PROCESSED, reason=Trouble.OUT_OF_REACH)
    if isinstance(error, (TwilioRestException, TwilioServiceException)):
        # A redirect, a page of a proxy: most likely the carrier never saw the text, but who knows.
        return SendResult(
            message_id,
            SendOutcome.UNKNOWN,
            reason=Trouble.FOREIGN_ANSWER,
            about=str(status(error)),
        )
    return SendResult(message_id, SendOutcome.UNKNOWN, reason=type(error).__name__)


def refusal(error: Exception) -> int | None:
    """Return the carrier's own code of a refusal, or None where it is none of the carrier's."""
    if not isinstance(error, (TwilioRestException, TwilioServiceException)):
        return None
    has_code = isinstance(error.code, int) and error.code in OWN_CODES
    said = status(error)
    if not has_code or said is None or not 400 <= said < SERVER_ERRORS:
        return None
    return int(error.code)


def status(error: TwilioRestException | TwilioServiceException) -> int | None:
    """Return the status of an answer; where it stands in its text it may be anything."""
    return error.status if isinstance(error.status, int) else None


def carrier_record(one: Any, phone: object) -> CarrierRecord:
    """Return a text as the carrier lists it; raises CarrierOutOfReach for what is none.

    What is passed over would count as absent, and absent twice it would go again.
    """
    words = one.body if one.body is not None else ""
    # The ids of what patients send are cut where they are kept.
    longest = None if one.direction == "inbound" else LONGEST_SID
    has_id = isinstance(one.sid, str) and bool(one.sid) and one.sid[:longest] == one.sid
    if not (has_id and isinstance(words, str)):
        raise CarrierOutOfReach("a list that is not the carrier's")
    return CarrierRecord(
        sid=one.sid,
        phone=phone if isinstance(phone, str) else "",
        body=words,
        status=str(one.status),
        error_code=one.error_code if one.error_code in OWN_CODES else None,
        created_at=one.date_created if isinstance(one.date_created, datetime) else None,
        media_count=read_count(str(one.num_media or "")),
    )
