"""A patient's text to the clinic: kept, heeded as a keyword, handed to the clinic's webhook."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from simulator.clock import now
from simulator.delivery import Delivery
from simulator.errors import WEBHOOK_ERRORS
from simulator.faults import Faults
from simulator.keywords import CONFIRMATIONS, opt_out_type
from simulator.message import API_VERSION, Message, media_uri
from simulator.settings import Settings
from simulator.state import State
from simulator.store import Store
from simulator.twiml import TwimlRefused, texts_in
from simulator.webhooks import Answer, Webhooks

WEBHOOK_FAILED = 11200
NOT_TWIML = 12100


class Inbound:
    """Takes texts from patients' phones."""

    def __init__(
        self,
        settings: Settings,
        state: State,
        store: Store,
        faults: Faults,
        out: Webhooks,
        delivery: Delivery,
    ) -> None:
        self._settings = settings
        self._traffic = state
        self._store = store
        self._faults = faults
        self._out = out
        self._delivery = delivery
        self._tasks: set[asyncio.Task[Any]] = set()

    def take(
        self, sender: str, body: str, recipient: str | None = None, media: Sequence[str] = ()
    ) -> Message:
        """Keep a patient's text and act on it if it is a keyword; the webhook comes after.

        `media` are the content types of the pictures that come along.
        """
        at = now()
        message = self._traffic.add(
            direction="inbound",
            sender=sender,
            recipient=recipient or self._settings.clinic_number,
            body=body,
            status="received",
            at=at,
            sent_at=at,
            owed=["received"],
            media=list(media),
        )
        keyword = opt_out_type(body)
        if keyword == "STOP":
            self._traffic.opt_out(sender, message.recipient)
        elif keyword == "START":
            self._traffic.opt_in(sender, message.recipient)
        self._store.note(
            "inbound",
            sender,
            sid=message.sid,
            to=message.recipient,
            body=body,
            opt_out_type=keyword,
            media=list(media),
            **{"from": sender},
        )
        return message

    async def deliver(self, message: Message, copies: int = 1) -> list[Answer]:
        """Post a text to the clinic's webhook and send on what its TwiML answers."""
        await self._store.written()
        numbers = (message.sender, message.recipient)
        fault = None
        if self._faults.strike("inbound_missing", *numbers):
            self._note(message, outcome="withheld", fault="inbound_missing")
            self._settle(message, None)
            return []
        doubled = self._faults.strike("inbound_duplicate", *numbers)
        if doubled is not None:
            copies, fault = max(copies, doubled.settings["copies"]), doubled.kind
        rounds = await asyncio.gather(*(self._post(message, fault) for _ in range(copies)))
        self._settle(message, None if rounds[0][-1].is_taken else WEBHOOK_FAILED)
        for answers in rounds:
            self._send_replies(message, answers[-1])
        self._confirm_keyword(message)
        return [answer for answers in rounds for answer in answers]

    def deliver_soon(self, message: Message) -> None:
        """Post a text to the clinic's webhook without waiting for it."""
        self._spawn(self.deliver(message))

    def resume(self) -> None:
        """Deliver what the last run took from a phone and did not get to the clinic."""
        for message in list(self._traffic.messages.values()):
            if message.is_inbound and message.owed:
                self.deliver_soon(message)

    @property
    def webhooks_owed(self) -> int:
        """How many texts from phones the clinic has not answered yet."""
        return len(self._tasks)

    async def stop(self) -> None:
        """Leave undelivered texts for the next run."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _post(self, message: Message, fault: str | None) -> list[Answer]:
        answers = await self._out.post(self._settings.inbound_url, self._params(message))
        for answer in answers:
            outcome = "answered" if answer.is_taken else "not taken"
            self._note(message, outcome=outcome, fault=fault, **answer.as_json())
        return answers

    def _params(self, message: Message) -> dict[str, str]:
        params = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsMessageSid": message.sid,
            "AccountSid": self._settings.account_sid,
            "From": message.sender,
            "To": message.recipient,
            "Body": message.body,
            "NumMedia": str(len(message.media)),
            "NumSegments": str(message.segments),
            "SmsStatus": "received",
            "ApiVersion": API_VERSION,
        }
        for number, type_ in enumerate(message.media):
            params[f"MediaContentType{number}"] = type_
            params[f"MediaUrl{number}"] = (
                f"http://{self._settings.host}:{self._settings.port}"
                f"{media_uri(message.sid, number, self._settings.account_sid)}"
            )
        keyword = opt_out_type(message.body)
        if keyword is not None:
            params["OptOutType"] = keyword
        if self._settings.service_sid:
            params["MessagingServiceSid"] = self._settings.service_sid
        return params

    def _settle(self, message: Message, error_code: int | None) -> None:
        message.owed.clear()
        self._mark(message, error_code)

    def _mark(self, message: Message, error_code: int | None) -> None:
        message.error_code = error_code
        message.error_message = None if error_code is None else WEBHOOK_ERRORS[error_code]
        self._traffic.changed(message, now())

    def _send_replies(self, message: Message, answer: Answer) -> None:
        if not answer.is_taken:
            return
        try:
            texts = texts_in(answer.text)
        except TwimlRefused as problem:
            self._mark(message, NOT_TWIML)
            self._note(message, outcome="not TwiML", error=str(problem))
            return
        for text in texts:
            blocked = self._traffic.is_opted_out(message.sender, message.recipient)
            self._reply(message, text, refused=blocked)

    def _confirm_keyword(self, message: Message) -> None:
        keyword = opt_out_type(message.body)
        if keyword is not None and self._settings.keyword_replies:
            self._reply(message, CONFIRMATIONS[keyword], refused=False)

    def _reply(self, message: Message, text: str, *, refused: bool) -> None:
        record = {"from": message.recipient, "to": message.sender, "body": text}
        if refused:
            self._store.note("reply", message.sender, outcome="refused", code=21610, **record)
            return
        at = now()
        reply = self._traffic.add(
            direction="outbound-reply",
            sender=message.recipient,
            recipient=message.sender,
            body=text,
            status="queued",
            at=at,
        )
        self._delivery.accept(reply, at)
        self._store.note("reply", message.sender, outcome="accepted", sid=reply.sid, **record)

    def _note(self, message: Message, **record: Any) -> None:
        self._store.note(
            "inbound_webhook",
            message.sender,
            sid=message.sid,
            to=message.recipient,
            **{"from": message.sender, **record},
        )

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
