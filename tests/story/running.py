"""One real Lupine for a story: its processes, the patients' phones, and an operator's hands."""

import os
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

import requests
from sqlalchemy import select

from booking.clock import WallClock
from booking.db import open_database, open_engine
from booking.domain.appointment import LIVE
from booking.domain.message import UNSENT, MessageState
from booking.models import Appointment, InboundMessage, Message, MessageEvent, OptOut
from booking.services import check_ins
from launch.children import Child
from launch.local_settings import Ports
from launch.ports import environment_of, free_port
from launch.stack import Stack, how_it_ended
from tests.web.pages import Page

PATIENCE_S = 30.0
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
"""What the processes get of this process's environment: nobody's settings but the story's."""


def until(found, what, seconds=PATIENCE_S):
    """Wait until `found()` returns something true, and return it."""
    end = time.monotonic() + seconds
    while True:
        result = found()
        if result:
            return result
        assert time.monotonic() < end, f"{what} did not come within {seconds:.0f} s"
        time.sleep(0.1)


class Running:
    """A Lupine of real processes in a folder of its own; it keeps its ports over a restart."""

    def __init__(self, folder, **settings):
        first = free_port(together=3)
        self.ports = Ports(web=first, sandbox=first + 1)
        self.folder = folder
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environment |= settings
        self.stack = None

    @property
    def has_redis(self):
        return "REDIS_URL" in self.environment

    def start(self):
        self.stack = Stack(self.folder, self.ports, self.environment)
        self.stack.start()
        self.phones = Phones(self.stack)
        self.operator = Operator(self.stack.settings["DATABASE_URL"])

    def stop(self):
        if self.stack:
            self.operator.close()
            self.stack.stop()
            self.stack = None

    def child(self, name):
        return next(child for child in self.stack.children if child.program.name == name)

    def start_again(self, name):
        """Start one program anew, as whoever watches over it would."""
        dead = self.child(name)
        dead.kill()
        dead.wait()
        place = self.stack.children.index(dead)
        self.stack.children[place] = Child(dead.program, self.folder / "log")

    def processes(self):
        """The processes that were started for this folder, by anybody, and live."""
        numbers = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
        mine = {"DATA_DIR": str(self.folder.resolve())}
        return [pid for pid in numbers if mine.items() <= environment_of(pid).items()]

    def children_of(self, name):
        """The processes that one of the programs started itself."""
        parent = self.child(name).pid
        return [pid for pid in self.processes() if _parent(pid) == parent]

    def visitor(self):
        return Visitor(self.stack.web_url)


def _parent(pid):
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return None


class _Answer:
    """An answer over HTTP in the form that pages are read from."""

    def __init__(self, response):
        self.status_code = response.status_code
        self.headers = response.headers
        self.request = self
        self.full_path = response.url
        self._text = response.text

    def get_data(self, *, as_text):
        return self._text

    def close(self):
        """Nothing is open: the answer was read whole."""


class Visitor:
    """Somebody's browser without JavaScript: it keeps cookies and follows redirects."""

    def __init__(self, address):
        self._address = address
        self._session = requests.Session()

    def get(self, address, query_string=None):
        url = urljoin(self._address, address)
        return Page(self, _Answer(self._session.get(url, params=query_string, timeout=20)))

    def post(self, address, data):
        url = urljoin(self._address, address)
        return Page(self, _Answer(self._session.post(url, data=data, timeout=20)))


class Phones:
    """The patients' phones and mailboxes, as the carrier simulator shows them."""

    def __init__(self, stack):
        self._stack = stack

    def texts(self, phone):
        """What a phone was sent, oldest first."""
        shown = self._ask("get", "/control/messages", params={"phone": phone})
        return [one for one in shown if one["direction"] != "inbound"]

    def text(self, phone, words, *, before=0):
        """Wait for a text with these words, after the first `before` texts; return its body."""

        def found():
            bodies = [one["body"] for one in self.texts(phone)[before:]]
            return next((body for body in bodies if words in body), None)

        return self._until(found, f"a text with {words!r}")

    def delivered(self, phone):
        """Wait until everything sent to a phone was delivered; return how many texts."""

        def all_delivered():
            texts = self.texts(phone)
            return len(texts) if all(one["status"] == "delivered" for one in texts) else 0

        return self._until(all_delivered, "the delivery of every text")

    def mails(self, address):
        """What a mail address was sent, oldest first."""
        return self._ask("get", "/control/mails", params={"to": address})

    def mail(self, address, words):
        """Wait for a mail with these words in its subject."""

        def found():
            return next((one for one in self.mails(address) if words in one["subject"]), None)

        return self._until(found, f"a mail about {words!r}")

    def reply(self, phone, body):
        """Text the clinic from a phone; whether the clinic took it."""
        return self._ask("post", "/control/inbound", json={"from": phone, "body": body})["taken"]

    def trouble(self, **fault):
        self._ask("post", "/control/faults", json=fault)

    def trouble_has_struck(self):
        return all(one["hits"] for one in self._ask("get", "/control/faults")["faults"])

    def sent(self, phone):
        """The ledger's record of what the carrier accepted for a phone."""
        rows = self._ask("get", "/ledger", params={"to": phone, "kind": "create"})
        return [row for row in rows if row["outcome"] == "accepted"]

    def _until(self, found, what):
        def found_while_all_is_well():
            dead = self._stack.dead()
            assert dead is None, how_it_ended(dead)
            return found()

        return until(found_while_all_is_well, what)

    def _ask(self, method, path, **details):
        answer = requests.request(method, self._stack.phone_url + path, timeout=20, **details)
        assert answer.status_code == 200, answer.text
        return answer.json()


class Operator:
    """Looks into the database, and lets time pass for one appointment: nobody waits a day.

    The processes use the machine's clock. So instead of the clock the story moves what is due:
    a reminder or a check-in becomes due now, a session lies in two hours or has just begun.
    """

    def __init__(self, database_url):
        self._engine = open_engine(database_url)
        self._database = open_database(self._engine)

    def close(self):
        self._engine.dispose()

    def messages(self, appointment_id, kind, version=None):
        with self._database.reading() as session:
            wanted = select(Message).where(
                Message.appointment_id == appointment_id, Message.kind == kind
            )
            found = session.scalars(wanted.order_by(Message.due_at)).all()
            session.expunge_all()
        return [one for one in found if version in {None, one.appointment_version}]

    def kept_about(self, phone):
        """How much is kept about a phone: texts from it, steps of texts to it, opt-outs."""
        steps = select(MessageEvent.id).join(Message, Message.id == MessageEvent.message_id)
        with self._database.reading() as session:
            return [
                len(session.scalars(query).all())
                for query in (
                    select(InboundMessage.sid).where(InboundMessage.phone == phone),
                    steps.where(Message.recipient == phone),
                    select(OptOut.phone).where(OptOut.phone == phone),
                )
            ]

    def state(self, appointment_id):
        with self._database.reading() as session:
            return session.get_one(Appointment, appointment_id).state

    def all_delivered_to(self, phone):
        """Whether every text to a phone that left is known to have arrived."""
        with self._database.reading() as session:
            states = session.scalars(
                select(Message.state).where(
                    Message.recipient == phone, Message.send_started_at.is_not(None)
                )
            ).all()
        return bool(states) and set(states) == {MessageState.DELIVERED}

    def bring_forward(self, appointment_id, kind):
        """Let the next message of a kind come due now, and what left before lie a day back.

        Nobody gets two texts a day that they did not ask for, and the story's days are short.
        """
        with self._database.transaction() as session:
            message = session.scalars(
                select(Message)
                .where(
                    Message.appointment_id == appointment_id,
                    Message.kind == kind,
                    Message.state.in_(UNSENT),
                )
                .order_by(Message.due_at)
            ).first()
            assert message is not None, f"no {kind} waits"
            message.due_at = message.next_attempt_at = WallClock().now()
            left_before = (
                Message.recipient == message.recipient,
                Message.send_started_at.is_not(None),
            )
            for earlier in session.scalars(select(Message).where(*left_before)):
                earlier.send_started_at -= timedelta(days=1)

    def lapse_leases(self):
        """Let the leases of senders that died be over now, instead of in a minute."""
        with self._database.transaction() as session:
            for message in session.scalars(select(Message).where(Message.lease_until.is_not(None))):
                message.lease_until = WallClock().now()

    def let_session_be(self, appointment_id, away):
        """Put a session at about this far from now, where its therapist has no other."""
        step = timedelta(minutes=15) if away > timedelta(0) else -timedelta(minutes=15)
        with self._database.transaction() as session:
            appointment = session.get_one(Appointment, appointment_id)
            shift = WallClock().now() + away - appointment.starts_at
            while self._is_taken(session, appointment, shift):
                shift += step
            for name in ("starts_at", "ends_at", "blocked_from", "blocked_until"):
                setattr(appointment, name, getattr(appointment, name) + shift)
            check_ins.move_baseline(session, appointment)

    @staticmethod
    def _is_taken(session, appointment, shift):
        others = select(Appointment.id).where(
            Appointment.therapist_id == appointment.therapist_id,
            Appointment.id != appointment.id,
            Appointment.state.in_(LIVE),
            Appointment.blocked_from < appointment.blocked_until + shift,
            Appointment.blocked_until > appointment.blocked_from + shift,
        )
        return session.scalar(others.limit(1)) is not None
