"""Mails over a real connection to the mail catcher: what arrives, and what each failure proves."""

import socket

import pytest

from booking.gateways import smtp
from booking.gateways.smtp import SmtpMail
from booking.kit.ids import new_id
from booking.messaging.ports import CalendarFile, OutgoingEmail, SendOutcome
from tests.build.times import SettableClock

INVITE = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def gateway(world):
    return gateway_to(f"smtp://127.0.0.1:{world.sandbox.smtp_port}")


def gateway_to(url):
    return SmtpMail(
        url, sender="hello@example.org", sender_name="Willow Röom", clock=SettableClock()
    )


def mail_to(address, **changes):
    return OutgoingEmail(
        **{
            "message_id": new_id(),
            "to": address,
            "subject": "Your session on\nThursday",
            "text": "See you at ten – wear something warm.\n",
            "html": "<p>See you at <b>ten</b>.</p>",
            "calendar": CalendarFile("REQUEST", INVITE),
            **changes,
        }
    )


def caught(world, address):
    return world.get("/control/mails", to=address).json()


def test_a_mail_arrives_with_its_texts_its_invitation_and_an_id_of_its_own(world, gateway):
    mail = mail_to("whole@example.org")

    [result] = gateway.send([mail])

    assert (result.message_id, result.outcome) == (mail.message_id, SendOutcome.ACCEPTED)
    [got] = caught(world, "whole@example.org")
    assert got["subject"] == "Your session on Thursday"
    assert "wear something warm" in got["text"]
    assert "<b>ten</b>" in got["html"]
    inline, file = got["attachments"]
    assert (inline["type"], file["type"]) == ("text/calendar", "application/ics")
    assert inline["text"].encode() == INVITE
    assert file["name"] == "invite.ics"


def test_the_message_id_is_the_messages_own_so_that_a_second_copy_is_recognised(gateway):
    mail = mail_to("twice@example.org")

    first, second = gateway._message(mail), gateway._message(mail)

    assert first["Message-ID"] == second["Message-ID"] == f"<{mail.message_id}@example.org>"
    assert first["Auto-Submitted"] == "auto-generated"


def test_a_batch_goes_over_one_connection(world, gateway, monkeypatch):
    opened = []
    connect = SmtpMail._connect
    monkeypatch.setattr(
        SmtpMail, "_connect", lambda self: opened.append(1) or connect(self), raising=True
    )

    results = gateway.send([mail_to(f"batch{number}@example.org") for number in range(5)])

    assert {one.outcome for one in results} == {SendOutcome.ACCEPTED}
    assert len(opened) == 1


def test_nothing_to_send_opens_no_connection():
    assert gateway_to("smtp://127.0.0.1:1").send([]) == []


def test_a_server_out_of_reach_took_none_of_them():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        gateway = gateway_to(f"smtp://127.0.0.1:{nobody.getsockname()[1]}")

        results = gateway.send([mail_to("a@example.org"), mail_to("b@example.org")])

    assert [one.outcome for one in results] == [SendOutcome.NOT_PROCESSED] * 2


def test_a_server_that_says_nothing_is_given_up_after_a_while(monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        gateway = gateway_to(f"smtp://127.0.0.1:{silent.getsockname()[1]}")

        [result] = gateway.send([mail_to("a@example.org")])

    assert result.outcome is SendOutcome.NOT_PROCESSED


def test_a_mail_the_server_refuses_for_good_is_a_refusal(gateway):
    [result] = gateway.send([mail_to("large@example.org", text="x" * 11_000_000)])

    assert result.outcome is SendOutcome.REFUSED


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_server_that_speaks_no_encryption_gets_nothing_where_it_is_asked_for(world, scheme):
    gateway = gateway_to(f"{scheme}://127.0.0.1:{world.sandbox.smtp_port}")

    [result] = gateway.send([mail_to("plain@example.org")])

    assert result.outcome is SendOutcome.NOT_PROCESSED
    assert caught(world, "plain@example.org") == []
