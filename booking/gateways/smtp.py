"""Mails through an SMTP server."""

import smtplib
import ssl
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from booking.kit.clock import Clock
from booking.kit.mail_address import on_the_wire
from booking.messaging.ports import CalendarFile, OutgoingEmail, SendOutcome, SendResult, Trouble

TIMEOUT_S = 10.0
PERMANENT = 500
LAST_PERMANENT = 599

UNWRITABLE = (ValueError, AttributeError, IndexError)
"""What the standard library raises, by chance, for an address that is none; idna.IDNAError is
a ValueError too."""


def answers(url: str, within_s: float) -> bool:
    """Whether a mail server greets who calls; nothing is handed over."""
    parts = urlsplit(url)
    call = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    try:
        with call(parts.hostname or "", parts.port or 0, timeout=within_s):
            return True
    except (OSError, smtplib.SMTPException):
        return False


class SmtpMail:
    """Hands mails to the server of an smtp://, smtps:// or smtp+starttls:// address."""

    def __init__(self, url: str, *, sender: str, sender_name: str, clock: Clock) -> None:
        self._url = urlsplit(url)
        self._sender = on_the_wire(sender)
        self._sender_name = sender_name
        self._clock = clock

    def send(self, mails: Sequence[OutgoingEmail]) -> list[SendResult]:
        """Hand over a batch on one connection and return one result for each; never raises."""
        if not mails:
            return []
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            return [
                SendResult(mail.message_id, SendOutcome.NOT_PROCESSED, reason=type(error).__name__)
                for mail in mails
            ]
        try:
            return [self._send_one(server, mail) for mail in mails]
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "", self._url.port or 0
        context = ssl.create_default_context()
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        try:
            if self._url.scheme == "smtp+starttls":
                server.starttls(context=context)
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _send_one(self, server: smtplib.SMTP, mail: OutgoingEmail) -> SendResult:
        try:
            message = self._message(mail)
        except UNWRITABLE as error:
            return _result(mail, SendOutcome.REFUSED, Trouble.UNWRITABLE, type(error).__name__)
        try:
            server.send_message(message, self._sender, [on_the_wire(mail.to)])
        except (OSError, smtplib.SMTPException) as error:
            return _result(mail, *_meaning(error))
        return _result(mail, SendOutcome.ACCEPTED)

    def _message(self, mail: OutgoingEmail) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        # As an Address, not as text: a policy that folds a text anew may cut a name with a comma
        # and an umlaut in two (python/cpython#121284).
        name = self._sender_name.replace("=?", "= ?")
        message["From"] = Address(name, addr_spec=self._sender)
        message["To"] = on_the_wire(mail.to)
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{mail.message_id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        if mail.calendar is not None:
            _add_calendar(message, mail.calendar)
        return message


def _add_calendar(message: EmailMessage, file: CalendarFile) -> None:
    """Put a calendar file beside the words, and once more as a file.

    Programs that know invitations read the part (RFC 6047, 2.4: with its method and character
    set); the others offer the file.
    """
    message.add_alternative(
        file.content.decode(), subtype="calendar", cte="base64", params={"method": file.method}
    )
    message.add_attachment(
        file.content, maintype="application", subtype="ics", filename="invite.ics"
    )


def _meaning(error: OSError | smtplib.SMTPException) -> tuple[SendOutcome, str, str]:
    """Return what a failure proves, what it was, and the status that came with it.

    Mails may safely go twice: the Message-ID is the message's own, and readers show one of two
    mails that share it.
    """
    match error:
        case smtplib.SMTPResponseException(smtp_code=code):
            if PERMANENT <= code <= LAST_PERMANENT:
                return SendOutcome.REFUSED, Trouble.REFUSED, str(code)
            return SendOutcome.NOT_PROCESSED, Trouble.PUT_OFF, str(code)
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            code = next(iter(recipients.values()))[0]
            outcome = SendOutcome.REFUSED if code >= PERMANENT else SendOutcome.NOT_PROCESSED
            return outcome, Trouble.REFUSED, str(code)
        case smtplib.SMTPNotSupportedError():
            # A name before the "@" in other letters than ASCII needs SMTPUTF8 (RFC 6531).
            return SendOutcome.REFUSED, Trouble.ADDRESS_NOT_TAKEN, ""
        case _:
            return SendOutcome.NOT_PROCESSED, type(error).__name__, ""


def _result(
    mail: OutgoingEmail, outcome: SendOutcome, reason: str = "", about: str = ""
) -> SendResult:
    return SendResult(mail.message_id, outcome, reason=reason, about=about)
