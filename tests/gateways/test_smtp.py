"""Mails through a mail server: one that cannot be written never takes the others with it."""

import smtplib
from dataclasses import replace
from email import policy
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.gateways.smtp import SmtpMail
from booking.kit.ids import new_id
from booking.messaging.ports import CalendarFile, OutgoingEmail, SendOutcome
from tests.build.times import SettableClock


class MailServer:
    """Stands for a connection to a mail server: it takes whatever it is given."""

    def __init__(self):
        self.taken = []

    def send_message(self, message, sender, recipients):
        self.taken.append((sender, recipients, message.as_bytes()))

    def close(self):
        pass


class MailTo(SmtpMail):
    """The gateway, connected to such a server."""

    def __init__(self, server):
        super().__init__(
            "smtp://mail.example.org:25",
            sender="hello@example.org",
            sender_name="Willow Room",
            clock=SettableClock(),
        )
        self.server = server

    def _connect(self):
        return self.server


def mail_to(address):
    return OutgoingEmail(new_id(), address, "Your session", "Hello\n", "<p>Hello</p>")


@pytest.mark.parametrize(
    "address",
    ["=?us-ascii?q?a=0d=0aBcc:bo=40example.org?=@example.org", "_.:%:@%a^.example"],
)
def test_an_address_no_header_can_hold_is_refused_and_the_rest_of_the_batch_goes(address):
    server = MailServer()
    first, wrong, last = mail_to("a@example.org"), mail_to(address), mail_to("b@example.org")

    results = MailTo(server).send([first, wrong, last])

    outcomes = {one.message_id: one.outcome for one in results}
    assert outcomes == {
        first.message_id: SendOutcome.ACCEPTED,
        wrong.message_id: SendOutcome.REFUSED,
        last.message_id: SendOutcome.ACCEPTED,
    }
    assert [recipients for _, recipients, _ in server.taken] == [
        ["a@example.org"],
        ["b@example.org"],
    ]


def written(name="Willow Room", to="ana@example.org", **changes):
    """A mail as it goes over the wire, and as another program reads it."""
    server = MailServer()
    gateway = MailTo(server)
    gateway._sender_name = name
    [result] = gateway.send([replace(mail_to(to), **changes)])
    assert result.outcome is SendOutcome.ACCEPTED, result.reason
    [(_, recipients, raw)] = server.taken
    return recipients, BytesParser(policy=policy.default).parsebytes(raw)


@given(
    name=st.one_of(
        st.sampled_from(
            [
                "Clínica Salud, S.A.",
                "Sage, Lane Clinic",
                'The "Good" Hands <Köln>',
                "東京 (Tokyo), Co; Ltd",
                "a\\b",
                "Hands @ Home: we; care,",
                "Praxis für Massage, Köln",
            ]
        ),
        st.text(
            alphabet=st.characters(exclude_categories=["C", "Z"], include_characters=" "),
            min_size=1,
            max_size=24,
        ),
    )
)
def test_any_name_of_a_clinic_stays_one_name_before_one_address(name):
    _, mail = written(name)

    [sender] = mail["From"].addresses
    assert sender.addr_spec == "hello@example.org"
    # Python 3.11 reads a blank into the seam of two encoded words.
    assert "".join(sender.display_name.split()) == "".join(name.replace("=?", "= ?").split())


def test_a_calendar_file_is_a_part_with_its_method_and_letters_and_a_file_beside_it():
    content = "BEGIN:VCALENDAR\r\nSUMMARY:Clínica\r\nEND:VCALENDAR\r\n".encode()

    _, mail = written(calendar=CalendarFile("REQUEST", content))

    parts = [part for part in mail.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in parts] == [
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    inline, file = parts[2:]
    assert inline["Content-Type"].params == {"charset": "utf-8", "method": "REQUEST"}
    assert inline.get_content_disposition() is None
    assert inline.get_payload(decode=True) == content
    assert (file.get_content_disposition(), file.get_filename()) == ("attachment", "invite.ics")
    assert file.get_payload(decode=True) == content


def test_a_domain_in_any_letters_is_written_as_mail_servers_know_it():
    recipients, mail = written(to="ana@müller.de")

    assert recipients == ["ana@xn--mller-kva.de"]
    assert mail["To"].addresses[0].addr_spec == "ana@xn--mller-kva.de"


class OldServer(MailServer):
    """A mail server that knows nothing of SMTPUTF8."""

    def send_message(self, message, sender, recipients):
        if not all(one.isascii() for one in recipients):
            raise smtplib.SMTPNotSupportedError("SMTPUTF8")
        super().send_message(message, sender, recipients)


def test_a_name_the_server_cannot_write_is_refused_for_good_and_not_tried_for_days():
    first, second = mail_to("jörg@example.org"), mail_to("b@example.org")

    results = MailTo(OldServer()).send([first, second])

    assert [one.outcome for one in results] == [SendOutcome.REFUSED, SendOutcome.ACCEPTED]
