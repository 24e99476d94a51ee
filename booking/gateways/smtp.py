"""Mails through an SMTP server."""

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from urllib.parse import unquote, urlsplit

from booking.clock import Clock
from booking.ports import Outcome, OutgoingEmail, SendResult

TIMEOUT_S = 10.0
PERMANENT = 500
LAST_PERMANENT = 599

UNWRITABLE = (ValueError, AttributeError, IndexError)
"""What the standard library raises, by chance, for an address that is none."""


class SmtpMail:
    """Hands mails to the server of an smtp://, smtps:// or smtp+starttls:// address."""

    def __init__(self, url: str, *, sender: str, sender_name: str, clock: Clock) -> None:
        self._url = urlsplit(url)
        self._sender = sender
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
                SendResult(mail.message_id, Outcome.NOT_PROCESSED, reason=type(error).__name__)
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
            return _result(mail, Outcome.REFUSED, f"cannot be written ({type(error).__name__})")
        try:
            server.send_message(message, self._sender, [mail.to])
        except smtplib.SMTPResponseException as error:
            if PERMANENT <= error.smtp_code <= LAST_PERMANENT:
                return _result(mail, Outcome.REFUSED, f"refused ({error.smtp_code})")
            return _result(mail, Outcome.NOT_PROCESSED, f"put off ({error.smtp_code})")
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            outcome = Outcome.REFUSED if code >= PERMANENT else Outcome.NOT_PROCESSED
            return _result(mail, outcome, f"refused ({code})")
        except (OSError, smtplib.SMTPException) as error:
            # Mails may safely go twice: the Message-ID is the message's own, and readers
            # show one of two mails that share it.
            return _result(mail, Outcome.NOT_PROCESSED, type(error).__name__)
        return _result(mail, Outcome.ACCEPTED)

    def _message(self, mail: OutgoingEmail) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = formataddr((self._sender_name, self._sender))
        message["To"] = mail.to
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{mail.message_id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        for file in mail.attachments:
            content_type, _, params = file.content_type.partition(";")
            maintype, _, subtype = content_type.partition("/")
            message.add_attachment(
                file.content,
                maintype=maintype,
                subtype=subtype,
                filename=file.name,
                params=dict(
                    part.strip().split("=", 1) for part in params.split(";") if "=" in part
                ),
            )
        return message


def _result(mail: OutgoingEmail, outcome: Outcome, reason: str = "") -> SendResult:
    return SendResult(mail.message_id, outcome, reason=reason)
