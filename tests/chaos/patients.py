"""The patients' side: reads the texts that arrive on the phones and answers some of them."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import requests
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import Topic
from booking.messaging.models import Message

LOOK_EVERY_S = 0.4
PEN_FRIENDS = 4
STOPS = ("STOP", "please stop texting me", "Stop sending me messages")


class Patients(threading.Thread):
    """Answers what was asked, sometimes twice, sometimes with STOP, until told to stop."""

    def __init__(self, runtime, carrier, seed):
        super().__init__(name="patients", daemon=True)
        self.stopping = threading.Event()
        self.sent = 0
        self.again = 0
        self._runtime = runtime
        self._carrier = carrier
        self._chance = random.Random(f"{seed} patients")
        self._seen = 0
        self._sids = []

    def run(self):
        with ThreadPoolExecutor(PEN_FRIENDS) as writers:
            while not self.stopping.wait(LOOK_EVERY_S):
                with suppress(DBAPIError, requests.RequestException):
                    self._look(writers)

    def _look(self, writers):
        creates = self._carrier.creates(self._seen)
        arrived = {one.message_id: one for one in creates if one.outcome == "accepted"}
        topics = self._asked(list(arrived))
        if creates:
            self._seen = creates[-1].row
        for message_id, create in arrived.items():
            topic = topics.get(message_id)
            if topic is not None and self._chance.random() < 0.5:
                body = self._words(topic)
                writers.submit(self._write, create.to, body, self._chance.choice((1, 1, 2, 3)))
        if self._sids and self._chance.random() < 0.3:
            writers.submit(self._repeat, self._chance.choice(self._sids[-50:]))

    def _asked(self, ids):
        """Return what each text asks for, of those that ask."""
        with self._runtime.database.read_only() as session:
            rows = session.execute(
                select(OpenQuestion.message_id, OpenQuestion.topic)
                .join(Message, Message.id == OpenQuestion.message_id)
                .where(OpenQuestion.message_id.in_(ids))
            )
            return dict(rows.all())

    def _words(self, topic):
        if self._chance.random() < 0.08:
            return self._chance.choice(STOPS)
        if topic is Topic.SCORES:
            return " ".join(str(self._chance.randrange(7)) for _ in range(3))
        return self._chance.choice(("C", "C", "C", "R", "what?"))

    def _write(self, phone, body, copies):
        with suppress(requests.RequestException):
            self._sids.append(self._carrier.text(phone, body, copies))
            self.sent += 1

    def _repeat(self, sid):
        with suppress(requests.RequestException):
            self._carrier.deliver_again(sid)
            self.again += 1
