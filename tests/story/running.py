"""One real Lupine for a story: its processes, a visitor's browser, the patients' phones."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin

import requests

from launch.health import site_answers
from launch.local_settings import Ports
from launch.ports import environment_of, free_port
from launch.process import Child
from launch.programs import Program
from launch.stack import Stack
from tests.story.operator_hands import Operator
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
        # A story does not wait a minute for each move.
        self.environment |= {"SETTLE_SECONDS": "2", **settings}
        self.stack = self._supervisor = None

    @property
    def has_redis(self):
        return "REDIS_URL" in self.environment

    def start(self):
        self.stack = Stack(self.folder, self.ports, self.environment)
        self.stack.start()
        self._look_in()

    def start_supervised(self):
        """Start it as `make run` does; returns the supervisor, to be ended."""
        self.stack = Stack(self.folder, self.ports, self.environment)
        places = {"DATA_DIR": str(self.folder), "PORT": str(self.ports.web)}
        places["SANDBOX_PORT"] = str(self.ports.sandbox)
        command = (sys.executable, "-m", "launch.supervisor")
        program = Program("supervisor", command, self.environment | places)
        self._supervisor = Child(program, self.folder / "log")
        until(lambda: site_answers(f"{self.stack.web_url}/readyz"), "the site")
        self._look_in()
        return self._supervisor

    def stop(self):
        if self.stack:
            self.operator.close()
            self.stack.stop()
            self.stack = None

    def kill(self):
        """End it at once, where nobody cares any more what it leaves."""
        if self._supervisor:
            self._supervisor.kill()
            self._supervisor.wait()
        if self.stack:
            self.stack.kill()
        self.stop()

    def _look_in(self):
        embedded = f"sqlite:///{self.folder / 'lupine.sqlite3'}"
        self.phones = Phones(self.stack)
        self.operator = Operator(self.environment.get("DATABASE_URL", embedded))

    def child(self, name):
        return next(child for child in self.stack.children if child.program.name == name)

    def start_again(self, name):
        """Start one program anew, as whoever watches over it would."""
        unit = next(unit for unit in self.stack.units if unit.program.name == name)
        unit.start_again(time.monotonic())

    def processes(self, program=""):
        """The processes that were started for this folder, by anybody, and live."""
        numbers = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
        mine = {"DATA_DIR": str(self.folder.resolve())}
        found = [pid for pid in numbers if mine.items() <= environment_of(pid).items()]
        return [pid for pid in found if program in _command(pid)]

    def children_of(self, name):
        """The processes that one of the programs started itself."""
        parent = self.child(name).pid
        return [pid for pid in self.processes() if _parent(pid) == parent]

    def visitor(self):
        return Visitor(self.stack.web_url)


def _command(pid):
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


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
        self.slowest_s = 0.0
        """How long the slowest page took, with the redirects on the way to it."""

    def get(self, address, query_string=None):
        return self._ask("get", address, params=query_string)

    def post(self, address, data):
        return self._ask("post", address, data=data)

    def _ask(self, method, address, **details):
        began = time.monotonic()
        url = urljoin(self._address, address)
        answer = self._session.request(method, url, timeout=20, **details)
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        return Page(self, _Answer(answer))


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

    def no_more_trouble(self):
        self._ask("delete", "/control/faults")

    def trouble_has_struck(self):
        return all(one["hits"] for one in self._ask("get", "/control/faults")["faults"])

    def sent(self, phone=None):
        """The ledger's record of what the carrier accepted, for one phone if one is named."""
        rows = self._ask("get", "/ledger", params={"to": phone, "kind": "create"})
        return [row for row in rows if row["outcome"] == "accepted"]

    def _until(self, found, what):
        def found_while_all_is_well():
            dead = self._stack.dead()
            assert dead is None, (dead.how_it_ended(), dead.log_end())
            return found()

        return until(found_while_all_is_well, what)

    def _ask(self, method, path, **details):
        answer = requests.request(method, self._stack.phone_url + path, timeout=20, **details)
        assert answer.status_code == 200, answer.text
        return answer.json()
