"""The control API: faults, inbound texts, caught mails, the ledger, for tests and scripts."""

import json
import re
from typing import Any

import aiohttp.web as web

from simulator.carrier import CARRIER, Carrier
from simulator.faults import FaultRefused, fault_from
from simulator.settings import E164

LEDGER_CHUNK = 2000
MOST_MEDIA = 10
CONTENT_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,40}")


def add_control(app: web.Application) -> None:
    """Put the control API's routes on the application."""
    app.router.add_get("/control/health", health)
    app.router.add_get("/control/idle", idle)
    app.router.add_get("/control/faults", show_faults)
    app.router.add_put("/control/faults", set_faults)
    app.router.add_post("/control/faults", add_fault)
    app.router.add_delete("/control/faults", clear_faults)
    app.router.add_post("/control/inbound", inbound)
    app.router.add_get("/control/mails", mails)
    app.router.add_get("/control/messages", messages)
    app.router.add_get("/control/optouts", opt_outs)
    app.router.add_get("/ledger", ledger)


def number_from(text: str) -> str:
    """Read a phone number from a query, where a bare plus sign has become a space."""
    return "+" + text[1:] if text.startswith(" ") else text


def _problem(sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=400)


async def _json(request: web.Request) -> Any:
    try:
        return json.loads(await request.read())
    except ValueError:
        return None


async def health(request: web.Request) -> web.StreamResponse:
    """Say that the simulator is up."""
    return web.json_response({"ok": True})


async def idle(request: web.Request) -> web.StreamResponse:
    """Say whether everything has come to its end: {idle, on_their_way, webhooks_owed}."""
    carrier = request.app[CARRIER]
    owed = carrier.delivery.callbacks_owed + carrier.inbound.webhooks_owed
    moving = sum(not message.is_final for message in carrier.state.messages.values())
    return web.json_response(
        {"idle": not owed and not moving, "on_their_way": moving, "webhooks_owed": owed}
    )


async def show_faults(request: web.Request) -> web.StreamResponse:
    """Answer the faults in force, with how often each has struck."""
    return web.json_response(request.app[CARRIER].faults.as_json())


async def set_faults(request: web.Request) -> web.StreamResponse:
    """Put the given faults in the place of all others: {"faults": [...], "seed"?: ...}."""
    wish = await _json(request)
    if isinstance(wish, list):
        wish = {"faults": wish}
    if not isinstance(wish, dict) or not isinstance(wish.get("faults"), list):
        return _problem('Send {"faults": [{"kind": ...}, ...]} or the list alone, as JSON.')
    return _replace(request.app[CARRIER], wish["faults"], wish.get("seed"), keep=False)


async def add_fault(request: web.Request) -> web.StreamResponse:
    """Add one fault to those in force."""
    return _replace(request.app[CARRIER], [await _json(request)], None, keep=True)


async def clear_faults(request: web.Request) -> web.StreamResponse:
    """End all faults."""
    return _replace(request.app[CARRIER], [], None, keep=False)


def _replace(carrier: Carrier, wishes: list[Any], seed: Any, *, keep: bool) -> web.Response:
    if not all(isinstance(wish, dict) for wish in wishes):
        return _problem('A fault is an object like {"kind": "delay", "seconds": 0.1}.')
    try:
        faults = [fault_from(wish) for wish in wishes]
    except FaultRefused as refused:
        return _problem(str(refused))
    carrier.faults.replace(
        [*carrier.faults.all, *faults] if keep else faults, None if seed is None else str(seed)
    )
    carrier.store.note("faults", None, **carrier.faults.as_json())
    return web.json_response(carrier.faults.as_json())


def _is_type(word: object) -> bool:
    return isinstance(word, str) and CONTENT_TYPE.fullmatch(word) is not None


async def inbound(request: web.Request) -> web.StreamResponse:
    """Send a text from a patient's phone: {from, body, to?, copies?, sid?, media?}.

    `media` are the content types of pictures that come along, such as ["image/jpeg"].

    `copies` delivers the same text several times at once; `sid` delivers one taken earlier
    again. Answers after the webhook did: {sid, taken, answers}.
    """
    carrier, wish = request.app[CARRIER], await _json(request)
    if not isinstance(wish, dict):
        return _problem('Send {"from": "+1...", "body": "..."} as JSON.')
    copies = wish.get("copies", 1)
    if not isinstance(copies, int) or not 1 <= copies <= 100:
        return _problem("copies must be a whole number between 1 and 100.")
    if "sid" in wish:
        message = carrier.state.messages.get(str(wish["sid"]))
        if message is None or not message.is_inbound:
            return _problem(f"There is no inbound text {wish['sid']}.")
    else:
        sender, body = str(wish.get("from", "")), str(wish.get("body", ""))
        recipient = wish.get("to")
        if not E164.fullmatch(sender) or (recipient and not E164.fullmatch(str(recipient))):
            return _problem("from and to must be numbers like +12025550123.")
        media = wish.get("media", [])
        if not isinstance(media, list) or not all(_is_type(one) for one in media[:MOST_MEDIA]):
            return _problem('media must be a list like ["image/jpeg"].')
        message = carrier.inbound.take(sender, body, recipient, media[:MOST_MEDIA])
    answers = await carrier.inbound.deliver(message, copies)
    taken = bool(answers) and any(answer.is_taken for answer in answers)
    shown = [answer.as_json() for answer in answers]
    return web.json_response({"sid": message.sid, "taken": taken, "answers": shown})


async def mails(request: web.Request) -> web.StreamResponse:
    """Answer the caught mails, oldest first, to one address if `to` is given."""
    found = request.app[CARRIER].mailbox.to(request.query.get("to"))
    return web.json_response([mail.as_json() for mail in found])


async def messages(request: web.Request) -> web.StreamResponse:
    """Answer one phone's texts both ways, oldest first: what its owner would see."""
    phone = request.app[CARRIER].state.phone(number_from(request.query.get("phone", "")))
    return web.json_response(
        [
            {
                "sid": message.sid,
                "direction": message.direction,
                "from": message.sender,
                "to": message.recipient,
                "body": message.body,
                "status": message.status,
                "error_code": message.error_code,
                "segments": message.segments,
                "at": message.created_at.isoformat(),
            }
            for message in phone.messages
        ]
    )


async def opt_outs(request: web.Request) -> web.StreamResponse:
    """Answer which phones have told which sender to stop."""
    pairs = request.app[CARRIER].state.opt_outs()
    return web.json_response([{"phone": phone, "sender": sender} for phone, sender in pairs])


async def ledger(request: web.Request) -> web.StreamResponse:
    """Stream the ledger: `since` a row id (not included), of one phone (`to`), one `kind`.

    A JSON array, or one object a line with `format=lines`; `limit` stops after so many rows.
    """
    query = request.query
    for name in ("since", "limit"):
        if name in query and not (query[name].isascii() and query[name].isdigit()):
            return _problem(f"{name} must be a whole number, not {query[name]!r}.")
    as_lines = query.get("format") == "lines"
    kind = "application/x-ndjson" if as_lines else "application/json"
    response = web.StreamResponse(headers={"Content-Type": kind, "Cache-Control": "no-store"})
    await response.prepare(request)
    since, left = int(query.get("since", 0)), int(query.get("limit", 10**12))
    phone = number_from(query["to"]) if "to" in query else None
    opening, between, closing = ("", "\n", "\n") if as_lines else ("[", ",\n", "]\n")
    await response.write(opening.encode())
    lead = ""
    while left > 0:
        rows = request.app[CARRIER].store.ledger(
            since=since, phone=phone, kind=query.get("kind"), limit=min(left, LEDGER_CHUNK)
        )
        if not rows:
            break
        since, left = rows[-1]["id"], left - len(rows)
        await response.write((lead + between.join(map(json.dumps, rows))).encode())
        lead = between
    if not as_lines or lead:
        await response.write(closing.encode())
    return response
