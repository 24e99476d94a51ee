"""The list of texts, filtered and paged as Twilio's API does it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from booking.sandbox.checks import parsed_instant
from booking.sandbox.message import API_VERSION, Message, resource
from booking.sandbox.traffic import Traffic

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 1000
PAGING = ("PageSize", "Page", "PageToken")


def page(
    traffic: Traffic, account_sid: str, query: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    """Return one page of texts, newest first, that fit To, From, DateSent, DateSent< and >.

    The bounds of DateSent are inclusive. A text that has not left yet is dated by its
    creation, so that a search for what may have been sent finds it.
    """
    size = _number(query, "PageSize", DEFAULT_PAGE_SIZE, least=1, most=LARGEST_PAGE_SIZE)
    number = _number(query, "Page", 0, least=0, most=10**9)
    fitting = _fitting(traffic, query, now)
    token = query.get("PageToken", "").removeprefix("PA")
    if token in traffic.messages:
        before = traffic.messages[token].seq
        start = next((i for i, m in enumerate(fitting) if m.seq < before), len(fitting))
    else:
        start = number * size
    shown = fitting[start : start + size]
    more = len(fitting) > start + size
    filters = {name: value for name, value in query.items() if name not in PAGING}
    return {
        "messages": [resource(message, account_sid) for message in shown],
        "first_page_uri": _uri(account_sid, filters, size, 0),
        "next_page_uri": (
            _uri(account_sid, filters, size, number + 1, f"PA{shown[-1].sid}") if more else None
        ),
        "previous_page_uri": (_uri(account_sid, filters, size, number - 1) if number > 0 else None),
        "uri": _uri(account_sid, filters, size, number, query.get("PageToken")),
        "page": number,
        "page_size": size,
        "start": start,
        "end": start + max(0, len(shown) - 1),
    }


def _fitting(traffic: Traffic, query: Mapping[str, str], now: datetime) -> list[Message]:
    recipient, sender = query.get("To") or None, query.get("From") or None
    found: Iterable[Message] = traffic.candidates(recipient, sender)
    least, most = _bounds(query)
    fitting = [
        message
        for message in found
        if (recipient is None or message.recipient == recipient)
        and (sender is None or message.sender == sender)
        and (message.visible_at is None or message.visible_at <= now)
        and (least is None or _dated(message) >= least)
        and (most is None or _dated(message) < most)
    ]
    fitting.reverse()
    return fitting


def _dated(message: Message) -> datetime:
    return (message.sent_at or message.created_at).replace(microsecond=0)


def _bounds(query: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """Return the first instant that fits and the first after it that no longer does."""
    least, most = None, None
    if query.get("DateSent>"):
        least = parsed_instant(query["DateSent>"])
    if query.get("DateSent<"):
        most = _end_of(query["DateSent<"])
    if query.get("DateSent"):
        least, most = parsed_instant(query["DateSent"]), _end_of(query["DateSent"])
    return least, most


def _end_of(text: str) -> datetime | None:
    instant = parsed_instant(text)
    if instant is None:
        return None
    is_day = len(text) == len("2026-03-05")
    return instant + (timedelta(days=1) if is_day else timedelta(seconds=1))


def _number(query: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    text = query.get(name, "")
    if not text.isascii() or not text.isdigit():
        return default
    return min(max(int(text), least), most)


def _uri(
    account_sid: str, filters: Mapping[str, str], size: int, number: int, token: str | None = None
) -> str:
    query = {**filters, "PageSize": str(size), "Page": str(number)}
    if token:
        query["PageToken"] = token
    return f"/{API_VERSION}/Accounts/{account_sid}/Messages.json?{urlencode(query)}"
