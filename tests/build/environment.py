"""The environment of a real process of the clinic of the tests."""

import os

from tests.build.settings import CLINIC_PHONE, FIELD_KEY, SENDER


def environment_of(database_url, **changes):
    """Return the variables a process is started with; None takes one away."""
    settings = {
        "DATABASE_URL": database_url,
        "PUBLIC_BASE_URL": "https://book.example.org",
        "SECRET_KEYS": "a-secret-of-these-tests-only-0123456789",
        "FIELD_KEYS": FIELD_KEY,
        "CLINIC_NAME": "Willow Room",
        "CLINIC_PHONE": CLINIC_PHONE,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKENS": "a-token-of-these-tests-only-0123456789",
        "TWILIO_FROM": SENDER,
        "SMTP_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": "hello@example.org",
        "PATH": os.environ["PATH"],
        **changes,
    }
    return {name: value for name, value in settings.items() if value is not None}
