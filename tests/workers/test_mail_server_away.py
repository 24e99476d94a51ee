"""The mail server is away for minutes: mails wait, none is lost, and none goes twice."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from booking.gateways.smtp import SmtpMail
from booking.messaging.kinds import Channel
from booking.messaging.message import MessageState
from launch.ports import free_port
from tests.build.cast import EMMA


class Inbox:
    """Takes every mail; aiosmtpd calls it."""

    def __init__(self):
        self.ids = []

    async def handle_DATA(self, _server, _session, envelope):
        [line] = [x for x in envelope.content.split(b"\r\n") if x.lower().startswith(b"message-id")]
        self.ids.append(line)
        return "250 taken"


@contextmanager
def mail_server(port):
    inbox = Inbox()
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield inbox
    finally:
        server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request):
    return request.param


def mails(clinic):
    return [one for one in clinic.messages() if one.channel is Channel.EMAIL]


@pytest.mark.parametrize("minutes", [1, 10, 45])
def test_mails_wait_for_a_mail_server_that_is_away_and_each_goes_once(clinic, minutes):
    port = free_port()
    gateway = SmtpMail(
        f"smtp://127.0.0.1:{port}",
        sender="hello@example.org",
        sender_name="Willow Room",
        clock=clinic.clock,
    )
    clinic.runtime = replace(clinic.runtime, email=gateway)
    clinic.booked(EMMA)

    for _ in range(minutes * 6):
        clinic.send_due()
        clinic.clock.pass_(seconds=10)
    written = [one.id for one in mails(clinic) if one.due_at <= clinic.now]
    assert written
    assert all(one.state is MessageState.PENDING for one in mails(clinic))

    with mail_server(port) as inbox:
        until = clinic.now + timedelta(minutes=6)
        while clinic.now < until:
            clinic.send_due()
            clinic.clock.pass_(seconds=10)

    sent = [one for one in mails(clinic) if one.id in written]
    assert {one.state for one in sent} == {MessageState.ACCEPTED}
    assert len(inbox.ids) == len(set(inbox.ids)) >= len(written)
