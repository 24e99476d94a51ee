"""Who may call what: every route with every role, as a list for people and as the site answers.

`python -m pytest -s tests/contracts/test_permissions.py -k matrix` prints the list. A change of
rules shows in permissions.txt; to take the new one: UPDATE_SNAPSHOTS=1 and the same command.
"""

import os
from pathlib import Path

import pytest

from booking.accounts.models import Role
from booking.kit.ids import new_id
from booking.web.guard import ByLink, CarrierSigned, Monitoring, Public, Staff, rule_of
from tests.web.staff_cast import open_site

MATRIX = Path(__file__).with_name("permissions.txt")
ROLES = (Role.THERAPIST, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)


@pytest.fixture(scope="module")
def staff(tmp_path_factory):
    with open_site(tmp_path_factory.mktemp("permissions")) as site:
        with site.database.transaction() as session:
            site.users["audrey"] = site.add_user(session, "audrey", Role.AUDITOR)
        yield site


def routes(app):
    """Every route and method, with its rule."""
    for route in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        for method in sorted(route.methods - {"HEAD", "OPTIONS"}):
            yield route, method, rule_of(app, route.endpoint)


def lines(app):
    """The matrix: a line a route, a column a role; `anew` asks for a fresh proof."""
    head = f"{'':7}{'':70}" + "".join(f"{role.value:15}" for role in ROLES)
    yield head.rstrip()
    for route, method, rule in routes(app):
        yield f"{method:7}{route.rule:70}{_columns(rule)}".rstrip()


def _columns(rule):
    match rule:
        case Staff(roles, fresh):
            word = "anew" if fresh else "yes"
            return "".join(f"{word if role in roles else '-':15}" for role in ROLES)
        case Public():
            return "everybody"
        case ByLink(scope):
            return f"whoever holds a link: {scope.name.lower()}"
        case CarrierSigned():
            return "the carrier, signed"
        case Monitoring():
            return "the monitoring"


def test_the_matrix_is_complete_and_as_it_was_last_read(staff):
    now = "\n".join(lines(staff.app)) + "\n"
    print(now)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        MATRIX.write_text(now)

    assert None not in {rule for _, _, rule in routes(staff.app)}
    assert now == MATRIX.read_text()


@pytest.mark.parametrize("who", ["dana", "cora", "ada", "audrey", None])
def test_the_site_answers_every_route_as_the_matrix_says(staff, who):
    browser = staff.signed_in(who) if who else staff.browser()
    role = {"dana": ROLES[0], "cora": ROLES[1], "ada": ROLES[2], "audrey": ROLES[3]}.get(who)
    wrong = []
    for route, method, rule in routes(staff.app):
        if not isinstance(rule, Staff) or route.endpoint == "staff_session.sign_out":
            continue
        answer = browser.client.open(_address(route), method=method)
        refused = answer.status_code == 403
        if who is None:
            # A page leads to the sign-in, a form asks for it.
            refused = answer.status_code == 401 or answer.location.startswith("/staff/sign-in")
        if refused != (role not in rule.roles):
            wrong.append((method, route.rule, answer.status_code))

    assert wrong == []


def _address(route):
    """An address of a route; what it names exists nowhere."""
    values = {}
    for name, converter in route._converters.items():
        kind = type(converter).__name__
        if kind == "UUIDConverter":
            values[name] = new_id()
        elif kind == "IntegerConverter":
            values[name] = 1
        elif kind == "AnyConverter":
            values[name] = sorted(converter.items)[0]
        else:
            values[name] = "x"
    return route.build(values)[1]
