"""A carrier and a mail server that write down what they get and answer as they were told."""

import itertools
from dataclasses import replace

from booking.messaging.ports import CarrierOutOfReach, SendOutcome, SendResult


class FakeGateway:
    """Takes whatever is sent; `sent` keeps it in order.

    What `answers_with` was given is used up one message at a time; after that everything is
    accepted. `meanwhile`, if set, is called in the middle of a call: after the messages have
    left and before the answer is back.
    """

    def __init__(self):
        self.sent = []
        self.calls = 0
        self.meanwhile = None
        self._answers = []
        self._sids = (f"SM{number:032x}" for number in itertools.count(1))

    def answers_with(self, outcome=SendOutcome.REFUSED, *, times=1, **more):
        """Answer the next messages so: an outcome, and error_code, retry_after_s or reason."""
        self._answers += [(outcome, more)] * times

    def send(self, messages):
        self.calls += bool(messages)
        self.sent += messages
        results = [self._answer(message) for message in messages]
        if messages and self.meanwhile is not None:
            self.meanwhile(results)
        return results

    def _answer(self, message):
        outcome, more = self._answers.pop(0) if self._answers else (SendOutcome.ACCEPTED, {})
        result = SendResult(message.message_id, outcome, **{"reason": "as told", **more})
        if outcome is SendOutcome.ACCEPTED and "provider_sid" not in more:
            return replace(result, provider_sid=self._sid())
        return result

    def _sid(self):
        return None


class FakeSms(FakeGateway):
    """The carrier; `received` is what it lists as texted to us, and it may be `away`."""

    def __init__(self):
        super().__init__()
        self.received = []
        self.away = False

    def to(self, someone):
        """The words of the texts to somebody of the cast, or to a number."""
        phone = getattr(someone, "phone", someone)
        return [text.body for text in self.sent if text.to == phone]

    def received_since(self, at):
        if self.away:
            raise CarrierOutOfReach("away")
        return [one for one in self.received if one.created_at is None or one.created_at > at]

    def _sid(self):
        return next(self._sids)


class FakeEmail(FakeGateway):
    """The mail server."""

    def to(self, someone):
        """The mails to somebody of the cast, or to an address."""
        address = getattr(someone, "email", someone)
        return [mail for mail in self.sent if mail.to == address]
