"""Every route states who may call it, and what is open to everybody is listed here by name."""

import pytest
from flask_limiter.util import get_qualified_name

from booking.kit.links import Scope
from booking.web.app import create_app
from booking.web.guard import ByLink, CarrierSigned, Public, Staff, rule_of
from booking.web.limits import limiter
from tests.web.site import settings_for

OPEN_TO_EVERYBODY = {
    "static",
    "health.livez",
    "health.readyz",
    "health.healthz",
    "pages.evidence",
    "pages.privacy",
    "therapists.index",
    "therapists.show",
    "holds.create",
    "staff_session.sign_in",
    "staff_session.check",
    "staff_session.code",
    "staff_session.check_code",
    "staff_session.passkey",
    "staff_forgotten.ask",
    "staff_forgotten.send",
}
"""Adding a name here is a decision; the review should see it."""

SCOPES = {
    "/holds/<token>": Scope.HOLD,
    "/a/<token>": Scope.MANAGE,
    "/c/<token>": Scope.CHECK_IN,
    "/join/<token>": Scope.INVITATION,
    "/new-password/<token>": Scope.NEW_PASSWORD,
}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return create_app(settings_for(tmp_path_factory.mktemp("routes")))


def rules(app):
    return [(route, rule_of(app, route.endpoint)) for route in app.url_map.iter_rules()]


def test_every_route_states_a_rule(app):
    assert [route.rule for route, rule in rules(app) if rule is None] == []


def test_only_the_listed_routes_are_open_to_everybody(app):
    found = {route.endpoint for route, rule in rules(app) if isinstance(rule, Public)}

    assert found == OPEN_TO_EVERYBODY


def test_every_address_with_a_token_is_opened_by_a_link_of_its_own_scope(app):
    for route, rule in rules(app):
        start = next((start for start in SCOPES if route.rule.startswith(start)), None)
        if "<token>" in route.rule or start:
            assert isinstance(rule, ByLink), route
            assert rule.scope is SCOPES[start], route


def test_every_route_under_staff_asks_for_a_member_of_staff(app):
    for route, rule in rules(app):
        if route.rule.startswith("/staff") and route.endpoint not in OPEN_TO_EVERYBODY:
            assert isinstance(rule, Staff), route


def test_every_webhook_asks_for_the_carriers_signature(app):
    hooks = [rule for route, rule in rules(app) if route.rule.startswith("/hooks")]

    assert hooks
    assert all(isinstance(rule, CarrierSigned) for rule in hooks)


def test_no_address_names_anything_about_health(app):
    for route in app.url_map.iter_rules():
        if route.rule == "/healthz":
            continue  # The system's own, asked by monitors.
        for word in ("lupus", "diagnos", "intake", "symptom", "flare", "health"):
            assert word not in route.rule


def test_every_form_a_stranger_may_send_has_a_limit(app):
    """What only reads has the limit of all pages (booking.web.limits)."""
    without = {
        route.endpoint
        for route, rule in rules(app)
        if isinstance(rule, Public | ByLink)
        and "POST" in route.methods
        and not limiter.limit_manager.decorated_limits(
            get_qualified_name(app.view_functions[route.endpoint])
        )
    }

    assert not without
