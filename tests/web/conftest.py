"""The website on a fresh database of its own, at a clock that stands still."""

import shutil

import pytest
from cryptography.fernet import Fernet
from flask_migrate import upgrade

from booking.db import db
from booking.settings import Settings
from booking.web.app import create_app
from booking.web.limits import limiter
from tests.web.pages import NoScriptBrowser
from tests.web.staff_cast import StaffSite
from tests.web.world import ANA, NOW, StandingClock, add_therapist

FIELD_KEY = Fernet.generate_key().decode()


def settings_for(folder, **changes):
    """Settings of a clinic whose data lie in a folder."""
    return Settings(
        **{
            "database_url": f"sqlite:///{folder}/lupine.sqlite3",
            "data_dir": folder,
            "public_base_url": "http://localhost",
            "secret_keys": "a-secret-of-these-tests-only-0123456789",
            "field_keys": FIELD_KEY,
            "clinic_name": "Lavender Row",
            "clinic_phone": "+1 212 555 0100",
            "twilio_account_sid": "AC" + "0" * 32,
            "twilio_auth_tokens": "a-token-of-these-tests-only-0123456789",
            "twilio_from": "+15005550006",
            "smtp_url": "smtp://127.0.0.1:9",
            "mail_from": "hello@example.org",
            **changes,
        }
    )


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A database with all tables and nothing in them, made once by the migrations."""
    folder = tmp_path_factory.mktemp("empty")
    app = create_app(settings_for(folder))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return folder / "lupine.sqlite3"


@pytest.fixture
def clock():
    return StandingClock(NOW)


@pytest.fixture
def settings(tmp_path, empty_database):
    shutil.copy(empty_database, tmp_path / "lupine.sqlite3")
    return settings_for(tmp_path)


@pytest.fixture
def app(settings, clock):
    """The website of a clinic where Dana can be booked and Lapsed cannot."""
    made = create_app(settings, clock=clock)
    limiter.reset()
    with made.extensions["lupine"].database.transaction() as session:
        add_therapist(session)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def runtime(app):
    return app.extensions["lupine"]


@pytest.fixture
def browser(app):
    return NoScriptBrowser(app)


@pytest.fixture
def held(browser):
    """The form page of a slot that was just held, Dana's first of tomorrow."""
    return browser.get("/therapists/dana-demo?from=2026-03-03").form("/holds").press(0)


@pytest.fixture
def booked(held):
    """The page of an appointment that Ana booked."""
    return held.form().send(**ANA)


@pytest.fixture
def staff(app, clock):
    """The same website with its staff, their patients and one session each."""
    return StaffSite(app, clock)
