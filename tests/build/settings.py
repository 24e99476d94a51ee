"""Settings of the clinic of the tests; every secret is made up here."""

from cryptography.fernet import Fernet

from booking.settings import Settings

FIELD_KEY = Fernet.generate_key().decode()
CLINIC_PHONE = "+1 212 555 0100"
SENDER = "+15005550006"


def settings_of(database_url, **changes):
    """Return the settings of a clinic with this database."""
    return Settings(
        **{
            "database_url": database_url,
            "redis_url": None,
            "public_base_url": "https://book.example.org",
            "secret_keys": "a-secret-of-these-tests-only-0123456789",
            "field_keys": FIELD_KEY,
            "clinic_name": "Willow Room",
            "clinic_phone": CLINIC_PHONE,
            "twilio_account_sid": "AC" + "0" * 32,
            "twilio_auth_tokens": "a-token-of-these-tests-only-0123456789",
            "twilio_from": SENDER,
            # Tests of anything else do not wait for the rate.
            "sender_rate": 100.0,
            "smtp_url": "smtp://127.0.0.1:9",
            "mail_from": "hello@example.org",
            "on_call": None,
            **changes,
        }
    )
