"""No input gives a 500: every route and method, every field, on both databases.

The walk reads the routes from the site, and the names of fields from its pages and its code, so
that what is added later is walked as well.
"""

import random
from urllib.parse import quote

import pytest

from booking.kit.db import db
from booking.runtime import INBOUND_PATH, STATUS_PATH
from booking.web.app import create_app
from booking.web.guard import CarrierSigned
from booking.web.limits import limiter
from tests.build.times import SettableClock
from tests.web import hostile
from tests.web.carrier import NEW, PUBLIC, Carrier
from tests.web.pages import NoScriptBrowser
from tests.web.site import settings_for
from tests.web.walk import Walk, words_that_code_asks_for
from tests.web.world import NOW, add_therapist

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def database_kind(request):
    return request.param


@pytest.fixture
def walk(clinic_engine, tmp_path):
    url = clinic_engine.url.render_as_string(hide_password=False)
    settings = settings_for(
        tmp_path, database_url=url, public_base_url=PUBLIC, twilio_auth_tokens=NEW
    )
    clock = SettableClock(NOW)
    app = create_app(settings, clock=clock)
    # The browsers here speak plainly to the site itself.
    app.config.update(SESSION_COOKIE_SECURE=False)
    limiter.enabled = False
    with app.extensions["lupine"].database.transaction() as session:
        add_therapist(session)
    yield Walk(app, clock)
    limiter.enabled = True
    with app.app_context():
        db.engine.dispose()


CHANCE = random.Random(20261125)


def some_words():
    """The sharpest words and some of the others."""
    return [*hostile.SHARP, *CHANCE.sample(hostile.ALL, 6)]


def a_few_words():
    """Some of either, so that all have their turn as one field follows the other."""
    return [*CHANCE.sample(hostile.SHARP, 4), *CHANCE.sample(hostile.ALL, 2)]


class Tally:
    """What gave a 5xx, in a few words each."""

    def __init__(self, walk):
        self.walk = walk
        self.calls = 0
        self.bad = []

    def call(self, client, method, path, about, **options):
        """Call once, keep nothing of it."""
        self.calls += 1
        with self.walk.undone(), client.open(path, method=method, **options) as answer:
            # The health page says with its status how the system is, not how it took the call.
            if answer.status_code >= 500 and "healthz" not in path:
                raised = self.walk.failures[-1:] or [None]
                self.bad.append(f"{method} {about}: {answer.status_code} {raised[0]!r:.160}")
            return answer

    def verify(self, at_least):
        """Fail, naming each, where anything gave a 5xx or a trace in the log."""
        assert self.bad == [], f"{len(self.bad)} of {self.calls}:\n" + "\n".join(self.bad[:40])
        assert self.walk.failures == []
        assert self.calls >= at_least


def callers(walk, rule):
    """Whoever may call, and whoever may not."""
    right = walk.caller(rule)
    stranger = walk.clients["stranger"]
    return {id(one): one for one in (right, stranger) if one is not None}.values()


def test_no_part_of_any_path_gives_a_500(walk):
    tally = Tally(walk)
    for route, rule, methods in walk.routes():
        parts = walk.parts(route)
        client = walk.caller(rule) or walk.clients["stranger"]
        for name in parts:
            around = route.rule
            for other, value in parts.items():
                if other != name:
                    around = _with(around, other, quote(str(value), safe=""))
            words = [quote(word.encode(), safe="") for word in some_words()]
            raw = [path.decode() for path in hostile.RAW_PATHS]
            for word in [*words, *raw, quote(f"{parts[name]}\0")]:
                method = next(one for one in ("GET", "POST") if one in methods)
                path = _with(around, name, word)
                tally.call(client, method, path, f"{route.rule} {name}={word[:30]}")
    tally.verify(at_least=600)


def _with(rule, name, value):
    before, _, rest = rule.partition("<")
    while rest:
        part, _, after = rest.partition(">")
        if part.rpartition(":")[2] == name:
            return before + value + after
        before += f"<{part}>"
        more, _, rest = after.partition("<")
        before += more
    return before


def fields_of_pages(walk):
    """The forms that the pages of this site show, by the endpoint they are sent to."""
    found, names = {}, set()
    for route, rule, methods in walk.routes():
        if "GET" not in methods or route.endpoint == "static" or walk.caller(rule) is None:
            continue
        browser = NoScriptBrowser(walk.app)
        browser.client = walk.caller(rule)
        with walk.undone():
            page = browser.get(walk.path(route))
        for form in page.soup.find_all("form"):
            filled = page.form(form["action"], form.get("method", "get").lower())
            every = {one["name"] for one in form.find_all(attrs={"name": True})}
            names |= every
            if filled.method == "post":
                found.setdefault(walk.endpoint(filled.action), (filled, every))
    return found, names


def test_no_parameter_and_no_cookie_gives_a_500(walk):
    _forms, on_pages = fields_of_pages(walk)
    names = sorted(on_pages | words_that_code_asks_for())
    tally = Tally(walk)
    assert {"zone", "from", "date", "day", "behind", "starts_at", "service", "tz"} <= set(names)
    for route, rule, methods in walk.routes():
        if "GET" not in methods or route.endpoint == "static":
            continue
        client = walk.caller(rule) or walk.clients["stranger"]
        path = walk.path(route)
        own = words_that_code_asks_for(walk.module_of(route))
        own |= FILTERS.get(route.endpoint, set()) | {"zone", "next"}
        asked = [(names, word) for word in some_words()]
        asked += [([name], word) for name in sorted(own) for word in a_few_words()]
        for many, word in asked:
            tally.call(
                client,
                "GET",
                path,
                f"{route.rule} {many[:1]}={word[:30]!r}",
                query_string=[(name, word) for name in many],
            )
    tally.verify(at_least=500)


FILTERS = {"staff_messages.index": words_that_code_asks_for("booking.web.staff.message_filter")}
"""What another file reads from a page's address, a parameter at a time."""


def test_no_field_of_any_form_gives_a_500_whatever_its_token_is(walk):
    forms, _names = fields_of_pages(walk)
    tally = Tally(walk)
    for route, rule, methods in walk.routes():
        if "POST" not in methods or isinstance(rule, CarrierSigned):
            continue
        client, path = walk.caller(rule), walk.path(route)
        form, names = forms.get(route.endpoint, (None, set()))
        right = dict(form.data) if form else {}
        right["csrf_token"] = right.get("csrf_token") or [_token(walk, client)]
        right |= VALID.get(route.endpoint, {})
        asked = words_that_code_asks_for(walk.module_of(route))
        names = sorted((names | set(right) | asked) - {"csrf_token"})
        for name in names:
            many = name.startswith(("q_", "consent_"))
            for word in a_few_words()[: 1 if many else None]:
                about = f"{route.rule} {name}={word[:30]!r}"
                tally.call(client, "POST", path, about, data={**right, name: [word]})
        for word in some_words():
            every = {name: [word, word] for name in names}
            tally.call(
                client,
                "POST",
                path,
                f"{route.rule} all={word[:30]!r}",
                data={**every, "csrf_token": right["csrf_token"]},
            )
            tally.call(
                client,
                "POST",
                path,
                f"{route.rule} token={word[:30]!r}",
                data={**right, "csrf_token": word},
            )
    tally.verify(at_least=1_000)


def _token(walk, client):
    browser = NoScriptBrowser(walk.app)
    browser.client = client
    return browser.get("/staff/").value_of("csrf_token") or browser.get("/staff/sign-in").value_of(
        "csrf_token"
    )


VALID = {
    "staff_appointments.clear": {
        "clinician": ["Dr. Sample"],
        "scope": ["Light"],
        "given_on": ["2026-03-01"],
        "expires_on": ["2026-06-01"],
    },
    "staff_alerts.close": {"outcome": ["spoke"], "note": ["Called"], "seen": ["0"]},
    "staff_inbox.answer": {"words": ["Yes, behind the house"]},
    "check_ins.answer": {"pain": ["4"], "tiredness": ["6"], "stiffness": ["3"]},
}
"""What a person types into a form that its page shows empty."""


def test_no_header_no_body_and_no_method_gives_a_500(walk):
    tally = Tally(walk)
    for route, rule, methods in walk.routes():
        client, path = walk.caller(rule) or walk.clients["stranger"], walk.path(route)
        for method in hostile.METHODS:
            tally.call(client, method, path, f"{route.rule} method")
        if "GET" in methods:
            for name, value in hostile.HEADERS:
                for each in callers(walk, rule) if name == "Cookie" else [client]:
                    tally.call(
                        each,
                        "GET",
                        path,
                        f"{route.rule} {name}: {value[:30]!r}",
                        environ_overrides=_environ(name, value),
                    )
        if "POST" in methods:
            for name, value in CHANCE.sample(hostile.HEADERS, 8):
                tally.call(
                    client,
                    "POST",
                    path,
                    f"{route.rule} {name}: {value[:30]!r}",
                    environ_overrides=_environ(name, value),
                )
            for body, kind in hostile.BODIES:
                tally.call(
                    client,
                    "POST",
                    path,
                    f"{route.rule} {kind} {body[:30]!r}",
                    data=body,
                    content_type=kind,
                )
    tally.verify(at_least=1_000)


def _environ(name, value):
    key = name.upper().replace("-", "_")
    return {key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}": value}


def test_nothing_the_carrier_signs_gives_a_500(walk):
    carrier = Carrier(walk.app)
    tally = Tally(walk)
    names = sorted(words_that_code_asks_for() | {"MessageSid", "From", "To", "Body", "NumMedia"})
    right = {
        "MessageSid": "SM" + "1" * 32,
        "From": "+12125550134",
        "To": "+15005550006",
        "Body": "C",
        "MessageStatus": "delivered",
    }
    for path in (INBOUND_PATH, f"{STATUS_PATH}?message={walk.message}"):
        for name in names:
            for word in some_words():
                with walk.undone():
                    answer = carrier.post(path, {**right, name: word})
                tally.calls += 1
                if answer.status_code >= 500:
                    tally.bad.append(
                        f"{path[:30]} {name}={word[:30]!r} {walk.failures[-1:]!r:.200}"
                    )
    tally.verify(at_least=1_000)
