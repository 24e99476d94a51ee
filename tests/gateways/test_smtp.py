"""Mails through a mail server: one that cannot be written never takes the others with it."""

import pytest

from booking.gateways.smtp import SmtpMail
from booking.ids import new_id
from booking.ports import Outcome, OutgoingEmail
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
    return OutgoingEmail(new_id(), address, "Your session", "Hello\n", "<p>Hello</p>", ())


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
        first.message_id: Outcome.ACCEPTED,
        wrong.message_id: Outcome.REFUSED,
        last.message_id: Outcome.ACCEPTED,
    }
    assert [recipients for _, recipients, _ in server.taken] == [
        ["a@example.org"],
        ["b@example.org"],
    ]
