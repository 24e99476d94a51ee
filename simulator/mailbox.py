"""Caught mails: kept raw in the store, and read apart when somebody looks."""

from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from simulator.clock import now
from simulator.server_sent_events import PageStreams
from simulator.store import Envelope, Store


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
    """All mails caught so far, oldest first.

    Thousands may lie there as it starts, so that it reads only their envelopes then.
    """

    def __init__(self, store: Store, live: PageStreams) -> None:
        self._store = store
        self._live = live
        self._envelopes = store.envelopes()
        self._read: dict[int, Mail] = {}

    def catch(self, sender: str, recipients: list[str], raw: bytes) -> Mail:
        """Keep a mail; it is stored when this returns."""
        at = now().isoformat(timespec="microseconds")
        mail_id = self._store.keep_mail(at, sender, recipients, raw)
        self._envelopes.append(Envelope(mail_id, at, sender, recipients))
        mail = self._read[mail_id] = read_mail(self._envelopes[-1], raw)
        for recipient in recipients:
            self._store.note("mail", None, mail=mail.id, to=recipient, subject=mail.subject)
        self._live.changed()
        return mail

    def newest(self, most: int) -> list[Mail]:
        """Return the mails caught last, the newest first."""
        return [self._mail(one) for one in reversed(self._envelopes[-most:])]

    def to(self, address: str | None) -> list[Mail]:
        """Return the mails to an address, oldest first; all for None."""
        wanted = address and address.casefold()
        return [
            self._mail(one)
            for one in self._envelopes
            if wanted is None or wanted in (to.casefold() for to in one.recipients)
        ]

    def find(self, mail_id: int) -> Mail | None:
        """Return one mail by its id."""
        found = (one for one in reversed(self._envelopes) if one.id == mail_id)
        return next((self._mail(one) for one in found), None)

    def _mail(self, envelope: Envelope) -> Mail:
        mail = self._read.get(envelope.id)
        if mail is None:
            mail = self._read[envelope.id] = read_mail(envelope, self._store.raw_mail(envelope.id))
        return mail


def read_mail(envelope: Envelope, raw: bytes) -> Mail:
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
        id=envelope.id,
        at=envelope.at,
        sender=envelope.sender,
        recipients=envelope.recipients,
        subject=_header(message, "Subject"),
        shown_from=_header(message, "From") or envelope.sender,
        shown_to=_header(message, "To") or ", ".join(envelope.recipients),
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
