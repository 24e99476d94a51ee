"""The page a demo reader watches: patients' phones and caught mails, side by side."""

from typing import Any
from urllib.parse import quote

import aiohttp.web as web
from jinja2 import Environment, PackageLoader, StrictUndefined

from simulator.carrier import CARRIER, Carrier
from simulator.control_api import number_from
from simulator.links import linked
from simulator.mailbox import Attachment, Mail
from simulator.request_validation import LONGEST_BODY
from simulator.settings import E164

SHOWN_PHONES, SHOWN_TEXTS, SHOWN_MAILS = 200, 200, 100
QUICK_REPLIES = ("C", "R", "4 6 3", "STOP")
SENDABLE = {"image/jpeg": "Send a picture", "audio/amr": "Send a voice note"}
"""What a phone can send beside words: only how many and of what kind is told, as by a carrier."""
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# A mail may style itself and open links in a new tab; it may run and fetch nothing.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'"
)
STATE_WORDS = {
    "accepted": "on its way",
    "queued": "on its way",
    "scheduled": "scheduled",
    "sent": "sent",
    "delivered": "delivered",
    "undelivered": "not delivered",
    "failed": "failed",
    "canceled": "canceled",
    "received": "sent",
}

_templates = Environment(
    loader=PackageLoader("simulator"), autoescape=True, undefined=StrictUndefined
)
_templates.filters["linked"] = linked


def add_pages(app: web.Application) -> None:
    """Put the pages on the application."""
    app.router.add_get("/", home)
    app.router.add_get("/phones/{number}", phone)
    app.router.add_post("/phones/{number}", reply)
    app.router.add_post("/phones", choose_phone)
    app.router.add_get("/mail", mail_list)
    app.router.add_get("/mail/{id:[0-9]+}", mail)
    app.router.add_get("/mail/{id:[0-9]+}/html", mail_html)
    app.router.add_get("/mail/{id:[0-9]+}/raw", mail_raw)
    app.router.add_get("/mail/{id:[0-9]+}/parts/{part:[0-9]+}", mail_part)
    app.router.add_get("/events", events)


async def home(request: web.Request) -> web.StreamResponse:
    """Show the phone with the newest text and the newest mail."""
    return _page(request.app[CARRIER], number=None, mail_id=None, focus="phone")


async def phone(request: web.Request) -> web.StreamResponse:
    """Show one phone's conversation."""
    number = _number(request)
    mail_id = request.query.get("mail", "")
    chosen = int(mail_id) if mail_id.isascii() and mail_id.isdigit() else None
    return _page(request.app[CARRIER], number=number, mail_id=chosen, focus="phone")


async def reply(request: web.Request) -> web.StreamResponse:
    """Send a text from a phone to the clinic."""
    carrier, number = request.app[CARRIER], _number(request)
    form = await request.post()
    body = str(form.get("body", "")).strip()
    media = [one for one in (str(form.get("media", "")),) if one in SENDABLE]
    if body or media:
        text = carrier.inbound.take(number, body[:LONGEST_BODY], media=media)
        carrier.inbound.deliver_soon(text)
        await carrier.store.written()
    raise web.HTTPSeeOther(f"/phones/{quote(number)}#phone")


async def choose_phone(request: web.Request) -> web.StreamResponse:
    """Open a phone by its number, to text from one the clinic never wrote to."""
    form = await request.post()
    typed = "".join(mark for mark in str(form.get("number", "")) if mark.isdigit() or mark == "+")
    if not E164.fullmatch(typed):
        return _page(
            request.app[CARRIER],
            number=None,
            mail_id=None,
            focus="phone",
            problem="A number starts with + and the country code, like +12025550123.",
        )
    raise web.HTTPSeeOther(f"/phones/{quote(typed)}")


async def mail_list(request: web.Request) -> web.StreamResponse:
    """Show the caught mails."""
    return _page(request.app[CARRIER], number=None, mail_id=None, focus="mail")


async def mail(request: web.Request) -> web.StreamResponse:
    """Show one caught mail."""
    found = _mail(request)
    number = request.query.get("phone")
    chosen = number_from(number) if number else None
    return _page(request.app[CARRIER], number=chosen, mail_id=found.id, focus="mail")


async def mail_html(request: web.Request) -> web.StreamResponse:
    """Serve a mail's HTML on its own, where it can do no harm."""
    return web.Response(
        text=f'<base target="_blank">{_mail(request).html}',
        content_type="text/html",
        headers={"Content-Security-Policy": MAIL_POLICY, "Referrer-Policy": "no-referrer"},
    )


async def mail_raw(request: web.Request) -> web.StreamResponse:
    """Serve a mail as it came."""
    found = _mail(request)
    return _download(found.raw, "message/rfc822", f"mail-{found.id}.eml")


async def mail_part(request: web.Request) -> web.StreamResponse:
    """Serve one attachment for saving."""
    number, parts = int(request.match_info["part"]), _mail(request).attachments
    if number >= len(parts):
        raise web.HTTPNotFound(text="There is no such attachment.")
    part: Attachment = parts[number]
    return _download(part.content, part.content_type, part.name)


async def events(request: web.Request) -> web.StreamResponse:
    """Tell an open page whenever something changed."""
    return await request.app[CARRIER].live.stream(request)


def _number(request: web.Request) -> str:
    number = number_from(request.match_info["number"])
    if not E164.fullmatch(number):
        raise web.HTTPNotFound(text="That is not a phone number.")
    return number


def _mail(request: web.Request) -> Mail:
    found = request.app[CARRIER].mailbox.find(int(request.match_info["id"]))
    if found is None:
        raise web.HTTPNotFound(text="There is no such mail.")
    return found


def _download(content: bytes, content_type: str, name: str) -> web.Response:
    return web.Response(
        body=content,
        headers={
            "Content-Type": content_type,
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def _page(
    carrier: Carrier, *, number: str | None, mail_id: int | None, focus: str, problem: str = ""
) -> web.Response:
    phones = carrier.state.phones_by_newest()[:SHOWN_PHONES]
    if number is None and phones:
        shown_number: str | None = phones[0].number
    else:
        shown_number = number
    if shown_number is not None:
        carrier.state.mark_read(shown_number)
    mails = carrier.mailbox.newest(SHOWN_MAILS)
    shown_mail = carrier.mailbox.find(mail_id) if mail_id is not None else None
    view: dict[str, Any] = {
        "phones": phones,
        "chosen": carrier.state.phone(shown_number) if shown_number else None,
        "shown_texts": SHOWN_TEXTS,
        "clinic_number": carrier.settings.clinic_number,
        "opted_out": bool(shown_number)
        and carrier.state.is_opted_out(shown_number or "", carrier.settings.clinic_number),
        "mails": mails,
        "mail": shown_mail or (mails[0] if mails else None),
        "focus": focus,
        "quick_replies": QUICK_REPLIES,
        "sendable": SENDABLE,
        "state_words": STATE_WORDS,
        "problem": problem,
    }
    text = _templates.get_template("page.html").render(view)
    return web.Response(
        text=text,
        content_type="text/html",
        status=400 if problem else 200,
        headers={
            "Content-Security-Policy": PAGE_POLICY,
            "Cache-Control": "no-store",
            # Not no-referrer: browsers then call a form's origin null.
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
