"""The website as tests make it: its settings, and a database with nothing in it yet."""

from cryptography.fernet import Fernet
from flask_migrate import upgrade

from booking.kit.db import db
from booking.settings import Settings
from booking.web.app import create_app

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


def lay_tables(folder):
    """Make a database by the migrations and return its file."""
    app = create_app(settings_for(folder))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return folder / "lupine.sqlite3"
