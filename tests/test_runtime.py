"""The runtime: put together from settings, with what a test gives in place of the real thing."""

from uuid import UUID

from booking.clinic.policy import DEFAULT_POLICIES
from booking.gateways.smtp import SmtpMail
from booking.gateways.twilio_sms import TwilioSms
from booking.kit.clock import WallClock
from booking.kit.db import open_database, open_engine
from booking.kit.links import Scope
from booking.runtime import INBOUND_PATH, STATUS_PATH, build_runtime, clinic_of
from tests.build.gateways import FakeEmail, FakeSms
from tests.build.settings import settings_of
from tests.build.times import SettableClock, utc


def runtime_of(given=None, **changes):
    settings = settings_of("sqlite://", **changes)
    return build_runtime(settings, open_database(open_engine("sqlite://")), **(given or {}))


def test_the_real_world_is_used_where_nothing_else_is_given():
    runtime = runtime_of()

    assert isinstance(runtime.sms, TwilioSms)
    assert isinstance(runtime.email, SmtpMail)
    assert isinstance(runtime.clock, WallClock)
    assert runtime.policies.booking == DEFAULT_POLICIES.booking


def test_what_is_given_takes_the_place_of_the_real_thing():
    clock, sms, email = SettableClock(), FakeSms(), FakeEmail()

    runtime = runtime_of({"clock": clock, "sms": sms, "email": email})

    assert (runtime.clock, runtime.sms, runtime.email) == (clock, sms, email)


def test_the_services_know_the_clinic_by_its_settings():
    clinic = clinic_of(
        settings_of("sqlite://", on_call="+12125550190", clinic_timezone="America/Chicago")
    )

    assert (clinic.name, clinic.zone, clinic.on_call) == (
        "Willow Room",
        "America/Chicago",
        "+12125550190",
    )
    assert clinic.sender == "+15005550006"
    assert clinic.email == "hello@example.org"


def test_links_keep_opening_when_a_newer_secret_is_put_first():
    old = "an-older-secret-of-these-tests-0123456789"
    new = "a-newer-secret-of-these-tests-0123456789"
    now, end = utc("2026-03-02T15:00Z"), utc("2026-03-09T15:00Z")
    subject = UUID(int=7)
    token = runtime_of(secret_keys=old).links.token(Scope.MANAGE, subject, end)

    rotated = runtime_of(secret_keys=f"{new},{old}")

    assert rotated.links.read(token, Scope.MANAGE, now=now).subject == subject


def test_the_carrier_calls_back_where_the_site_listens():
    assert STATUS_PATH.startswith("/hooks/")
    assert INBOUND_PATH.startswith("/hooks/")
    assert STATUS_PATH != INBOUND_PATH
