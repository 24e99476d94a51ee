"""What the documents and the examples say of settings is what the code does."""

import re
from pathlib import Path

import pytest

from booking.settings import PLACEHOLDERS, Settings, SettingsError, load_settings
from launch.make_secrets import MARK
from tests.test_settings import GOOD

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / ".env.example").read_text().splitlines()
    if line and not line.startswith("#")
)
COMPOSE = (ROOT / "docker-compose.yml").read_text()
README = (ROOT / "README.md").read_text()
NAMES = {name.upper() for name in Settings.model_fields}
NOT_IN_CONTAINERS = {"TWILIO_BASE_URL"}
"""The simulator's alone: whoever has a carrier's account texts through the carrier."""
THE_CONTAINERS_OWN = {"TRUSTED_PROXIES", "WEB_PROCESSES"}
"""A proxy of the machine comes in through their network's gateway, and the site has a machine."""
UNFILLED = sorted(name for name, value in EXAMPLE.items() if value == MARK)
SECRET = "a-real-secret-of-these-tests-0123456789"


@pytest.fixture
def environment(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch.setenv


def test_the_sender_rate_has_one_default_wherever_it_is_told():
    told = {
        "settings": Settings.model_fields["sender_rate"].default,
        ".env.example": float(EXAMPLE["SENDER_RATE"]),
        "compose": float(re.search(r"SENDER_RATE:-([\d.]+)", COMPOSE)[1]),
        "README": float(re.search(r"\| SENDER_RATE \|.*\| ([\d.]+) \|", README)[1]),
    }

    assert set(told.values()) == {1.0}, told


def test_every_setting_stands_in_the_readmes_table():
    rows = [line.split("|")[1] for line in README.splitlines() if line.startswith("| ")]

    assert set(re.findall(r"[A-Z][A-Z_]+", " ".join(rows))) >= NAMES


def test_every_setting_reaches_the_containers():
    given = set(re.findall(r"^ +([A-Z][A-Z_]+): ", COMPOSE, re.MULTILINE))
    secret = {name.upper() for name in re.findall(r"^ +- ([a-z_]+)$", COMPOSE, re.MULTILINE)}

    assert given | secret >= NAMES - NOT_IN_CONTAINERS
    assert set(EXAMPLE) <= given


def test_a_container_has_the_same_defaults_as_any_other_process(environment):
    defaults = dict(re.findall(r"^ +([A-Z_]+): \$\{\1:-(.*)\}$", COMPOSE, re.MULTILINE))
    anywhere = load_settings()
    for name in NAMES & set(defaults):
        environment(name, defaults[name])

    contained = load_settings().model_dump(exclude={name.lower() for name in THE_CONTAINERS_OWN})

    assert contained == anywhere.model_dump(include=set(contained))


def test_the_example_has_something_to_fill_in():
    assert "CLINIC_NAME" in UNFILLED
    assert "ON_CALL" in UNFILLED
    assert MARK in PLACEHOLDERS


@pytest.mark.parametrize("name", UNFILLED)
def test_the_example_as_it_stands_is_refused_by_name(environment, name):
    environment(name, EXAMPLE[name])

    with pytest.raises(SettingsError, match=f"{name}: .*placeholder"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://lupine:change-me@db/lupine"),
        ("DATABASE_URL", "postgresql://lupine:Change%2DMe@db/lupine"),
        ("REDIS_URL", "redis://:changeme@redis:6379/0"),
        ("SMTP_URL", "smtps://lupine:change_me@mail.example.org"),
        ("SMTP_URL", "change-me"),
        ("METRICS_TOKEN", f"change-me-{SECRET}"),
        ("SECRET_KEYS", f"{SECRET},change-me-{SECRET}"),
        ("FIELD_KEYS", "change-me"),
        ("TWILIO_AUTH_TOKENS", f"change-me-{SECRET}"),
        ("TWILIO_ACCOUNT_SID", "change-me"),
        ("CRISIS_LINE", "change-me"),
        ("TEXT_COUNTRIES", "CA,change-me"),
    ],
)
def test_a_placeholder_is_refused_in_every_setting_and_inside_addresses(environment, name, value):
    environment(name, value)

    with pytest.raises(SettingsError, match=f"{name}: .*placeholder") as refused:
        load_settings()

    assert SECRET not in str(refused.value)


def test_a_folder_may_have_any_name(environment):
    environment("DATA_DIR", "/srv/change-me 50%?#")

    assert str(load_settings().data_dir) == "/srv/change-me 50%?#"
