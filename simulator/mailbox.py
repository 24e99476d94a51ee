"""Caught mails: read apart once, kept raw in the store."""

from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from simulator.clock import now
from simulator.live import Live
from simulator.store import Store


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is neither the text nor the HTML; `text` is None where it is no text."""

    name: str
    content_type: str
    text: str | None
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One caught mail; `recipients` are those of the envelope."""

    id: int
    at: str
    sender: str
    recipients: list[str]
    subject: str
    shown_from: str
    shown_to: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    raw: bytes

    def as_json(self) -> dict[str, Any]:
        """Return it as the control API shows it."""
        return {
            "id": self.id,
            "at": self.at,
            "subject": self.subject,
            "from": self.shown_from,
            "to": self.shown_to,
            "envelope_from": self.sender,
            "envelope_to": self.recipients,
            "text": self.text,
            "html": self.html,
            "attachments": [
                {"name": part.name, "type": part.content_type, "text": part.text}
                for part in self.attachments
            ],
        }


class Mailbox:
    """All mails caught so far, oldest first."""

    def __init__(self, store: Store, live: Live) -> None:
        self._store = store
        self._live = live
        self.mails = [read_mail(*row) for row in store.mails()]

    def catch(self, sender: str, recipients: list[str], raw: bytes) -> Mail:
        """Keep a mail; it is stored when this returns."""
        at = now().isoformat(timespec="microseconds")
        mail = read_mail(
            self._store.keep_mail(at, sender, recipients, raw), at, sender, recipients, raw
        )
        self.mails.append(mail)
        for recipient in recipients:
            self._store.note("mail", None, mail=mail.id, to=recipient, subject=mail.subject)
        self._live.changed()
        return mail

    def to(self, address: str | None) -> list[Mail]:
        """Return the mails to an address, oldest first; all for None."""
        if address is None:
            return list(self.mails)
        wanted = address.casefold()
        return [m for m in self.mails if wanted in (to.casefold() for to in m.recipients)]

    def find(self, mail_id: int) -> Mail | None:
        """Return one mail by its id."""
        return next((mail for mail in reversed(self.mails) if mail.id == mail_id), None)


def read_mail(mail_id: int, at: str, sender: str, recipients: list[str], raw: bytes) -> Mail:
    """Read a raw mail apart: the first text, the first HTML, and everything else."""
    message = BytesParser(policy=policy.default).parsebytes(raw)
    text, html = None, None
    attachments: list[Attachment] = []
    for part in message.walk():
        if part.is_multipart():
            continue
        attached = part.get_content_disposition() == "attachment"
        kind = part.get_content_type()
        if kind == "text/plain" and text is None and not attached:
            text = _text(part)
        elif kind == "text/html" and html is None and not attached:
            html = _text(part)
        else:
            attachments.append(_attachment(part, len(attachments) + 1))
    return Mail(
        id=mail_id,
        at=at,
        sender=sender,
        recipients=recipients,
        subject=_header(message, "Subject"),
        shown_from=_header(message, "From") or sender,
        shown_to=_header(message, "To") or ", ".join(recipients),
        text=text or "",
        html=html or "",
        attachments=tuple(attachments),
        raw=raw,
    )


def _header(message: EmailMessage, name: str) -> str:
    return str(message.get(name, "")).strip()


def _content(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: EmailMessage) -> str:
    try:
        return _content(part).decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        # The mail names a character set nobody knows.
        return _content(part).decode("utf-8", "replace")


def _attachment(part: EmailMessage, number: int) -> Attachment:
    kind = part.get_content_type()
    ending = {"text/calendar": "ics", "text/plain": "txt", "text/html": "html"}.get(kind, "bin")
    return Attachment(
        name=part.get_filename() or f"part-{number}.{ending}",
        content_type=kind,
        text=_text(part) if part.get_content_maintype() == "text" else None,
        content=_content(part),
    )
