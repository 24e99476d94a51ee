"""The list of texts, filtered and paged as Twilio's API does it."""

import functools
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from simulator.message import API_VERSION, Message, media_resources, resource
from simulator.request_validation import parsed_instant
from simulator.state import State

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 1000
PAGING = ("PageSize", "Page", "PageToken")


def page(state: State, account_sid: str, query: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return one page of texts, newest first, that fit To, From, DateSent, DateSent< and >.

    The bounds of DateSent are inclusive. A text that has not left yet is dated by its
    creation, so that a search for what may have been sent finds it.
    """
    size = _number(query, "PageSize", DEFAULT_PAGE_SIZE, least=1, most=LARGEST_PAGE_SIZE)
    number = _number(query, "Page", 0, least=0, most=10**9)
    fitting = _fitting(state, query, now)
    start = _start(fitting, state, query.get("PageToken", ""), number, size)
    shown = fitting[start : start + size]
    more = len(fitting) > start + size
    uri = functools.partial(_uri, f"Accounts/{account_sid}/Messages.json", query, size)
    back = f"PB{shown[0].sid}" if shown else None
    return {
        "messages": [resource(message, account_sid) for message in shown],
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1, f"PA{shown[-1].sid}") if more else None,
        "previous_page_uri": uri(number - 1, back) if number > 0 else None,
        "uri": uri(number, query.get("PageToken")),
        "page": number,
        "page_size": size,
        "start": start,
        "end": start + max(0, len(shown) - 1),
    }


def media_page(account_sid: str, message: Message, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the only page of a text's media; there are ten at most."""
    size = _number(query, "PageSize", DEFAULT_PAGE_SIZE, least=1, most=LARGEST_PAGE_SIZE)
    uri = _uri(f"Accounts/{account_sid}/Messages/{message.sid}/Media.json", query, size, 0)
    shown = media_resources(message, account_sid)
    return {
        "media_list": shown,
        "first_page_uri": uri,
        "next_page_uri": None,
        "previous_page_uri": None,
        "uri": uri,
        "page": 0,
        "page_size": size,
        "start": 0,
        "end": max(0, len(shown) - 1),
    }


def _start(fitting: list[Message], state: State, token: str, number: int, size: int) -> int:
    """Return where a page begins: after or before the text its token names, else by number."""
    marked = state.messages.get(token[2:])
    if marked is not None and token.startswith("PA"):
        return next((i for i, m in enumerate(fitting) if m.seq < marked.seq), len(fitting))
    if marked is not None and token.startswith("PB"):
        return max(0, sum(m.seq > marked.seq for m in fitting) - size)
    return number * size


def _fitting(state: State, query: Mapping[str, str], now: datetime) -> list[Message]:
    recipient, sender = query.get("To") or None, query.get("From") or None
    found: Iterable[Message] = state.candidates(recipient, sender)
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
    path: str, query: Mapping[str, str], size: int, number: int, token: str | None = None
) -> str:
    filters = {name: value for name, value in query.items() if name not in PAGING}
    paging = {"PageSize": str(size), "Page": str(number)}
    if token:
        paging["PageToken"] = token
    return f"/{API_VERSION}/{path}?{urlencode(filters | paging)}"
