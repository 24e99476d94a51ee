"""Twilio's REST API 2010-04-01, as far as texts go: create, fetch, list, update, delete.

https://www.twilio.com/docs/messaging/api/message-resource
"""

import asyncio
import base64
import functools
import hmac
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import aiohttp.web as web

from simulator import errors, listing
from simulator.carrier import CARRIER, Carrier
from simulator.clock import now
from simulator.errors import Refusal, Refused
from simulator.faults import Fault
from simulator.message import API_VERSION, Message, resource
from simulator.parameters import refuse_other_updates
from simulator.request_validation import Wish, checked

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
MESSAGES = f"/{API_VERSION}/Accounts/{{account}}/Messages"
SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")


def add_api(app: web.Application) -> None:
    """Put the API's routes on the application."""
    app.router.add_post(f"{MESSAGES}.json", guarded(create, signed_in=False))
    app.router.add_get(f"{MESSAGES}.json", guarded(list_messages))
    app.router.add_get(f"{MESSAGES}/{{sid}}.json", guarded(fetch))
    app.router.add_post(f"{MESSAGES}/{{sid}}.json", guarded(update))
    app.router.add_delete(f"{MESSAGES}/{{sid}}.json", guarded(delete))
    app.router.add_get(f"{MESSAGES}/{{sid}}/Media.json", guarded(list_media))
    app.router.add_route("*", f"/{API_VERSION}/{{rest:.*}}", guarded(unknown))


def guarded(handler: Handler, *, signed_in: bool = True) -> Handler:
    """Let only the account itself in, and answer refusals in Twilio's shape.

    A handler that is not `signed_in` yet looks at the sign-in itself.
    """

    @functools.wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            if signed_in:
                _authenticate(request)
            return await handler(request)
        except Refused as refused:
            return refused.refusal.response()
        except web.HTTPRequestEntityTooLarge:
            return errors.TOO_LARGE.response()

    return answer


def _authenticate(request: web.Request) -> None:
    settings = request.app[CARRIER].settings
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    known = False
    for token in settings.auth_tokens:
        pair = base64.b64encode(f"{settings.account_sid}:{token}".encode())
        known |= hmac.compare_digest(given, b"Basic " + pair)
    if not known or request.match_info.get("account") not in {None, settings.account_sid}:
        raise Refused(errors.UNAUTHENTICATED)


async def _form(request: web.Request) -> dict[str, str]:
    body = (await request.read()).decode("utf-8", "replace")
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=100))
    except ValueError as error:
        raise Refused(errors.TOO_LARGE) from error


async def create(request: web.Request) -> web.StreamResponse:
    """Take a text, or refuse it; the answer leaves after the ledger has it."""
    carrier, received_at = request.app[CARRIER], now()
    params = await _form(request)
    recipient, sender = params.get("To", ""), params.get("From", "")
    note = functools.partial(_note, carrier, params, received_at)
    delay = carrier.faults.strike("delay", recipient, sender, on="create")
    if delay is not None and delay.settings["when"] == "before":
        await asyncio.sleep(carrier.faults.seconds(delay, recipient))
    at = now()
    try:
        _authenticate(request)
        _refuse_by_fault(carrier, recipient, sender, "create")
        wish = checked(params, carrier.settings, at)
        _refuse_opted_out(carrier, wish)
        _refuse_above_rate(carrier, wish)
    except Refused as refused:
        note("refused", code=refused.refusal.code, status=refused.refusal.status)
        await carrier.store.written()
        raise
    message = _accept(carrier, wish, at)
    # The answer shows the text as it was accepted, even when a fault lets it travel first.
    answer = resource(message, carrier.settings.account_sid)
    trouble = _trouble_after(carrier, wish)
    note(
        "accepted",
        sid=message.sid,
        status=201,
        segments=message.segments,
        fault=trouble.kind if trouble else None,
    )
    carrier.delivery.accept(message, at)
    await carrier.store.written()
    await _linger(carrier, message, delay)
    return _answer_with(trouble, request, answer)


async def list_messages(request: web.Request) -> web.StreamResponse:
    """Answer one page of texts."""
    carrier = request.app[CARRIER]
    recipient, sender = request.query.get("To", ""), request.query.get("From", "")
    delay = carrier.faults.strike("delay", recipient, sender, on="list")
    if delay is not None:
        await asyncio.sleep(carrier.faults.seconds(delay, recipient))
    _refuse_by_fault(carrier, recipient, sender, "list")
    found = listing.page(carrier.state, carrier.settings.account_sid, request.query, now())
    return web.json_response(found)


async def fetch(request: web.Request) -> web.StreamResponse:
    """Answer one text."""
    carrier = request.app[CARRIER]
    return web.json_response(resource(_message(request), carrier.settings.account_sid))


async def update(request: web.Request) -> web.StreamResponse:
    """Redact a text's body, or cancel one that waits for its time."""
    carrier, message = request.app[CARRIER], _message(request)
    params = await _form(request)
    refuse_other_updates(params)
    if "Status" in params:
        if message.status != "scheduled":
            raise Refused(errors.NOT_CANCELABLE)
        message.status = "canceled"
    if "Body" in params:
        _refuse_unfinished(message)
        message.body = ""
    carrier.state.changed(message, now())
    carrier.store.note("update", message.phone, sid=message.sid, params=params)
    await carrier.store.written()
    return web.json_response(resource(message, carrier.settings.account_sid))


async def delete(request: web.Request) -> web.StreamResponse:
    """Forget a text whose delivery is over."""
    carrier, message = request.app[CARRIER], _message(request)
    _refuse_unfinished(message)
    carrier.state.delete(message)
    carrier.store.note("delete", message.phone, sid=message.sid)
    await carrier.store.written()
    return web.Response(status=204)


async def list_media(request: web.Request) -> web.StreamResponse:
    """Answer which pictures came with a text."""
    message, account_sid = _message(request), request.app[CARRIER].settings.account_sid
    return web.json_response(listing.media_page(account_sid, message, request.query))


async def unknown(request: web.Request) -> web.StreamResponse:
    """Refuse a resource the simulator does not have."""
    raise Refused(errors.not_found(request.path))


def _message(request: web.Request) -> Message:
    sid = request.match_info["sid"]
    found = request.app[CARRIER].state.messages.get(sid) if SID.fullmatch(sid) else None
    if found is None:
        raise Refused(errors.not_found(request.path))
    return found


def _refuse_unfinished(message: Message) -> None:
    if not message.is_final:
        raise Refused(errors.NOT_FINISHED)


def _refuse_by_fault(carrier: Carrier, recipient: str, sender: str, on: str) -> None:
    refuse = carrier.faults.strike("refuse", recipient, sender, on=on)
    if refuse is not None:
        raise Refused(errors.unavailable(refuse.settings["status"]))
    busy = carrier.faults.strike("too_many", recipient, sender, on=on)
    if busy is not None:
        raise Refused(errors.too_many(busy.settings["retry_after"]))


def _refuse_opted_out(carrier: Carrier, wish: Wish) -> None:
    numbers = (wish.recipient, wish.sender)
    if carrier.state.is_opted_out(*numbers) or carrier.faults.strike("opted_out", *numbers):
        raise Refused(errors.OPTED_OUT)


def _refuse_above_rate(carrier: Carrier, wish: Wish) -> None:
    rate = carrier.faults.standing("sender_rate", wish.recipient, wish.sender)
    if rate is None or rate.settings["mode"] != "refuse":
        return
    if not rate.admits(float(rate.settings["per_second"]), now()):
        raise Refused(errors.too_many(1))


def _accept(carrier: Carrier, wish: Wish, at: datetime) -> Message:
    lag = carrier.faults.strike("list_lag", wish.recipient, wish.sender)
    status = "accepted" if wish.service_sid else "queued"
    return carrier.state.add(
        direction="outbound-api",
        sender=wish.sender,
        recipient=wish.recipient,
        body=wish.body,
        status="scheduled" if wish.send_at else status,
        at=at,
        service_sid=wish.service_sid,
        sender_shown=wish.service_sid is None,
        callback_url=wish.callback_url,
        validity=wish.validity,
        depart_at=wish.send_at,
        visible_at=at + timedelta(seconds=lag.settings["seconds"]) if lag else None,
    )


def _trouble_after(carrier: Carrier, wish: Wish) -> Fault | None:
    numbers = (wish.recipient, wish.sender)
    return carrier.faults.strike("drop_after_accept", *numbers) or carrier.faults.strike(
        "error_after_accept", *numbers
    )


async def _linger(carrier: Carrier, message: Message, delay: Fault | None) -> None:
    early = carrier.faults.strike("callback_early", message.recipient, message.sender)
    if early is not None:
        await carrier.delivery.told(message, early.settings["until"])
    if delay is not None and delay.settings["when"] == "after":
        await asyncio.sleep(carrier.faults.seconds(delay, message.recipient))


def _answer_with(
    trouble: Fault | None, request: web.Request, answer: dict[str, Any]
) -> web.StreamResponse:
    if trouble is None:
        return web.json_response(answer, status=201)
    if trouble.kind == "drop_after_accept" and request.transport is not None:
        request.transport.abort()
    status = trouble.settings.get("status", 500)
    refusal: Refusal = errors.unavailable(status)
    return refusal.response()


def _note(
    carrier: Carrier, params: dict[str, str], received_at: datetime, outcome: str, **record: Any
) -> None:
    carrier.store.note(
        "create",
        params.get("To"),
        to=params.get("To"),
        body=params.get("Body"),
        outcome=outcome,
        received_at=received_at.isoformat(timespec="microseconds"),
        params=params,
        **{"from": params.get("From"), **record},
    )
