"""What becomes of an accepted text: it leaves, arrives or fails, and the clinic is told."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from simulator.clock import now
from simulator.errors import DELIVERY_ERRORS
from simulator.faults import Fault, Faults
from simulator.message import API_VERSION, Message
from simulator.settings import Settings
from simulator.state import State
from simulator.store import Store
from simulator.webhooks import Webhooks

EXPIRED = 30036


class Delivery:
    """Moves texts from queued to their end and posts the status callbacks."""

    def __init__(
        self, settings: Settings, state: State, store: Store, faults: Faults, out: Webhooks
    ) -> None:
        self._settings = settings
        self._traffic = state
        self._store = store
        self._faults = faults
        self._out = out
        self._next_free: dict[str, datetime] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._tails: dict[str, asyncio.Task[None]] = {}
        self._watchers: dict[tuple[str, str], asyncio.Future[None]] = {}
        self._stopping = False

    # -- a text's way ----------------------------------------------------------

    def accept(self, message: Message, at: datetime) -> None:
        """Decide when an accepted text leaves and how it ends, and set it on its way."""
        recipient, sender = message.recipient, message.sender
        failure = self._faults.strike("delivery_failure", recipient, sender)
        if failure is not None:
            message.fate = failure.settings["code"]
            message.fate_status = failure.settings["status"]
        if message.status != "scheduled":
            message.depart_at = self._departure(message, at)
            self._tell(message, "queued")
        self._move_later(message)

    def resume(self) -> None:
        """Take up every text the last run left on its way, and every callback it owed."""
        for message in list(self._traffic.messages.values()):
            if message.is_inbound:
                continue
            owed, message.owed = message.owed, []
            for status in owed:
                self._tell(message, status)
            if not message.is_final:
                self._move_later(message)

    async def told(self, message: Message, status: str, limit: float = 10.0) -> None:
        """Wait until the callback of a status was answered, for callbacks before the 201."""
        if not message.callback_url:
            return
        watcher = self._watchers.setdefault(
            (message.sid, status), asyncio.get_running_loop().create_future()
        )
        await asyncio.wait([watcher], timeout=limit)
        self._watchers.pop((message.sid, status), None)

    @property
    def callbacks_owed(self) -> int:
        """How many status callbacks are not answered yet."""
        return len(self._tasks)

    async def stop(self) -> None:
        """Leave every text where it is; `resume` takes it up."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _departure(self, message: Message, at: datetime) -> datetime:
        leaves = at + timedelta(seconds=self._settings.sent_after)
        slow = self._faults.strike("delivery_delay", message.recipient, message.sender)
        if slow is not None:
            leaves += timedelta(seconds=self._faults.seconds(slow, message.recipient))
        rate = self._faults.standing("sender_rate", message.recipient, message.sender)
        if rate is None or rate.settings["mode"] != "queue":
            return leaves
        leaves = max(leaves, self._next_free.get(message.sender, leaves))
        if message.validity is None or leaves <= at + timedelta(seconds=message.validity):
            pause = timedelta(seconds=message.segments / rate.settings["per_second"])
            self._next_free[message.sender] = leaves + pause
        return leaves

    def _move_later(self, message: Message) -> None:
        at = now()
        if message.status == "sent":
            self._call_at(at + timedelta(seconds=self._settings.delivered_after), message)
            return
        moment = message.depart_at or at
        if message.validity is not None:
            moment = min(moment, message.created_at + timedelta(seconds=message.validity))
        self._call_at(moment, message)

    def _call_at(self, moment: datetime, message: Message) -> None:
        wait = max(0.0, (moment - now()).total_seconds())
        asyncio.get_running_loop().call_later(wait, self._move, message)

    def _move(self, message: Message) -> None:
        if self._stopping or message.is_final or message.sid not in self._traffic.messages:
            return
        at = now()
        if message.status == "sent":
            self._arrive(message, at)
        elif self._has_expired(message, at):
            self._fail(message, EXPIRED, "failed", at)
        elif message.status == "scheduled":
            message.status, message.depart_at = "queued", at
            self._traffic.changed(message, at)
            self._tell(message, "queued")
            self._move_later(message)
        else:
            self._leave(message, at)

    def _has_expired(self, message: Message, at: datetime) -> bool:
        if message.validity is None or message.status == "scheduled":
            return False
        expires_at = message.created_at + timedelta(seconds=message.validity)
        return at >= expires_at and (message.depart_at or at) > expires_at

    def _leave(self, message: Message, at: datetime) -> None:
        message.sender_shown = True
        if message.fate is not None and self._fate_status(message) == "failed":
            self._fail(message, message.fate, "failed", at)
            return
        message.status, message.sent_at = "sent", at
        self._traffic.changed(message, at)
        self._tell(message, "sent")
        self._move_later(message)

    def _arrive(self, message: Message, at: datetime) -> None:
        if message.fate is not None:
            self._fail(message, message.fate, self._fate_status(message), at)
            return
        message.status = "delivered"
        self._traffic.changed(message, at)
        self._tell(message, "delivered")

    def _fail(self, message: Message, code: int, status: str, at: datetime) -> None:
        message.status, message.error_code = status, code
        message.error_message = DELIVERY_ERRORS.get(code, ("", "Unknown error"))[1]
        self._traffic.changed(message, at)
        self._tell(message, status)

    def _fate_status(self, message: Message) -> str:
        known = DELIVERY_ERRORS.get(message.fate or 0, ("undelivered", ""))[0]
        return message.fate_status or known

    # -- status callbacks ------------------------------------------------------

    def _tell(self, message: Message, status: str) -> None:
        if not message.callback_url or status not in self._settings.callback_statuses:
            return
        numbers = (message.recipient, message.sender)
        if self._faults.strike("callback_missing", *numbers, status=status):
            self._note(message, status, outcome="withheld", fault="callback_missing")
            return
        message.owed.append(status)
        self._store.keep(message)
        reorder = self._faults.strike("callback_reorder", *numbers, status=status)
        if reorder is not None:
            # It leaves the line and comes late, after the statuses that follow it.
            self._spawn(self._call_back(message, status, None, reorder))
            return
        delay = self._faults.strike("callback_delay", *numbers, status=status)
        previous = self._tails.get(message.sid)
        task = self._spawn(self._call_back(message, status, previous, delay))
        self._tails[message.sid] = task

    async def _call_back(
        self,
        message: Message,
        status: str,
        previous: asyncio.Task[None] | None,
        delay: Fault | None,
    ) -> None:
        if previous is not None and not previous.done():
            await asyncio.wait([previous])
        if delay is not None:
            await asyncio.sleep(self._faults.seconds(delay, f"{message.recipient} {status} s"))
        numbers = (message.recipient, message.sender)
        doubled = self._faults.strike("callback_duplicate", *numbers, status=status)
        for copy in range(doubled.settings["copies"] if doubled else 1):
            fault = "callback_duplicate" if copy else (delay.kind if delay else None)
            await self._post(message, status, fault)
        message.owed.remove(status)
        if message.sid in self._traffic.messages:
            self._store.keep(message)
        if self._tails.get(message.sid) is asyncio.current_task():
            del self._tails[message.sid]
        watcher = self._watchers.get((message.sid, status))
        if watcher is not None and not watcher.done():
            watcher.set_result(None)

    async def _post(self, message: Message, status: str, fault: str | None) -> None:
        url = message.callback_url or ""
        for answer in await self._out.post(url, self._params(message, status)):
            outcome = "answered" if answer.is_taken else "not taken"
            self._note(message, status, outcome=outcome, fault=fault, url=url, **answer.as_json())

    def _params(self, message: Message, status: str) -> dict[str, str]:
        params = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "AccountSid": self._settings.account_sid,
            "From": message.sender,
            "To": message.recipient,
            "MessageStatus": status,
            "SmsStatus": status,
            "ApiVersion": API_VERSION,
        }
        if message.service_sid:
            params["MessagingServiceSid"] = message.service_sid
        if status in {"failed", "undelivered"} and message.error_code is not None:
            params["ErrorCode"] = str(message.error_code)
        return params

    def _note(self, message: Message, message_status: str, **record: Any) -> None:
        self._store.note(
            "callback",
            message.phone,
            sid=message.sid,
            to=message.recipient,
            message_status=message_status,
            **{"from": message.sender, **record},
        )

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
