"""One text as the carrier keeps it, and as its API shows it."""

import json
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from simulator.clock import rfc2822
from simulator.ids import media_sid

API_VERSION = "2010-04-01"
FINAL_STATUSES = frozenset({"delivered", "undelivered", "failed", "canceled", "received"})
PRICE_PER_SEGMENT = 0.0079
_INSTANTS = ("created_at", "updated_at", "sent_at", "depart_at", "visible_at")


@dataclass(slots=True)
class Message:
    """A text, outbound or inbound; instants are aware UTC, durations whole seconds."""

    sid: str
    seq: int
    direction: str
    sender: str
    recipient: str
    body: str
    status: str
    segments: int
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    depart_at: datetime | None = None
    visible_at: datetime | None = None
    error_code: int | None = None
    error_message: str | None = None
    service_sid: str | None = None
    sender_shown: bool = True
    callback_url: str | None = None
    validity: int | None = None
    fate: int | None = None
    fate_status: str | None = None
    owed: list[str] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    """The content types of what came with it; there are no pictures behind them."""

    @property
    def is_inbound(self) -> bool:
        """Whether a patient sent it."""
        return self.direction == "inbound"

    @property
    def phone(self) -> str:
        """The patient's number, whichever way the text went."""
        return self.sender if self.is_inbound else self.recipient

    @property
    def is_final(self) -> bool:
        """Whether its status can change no more."""
        return self.status in FINAL_STATUSES

    def to_json(self) -> str:
        """Write it down for the store."""
        record: dict[str, Any] = {name: getattr(self, name) for name in _FIELDS}
        for name in _INSTANTS:
            if record[name] is not None:
                record[name] = record[name].isoformat()
        return json.dumps(record)


_FIELDS = tuple(entry.name for entry in fields(Message))


def message_from_json(text: str) -> Message:
    """Read a message the store wrote down."""
    record = json.loads(text)
    for name in _INSTANTS:
        if record[name] is not None:
            record[name] = datetime.fromisoformat(record[name])
    return Message(**record)


def media_uri(sid: str, number: int, account_sid: str) -> str:
    """Return where one picture of a text would be, by its number."""
    return f"/{API_VERSION}/Accounts/{account_sid}/Messages/{sid}/Media/{media_sid(sid, number)}"


def media_resources(message: Message, account_sid: str) -> list[dict[str, Any]]:
    """Return what came with a message as Twilio's API lists it.

    https://www.twilio.com/docs/messaging/api/media-resource
    """
    return [
        {
            "sid": media_sid(message.sid, number),
            "account_sid": account_sid,
            "parent_sid": message.sid,
            "content_type": type_,
            "date_created": rfc2822(message.created_at),
            "date_updated": rfc2822(message.created_at),
            "uri": f"{media_uri(message.sid, number, account_sid)}.json",
        }
        for number, type_ in enumerate(message.media)
    ]


def resource(message: Message, account_sid: str) -> dict[str, Any]:
    """Return the message as Twilio's API 2010-04-01 shows it, every field in its type.

    https://www.twilio.com/docs/messaging/api/message-resource#message-properties
    """
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{message.sid}"
    assigned = message.sender_shown
    priced = message.sent_at is not None
    return {
        "body": message.body,
        "num_segments": str(message.segments if assigned else 0),
        "direction": message.direction,
        "from": message.sender if assigned else None,
        "to": message.recipient,
        "date_updated": rfc2822(message.updated_at),
        "price": f"-{message.segments * PRICE_PER_SEGMENT:.5f}" if priced else None,
        "error_message": message.error_message,
        "uri": f"{uri}.json",
        "account_sid": account_sid,
        "num_media": str(len(message.media)),
        "status": message.status,
        "messaging_service_sid": message.service_sid,
        "sid": message.sid,
        "date_sent": rfc2822(message.sent_at) if message.sent_at else None,
        "date_created": rfc2822(message.created_at),
        "error_code": message.error_code,
        "price_unit": "USD",
        "api_version": API_VERSION,
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }
