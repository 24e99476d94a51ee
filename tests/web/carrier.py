"""The carrier as the website meets it: signed posts, checked against what is then stored."""

from sqlalchemy import select
from twilio.request_validator import RequestValidator

from booking.messaging.inbound_models import InboundMessage
from booking.messaging.models import Message, MessageEvent, OptOut
from booking.runtime import INBOUND_PATH, STATUS_PATH

PUBLIC = "https://book.example.org"
NEW, OLD = "the-newer-token-0123456789-0123456789", "the-older-token-0123456789-0123456789"
ACCOUNT = "AC" + "0" * 32
ANAS_PHONE = "+12125550134"


class Carrier:
    """Posts forms to the website as the carrier does."""

    def __init__(self, app):
        self.app = app
        self.client = app.test_client()

    def text(self, body="C", *, sid="SM" + "1" * 32, sender=ANAS_PHONE, **more):
        form = {"MessageSid": sid, "From": sender, "To": "+15005550006", "Body": body}
        return self.post(INBOUND_PATH, form | more.pop("form", {}), **more)

    def report(self, message, status, *, sid="SM" + "2" * 32, **more):
        form = {"MessageSid": sid, "MessageStatus": status, "To": ANAS_PHONE}
        path = f"{STATUS_PATH}?message={message}"
        return self.post(path, form | more.pop("form", {}), **more)

    def post(self, path, form, *, token=NEW, base=PUBLIC, signature=None, sent=None, **details):
        form = {"AccountSid": ACCOUNT} | form
        form = {name: value for name, value in form.items() if value is not None}
        if signature is None:
            signature = RequestValidator(token).compute_signature(base + path, form)
        headers = {"X-Twilio-Signature": signature} if signature else {}
        return self.client.post(path, data=form | (sent or {}), headers=headers, **details)

    def rows(self, model):
        with self.app.extensions["lupine"].database.read_only() as session:
            found = session.scalars(select(model)).all()
            session.expunge_all()
        return found

    @property
    def kept(self):
        return [len(self.rows(model)) for model in (InboundMessage, MessageEvent, OptOut, Message)]
