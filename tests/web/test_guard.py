from types import SimpleNamespace

import pytest
from flask import Blueprint, Flask

from booking.accounts.models import Role
from booking.web import guard as access


@pytest.fixture
def small(app):
    """The website with some routes more."""
    bp = Blueprint("extra", __name__)

    @bp.post("/extra/signed")
    @access.carrier_signed(lambda: access.request.headers.get("X-Signed") == "yes")
    def signed():
        return "stored"

    @bp.get("/extra/staff")
    @access.staff(Role.COORDINATOR)
    def for_coordinators():
        return "inside"

    @bp.post("/extra/public")
    @access.public
    def open_():
        return "done"

    @bp.get("/extra/nobody")
    def nobody():
        return "leaked"

    app._got_first_request = False
    app.register_blueprint(bp)
    return app


def test_an_app_with_a_route_that_states_no_rule_is_not_made():
    app = Flask("unguarded", static_folder=None)
    app.add_url_rule("/open", "open", lambda: "leaked")

    with pytest.raises(access.UnguardedRoute, match="open"):
        access.require_rules(app)


def test_a_route_added_later_without_a_rule_leaks_nothing(small):
    answer = small.test_client().get("/extra/nobody")

    assert answer.status_code == 500
    assert "leaked" not in answer.get_data(as_text=True)


def test_a_call_without_the_carriers_signature_is_forbidden(small):
    assert small.test_client().post("/extra/signed").status_code == 403


def test_a_signed_call_needs_no_form_token(small):
    answer = small.test_client().post("/extra/signed", headers={"X-Signed": "yes"})

    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "stored")


def test_a_form_without_its_token_is_refused(small):
    answer = small.test_client().post("/extra/public")

    assert answer.status_code == 400
    assert "once more" in answer.get_data(as_text=True)


def test_nobody_signed_in_is_led_to_the_sign_in_and_back(small):
    answer = small.test_client().get("/extra/staff")

    assert answer.status_code == 303
    assert answer.location == "/staff/sign-in?next=/extra/staff"


def test_a_role_that_is_not_named_is_refused(small, monkeypatch):
    nurse = SimpleNamespace(is_authenticated=True, role=Role.THERAPIST)
    monkeypatch.setattr(access, "current_user", nurse)

    answer = small.test_client().get("/extra/staff")

    assert answer.status_code == 403
    assert "inside" not in answer.get_data(as_text=True)


def test_a_role_that_is_named_enters(small, monkeypatch):
    coordinator = SimpleNamespace(is_authenticated=True, role=Role.COORDINATOR)
    monkeypatch.setattr(access, "current_user", coordinator)

    assert small.test_client().get("/extra/staff").get_data(as_text=True) == "inside"


def test_staff_with_no_role_named_is_every_role_but_the_patient():
    @access.staff()
    def view():
        return ""

    assert view.access_rule.roles == set(Role) - {Role.PATIENT, Role.AUDITOR}
