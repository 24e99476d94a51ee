from pathlib import Path

import pytest

from simulator.settings import SettingsRefused, settings_from

GOOD = {
    "DATA_DIR": "var",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKENS": "new, old",
    "TWILIO_FROM": "+15005550006",
    "SANDBOX_INBOUND_URL": "http://127.0.0.1:8000/hooks/twilio/inbound",
}


def test_little_is_needed_and_the_rest_has_defaults():
    settings = settings_from(GOOD)

    assert (settings.port, settings.smtp_port, settings.host) == (8025, 8026, "127.0.0.1")
    assert settings.auth_tokens == ("new", "old")
    assert settings.state_dir == Path("var/sandbox")


def test_the_mail_port_follows_the_web_port():
    assert settings_from({**GOOD, "SANDBOX_PORT": "9000"}).smtp_port == 9001


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_setting_is_named(name):
    without = {key: value for key, value in GOOD.items() if key != name}

    with pytest.raises(SettingsRefused, match=name):
        settings_from(without)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SANDBOX_PORT", "0"),
        ("SANDBOX_PORT", "65536"),
        ("SANDBOX_PORT", "eighty"),
        ("SANDBOX_PORT", "65535"),  # the mail port after it does not exist
        ("TWILIO_ACCOUNT_SID", "AC1"),
        ("TWILIO_AUTH_TOKENS", " , "),
        ("TWILIO_FROM", "5005550006"),
        ("SANDBOX_INBOUND_URL", "ftp://example.org"),
        ("SANDBOX_KEYWORD_REPLIES", "maybe"),
        ("SANDBOX_SENT_AFTER", "-1"),
        ("SANDBOX_CALLBACK_STATUSES", "sent,arrived"),
        ("SANDBOX_WEBHOOK_CONNECTIONS", "0"),
        ("TWILIO_MESSAGING_SERVICE_SID", "MG1"),
    ],
)
def test_a_wrong_setting_is_refused_with_a_sentence(name, value):
    with pytest.raises(SettingsRefused, match=r"\.$"):
        settings_from({**GOOD, name: value})
