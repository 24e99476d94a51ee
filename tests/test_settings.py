"""Settings: what is missing or wrong is named, and no value is ever shown."""

import pytest
from cryptography.fernet import Fernet

from booking.settings import SettingsError, load_settings

GOOD = {
    "DATABASE_URL": "postgresql://lupine:database-word@db.example.org/lupine",
    "PUBLIC_BASE_URL": "https://book.example.org/",
    "SECRET_KEYS": "newest-secret-of-these-tests-000001,older-secret-of-these-tests-0000002",
    "FIELD_KEYS": Fernet.generate_key().decode(),
    "CLINIC_NAME": "Willow Room",
    "CLINIC_PHONE": "+1 212 555 0100",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKENS": "0123456789abcdef0123456789abcdef",
    "TWILIO_FROM": "+15005550006",
    "SMTP_URL": "smtp+starttls://lupine:mail-word@mail.example.org:587",
    "MAIL_FROM": "hello@example.org",
}
NEEDED = sorted(set(GOOD) - {"TWILIO_FROM"})
WRONG = [
    ("DATABASE_URL", "mysql://lupine:hidden-word@db/lupine"),
    ("DATABASE_URL", "hidden-word"),
    ("PUBLIC_BASE_URL", "book.example.org/hidden-word"),
    ("PUBLIC_BASE_URL", "https://book.example.org/?hidden-word"),
    ("TRUSTED_PROXIES", "hidden-word"),
    ("TRUSTED_PROXIES", "127.0.0.1/32,10.0.0.1/8"),
    ("TRUSTED_PROXIES", "0.0.0.0/0"),
    ("TRUSTED_PROXIES", "::/0"),
    ("TRUSTED_PROXY_COUNT", "0"),
    ("SECRET_KEYS", "hidden-word"),
    ("SECRET_KEYS", "change-me-change-me-change-me-hidden-word"),
    ("SECRET_KEYS", "your-secret-goes-here-0123456789-hidden-word"),
    ("SECRET_KEYS", " , "),
    ("SECRET_KEYS", "newest-secret-of-these-tests-000001,hidden-word"),
    ("FIELD_KEYS", "hidden-word-0123456789-0123456789-0123456789"),
    ("CLINIC_NAME", "hidden-word-that-is-longer-than-it-may-be"),
    ("CLINIC_TIMEZONE", "America/hidden-word"),
    ("CLINIC_REGION", "hidden-word"),
    ("TWILIO_ACCOUNT_SID", "hidden-word"),
    ("TWILIO_AUTH_TOKENS", "hidden-word"),
    ("TWILIO_FROM", "hidden-word"),
    ("TWILIO_MESSAGING_SERVICE_SID", "hidden-word"),
    ("TWILIO_BASE_URL", "hidden-word"),
    ("SENDER_RATE", "0"),
    ("SENDER_RATE", "hidden-word"),
    ("SMTP_URL", "http://hidden-word"),
    ("MAIL_FROM", "hidden-word"),
    ("ON_CALL", "hidden-word"),
    ("ON_CALL", "(212) 555-0100 hidden-word"),
    ("ON_CALL", "2125550100"),
]


@pytest.fixture
def environment(monkeypatch):
    """A function that sets the good settings and changes some; None takes one away."""

    def set_up(**changes):
        for name, value in {**GOOD, **changes}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)

    for name in ("SETTINGS_DIR", "REDIS_URL", "ON_CALL", "TWILIO_MESSAGING_SERVICE_SID"):
        monkeypatch.delenv(name, raising=False)
    return set_up


def refused(environment, **changes):
    environment(**changes)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return str(caught.value)


def test_good_settings_are_read(environment):
    environment()

    settings = load_settings()

    assert settings.clinic_name == "Willow Room"
    assert settings.public_base_url == "https://book.example.org"
    assert settings.serves_https
    assert [one.get_secret_value()[:5] for one in settings.secret_keys] == ["newes", "older"]
    assert settings.redis_url is None
    assert settings.sender == "+15005550006"


@pytest.mark.parametrize("name", NEEDED)
def test_each_setting_that_is_missing_is_named(environment, name):
    assert f"{name}:" in refused(environment, **{name: None})


@pytest.mark.parametrize("name", NEEDED)
def test_an_empty_setting_is_no_setting(environment, name):
    assert f"{name}:" in refused(environment, **{name: ""})


def test_all_that_is_missing_is_named_at_once(environment):
    message = refused(environment, **dict.fromkeys(NEEDED))

    assert all(f"{name}:" in message for name in NEEDED)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_each_setting_that_is_wrong_is_named_and_its_value_kept_quiet(environment, name, value):
    message = refused(environment, **{name: value})

    assert f"{name}:" in message
    assert "hidden-word" not in message


@pytest.mark.parametrize("on_call", ["+12125550100", "on-call@example.org"])
def test_a_number_or_a_mail_address_is_paged(environment, on_call):
    environment(ON_CALL=on_call)

    assert load_settings().on_call == on_call


def test_without_anybody_on_call_nobody_is_paged(environment):
    environment(ON_CALL="")

    assert load_settings().on_call is None


def test_texts_need_a_number_or_a_service_to_come_from(environment):
    assert "TWILIO_MESSAGING_SERVICE_SID" in refused(environment, TWILIO_FROM=None)


def test_a_service_sends_in_place_of_a_number(environment):
    environment(TWILIO_MESSAGING_SERVICE_SID="MG" + "1" * 32)

    assert load_settings().sender == "MG" + "1" * 32


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_of_postgresql_is_read_as_people_write_it(environment, scheme):
    environment(DATABASE_URL=f"{scheme}://db.example.org/lupine")

    assert load_settings().database_url == "postgresql+psycopg://db.example.org/lupine"


def test_secrets_may_come_one_from_a_file(environment, tmp_path, monkeypatch):
    environment(SECRET_KEYS=None, SMTP_URL=None)
    (tmp_path / "secret_keys").write_text("a-secret-from-a-file-of-forty-characters\n")
    (tmp_path / "smtp_url").write_text("smtp://mail.example.org:25\n")
    monkeypatch.setenv("SETTINGS_DIR", str(tmp_path))

    settings = load_settings()

    [key] = settings.secret_keys
    assert key.get_secret_value() == "a-secret-from-a-file-of-forty-characters"
    assert settings.smtp_url.get_secret_value() == "smtp://mail.example.org:25"


def test_a_wrong_secret_in_a_file_is_named_and_kept_quiet(environment, tmp_path, monkeypatch):
    (tmp_path / "secret_keys").write_text("hidden-word")
    monkeypatch.setenv("SETTINGS_DIR", str(tmp_path))

    message = refused(environment, SECRET_KEYS=None)

    assert "SECRET_KEYS:" in message
    assert "hidden-word" not in message


def test_settings_that_are_printed_show_no_secret(environment):
    environment(REDIS_URL="redis://:queue-word@redis.example.org/0")

    shown = repr(load_settings()) + str(load_settings())

    for secret in ("database-word", "mail-word", "newest-secret", "queue-word"):
        assert secret not in shown
    assert GOOD["FIELD_KEYS"] not in shown
    assert GOOD["TWILIO_AUTH_TOKENS"] not in shown


def test_settings_do_not_change_while_the_process_runs(environment):
    environment()
    settings = load_settings()

    with pytest.raises(ValueError, match="frozen"):
        settings.clinic_name = "Another"


def test_what_is_not_ours_in_the_environment_is_nobodys_business(environment):
    environment(SOMETHING_ELSE="x")

    assert not hasattr(load_settings(), "something_else")


@pytest.mark.parametrize(("named", "read"), [("CA, MX", ("CA", "MX")), ("", ()), ("JM", ("JM",))])
def test_countries_to_text_are_named_by_their_letters(environment, named, read):
    environment(TEXT_COUNTRIES=named)

    assert load_settings().text_countries == read


@pytest.mark.parametrize("named", ["Canada", "ca", "001", "XX"])
def test_a_country_that_is_none_keeps_everything_from_starting(environment, named):
    assert "TEXT_COUNTRIES:" in refused(environment, TEXT_COUNTRIES=named)
