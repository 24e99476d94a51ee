"""Every route of the website with a caller who may open it, so that a walk misses none.

What a walk changes is undone after each call: all of a call's transactions run inside one that
is never committed, so the next call meets the same appointment, hold and alert.
"""

import ast
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from booking.accounts.factor_models import Passkey
from booking.accounts.models import AccountLink, LinkPurpose, Role, StaffSession
from booking.checkins.models import CheckIn
from booking.checkins.rules.scores import CheckInKind
from booking.clinic.actor import System
from booking.kit.db import Database, db
from booking.kit.ids import new_id
from booking.kit.links import Scope
from booking.safety.rules.red_flags import Tier
from booking.scheduling import holds
from booking.scheduling.states import State
from booking.web.current import EXTENSION
from booking.web.guard import ByLink, CarrierSigned, Monitoring, Public, Staff, rule_of
from tests.web.staff.test_messages import add_message
from tests.web.staff_cast import STARTS, StaffSite
from tests.web.world import NOW, WELL

PROJECT = Path(__file__).resolve().parents[2]
WEB = PROJECT / "booking" / "web"
READERS = {"form", "args", "values", "cookies", "query", "sent"}


class Walk:
    """A site where everything that can be opened is there once."""

    def __init__(self, app, clock):
        self.app = app
        self.failures = []
        app.log_exception = lambda exc_info: self.failures.append(exc_info[1])
        self.staff = StaffSite(app, clock)
        self.runtime = app.extensions[EXTENSION]
        self.message = add_message(self.staff, state="failed")
        with self.runtime.database.transaction() as session:
            self._furnish(session)
        self.clients = {
            "stranger": app.test_client(),
            "therapist": self.staff.signed_in("dana").client,
            "coordinator": self.staff.signed_in("cora").client,
            "administrator": self.staff.signed_in("ada").client,
        }
        with self.runtime.database.transaction() as session:
            self.session_id = session.query(StaffSession.id).order_by(StaffSession.id).first()[0]

    def _furnish(self, session):
        staff = self.staff
        self.requested = staff.add_appointment(
            session, staff.therapists.dana, staff.ana, STARTS + timedelta(days=1), State.REQUESTED
        )
        staff.add_intake(
            session,
            staff.ana,
            self.requested,
            {k[2:]: [v] if isinstance(v, str) else v for k, v in WELL.items()},
        )
        staff.add_visit(session, 3, (4, 6, 3), (3, 5, 2))
        self.sid = staff.add_text(session, "Is there parking?", patient_id=staff.ana)
        self.alert = staff.add_alert(session, Tier.AMBER, staff.ana)
        service, _place = staff.places[staff.therapists.dana]
        self.slot = NOW + timedelta(days=2)
        uow = self.runtime.working_with(session, System.BOOKING_PAGE, NOW)
        held = holds.hold(uow, service, self.slot, "America/New_York")
        self.hold, self.service = held.id, service
        self.check_in = self._check_in(session)
        self.links = {purpose: self._account_link(session, purpose) for purpose in LinkPurpose}
        self.passkey = self._passkey(session)

    def _account_link(self, session, purpose):
        link = AccountLink(
            id=new_id(),
            user_id=self.staff.users["cora"],
            purpose=purpose,
            made_at=NOW,
            expires_at=NOW + timedelta(days=7),
        )
        session.add(link)
        return link.id

    def _passkey(self, session):
        key = Passkey(
            id=new_id(),
            user_id=self.staff.users["dana"],
            credential="AAAA",
            public_key=b"key",
            sign_count=0,
            name="Phone",
            added_at=NOW,
        )
        session.add(key)
        return key.id

    def _check_in(self, session):
        asked = session.query(CheckIn).first()
        check_in = CheckIn(
            id=self.message,
            appointment_id=self.requested,
            patient_id=asked.patient_id,
            kind=CheckInKind.BASELINE,
            due_at=NOW,
            closes_at=NOW + timedelta(hours=48),
            created_at=NOW,
        )
        session.add(check_in)
        session.flush()
        return check_in.id

    def routes(self):
        """Every route, its rule of access, and the methods it knows."""
        for route in self.app.url_map.iter_rules():
            yield route, rule_of(self.app, route.endpoint), sorted(route.methods)

    def module_of(self, route):
        """The module that answers on a route."""
        return self.app.view_functions[route.endpoint].__module__

    def parts(self, route):
        """Right values for the parts of a route's path."""
        known = {
            "slug": "dana-demo",
            "appointment_id": self.requested,
            "message_id": self.message,
            "alert_id": self.alert,
            "patient_id": self.staff.ana,
            "user_id": self.staff.users["cora"],
            "session_id": self.session_id,
            "passkey_id": self.passkey,
            "sid": self.sid,
            "mark": 1,
            "filename": "css/base.css",
        }
        found = {}
        for name in route.arguments:
            choices = getattr(route._converters[name], "items", None)
            if name == "token":
                found[name] = self.token(rule_of(self.app, route.endpoint).scope)
            elif choices:
                found[name] = sorted(choices)[0]
            else:
                # A new kind of part is to be made known here.
                found[name] = known[name]
        return found

    def token(self, scope):
        subject = {
            Scope.HOLD: self.hold,
            Scope.MANAGE: self.staff.anas,
            Scope.CHECK_IN: self.check_in,
            Scope.INVITATION: self.links[LinkPurpose.INVITATION],
            Scope.NEW_PASSWORD: self.links[LinkPurpose.NEW_PASSWORD],
        }[scope]
        return self.runtime.links.token(scope, subject, NOW + timedelta(days=9))

    def path(self, route, **parts):
        """The path of a route, with right values where none is given."""
        with self.app.test_request_context():
            return self.app.url_map.bind("localhost").build(
                route.endpoint, {**self.parts(route), **parts}
            )

    def endpoint(self, path):
        """Where a form with this address is sent."""
        return self.app.url_map.bind("localhost").match(path, method="POST")[0]

    def caller(self, rule):
        """Somebody who may call what has this rule; None where only a signature opens it."""
        match rule:
            case Public() | ByLink() | Monitoring():
                return self.clients["stranger"]
            case Staff(roles):
                order = (Role.THERAPIST, Role.COORDINATOR, Role.ADMINISTRATOR)
                return self.clients[next(role for role in order if role in roles).value]
            case CarrierSigned():
                return None

    @contextmanager
    def undone(self):
        """Undo all that the calls in this block do to the database."""
        with self.app.app_context(), db.engine.connect() as connection:
            connection.execution_options(writes=True)
            outer = connection.begin()

            def new_session():
                return Session(
                    connection,
                    expire_on_commit=False,
                    join_transaction_mode="create_savepoint",
                )

            before = self.runtime
            self.app.extensions[EXTENSION] = type(before)(
                **{**vars(before), "database": Database(new_session)}
            )
            try:
                yield
            finally:
                self.app.extensions[EXTENSION] = before
                outer.rollback()


@cache
def words_that_code_asks_for(module=None):
    """The names of fields, parameters and cookies that the website's code, or one module, reads."""
    found = set()
    files = [PROJECT / f"{module.replace('.', '/')}.py"] if module else sorted(WEB.rglob("*.py"))
    for file in files:
        tree = ast.parse(file.read_text())
        named = {
            node.targets[0].id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            found |= {named.get(one, one) for one in _asked(node)}
    return {one for one in found if isinstance(one, str)}


def _asked(node):
    match node:
        case ast.Call(
            func=ast.Attribute(value=source, attr="get" | "getlist"), args=[name, *_]
        ) if _is_reader(source):
            return _words(name)
        case ast.Subscript(value=source, slice=name) if _is_reader(source):
            return _words(name)
        case ast.ClassDef(body=body) if any(_reads_a_query(one) for one in body):
            # One that is read from the address as a whole: its fields are the parameters.
            return {one.target.id for one in body if isinstance(one, ast.AnnAssign)}
    return set()


def _words(node):
    match node:
        case ast.Constant(value=str(word)) | ast.Name(id=word):
            return {word}
    return set()


def _reads_a_query(node):
    return isinstance(node, ast.FunctionDef) and any(a.arg == "query" for a in node.args.args)


def _is_reader(source):
    return (getattr(source, "attr", None) or getattr(source, "id", None)) in READERS
