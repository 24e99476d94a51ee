"""The mail catcher: an SMTP server that takes every mail and sends none on."""

import asyncio
import functools
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from simulator.mailbox import Mailbox

LARGEST_MAIL = 10 * 1024 * 1024


class Catcher:
    """Hands each mail to the mailbox; aiosmtpd calls it."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail, then say that it is kept."""
        content = envelope.content or b""
        raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        mail = self._mailbox.catch(envelope.mail_from or "", list(envelope.rcpt_tos), raw)
        return f"250 OK, kept as mail {mail.id}"


def _welcome(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: Any
) -> AuthResult:
    return AuthResult(success=True)


async def serve_smtp(mailbox: Mailbox, host: str, port: int) -> asyncio.Server:
    """Listen for mails; any login is right, and none is needed."""
    protocol = functools.partial(
        SMTP,
        Catcher(mailbox),
        data_size_limit=LARGEST_MAIL,
        enable_SMTPUTF8=True,
        hostname="sandbox.invalid",
        ident="sandbox",
        authenticator=_welcome,
        auth_require_tls=False,
        loop=asyncio.get_running_loop(),
    )
    return await asyncio.get_running_loop().create_server(protocol, host, port)
