import re
import subprocess
import sys

import pytest

from booking.settings import Settings, SettingsError, load_settings
from launch.health import STALE_SECONDS, main, was_touched_lately
from launch.make_secrets import MARK as UNFILLED
from launch.make_secrets import make_files
from launch.programs import ALONE, PROJECT, SENDER_GRACE_S
from workers import marks

COMPOSE = PROJECT / "docker-compose.yml"
OURS = ("web", "worker", "loop", "beat")
SECRETS = {
    "database_url",
    "redis_url",
    "secret_keys",
    "field_keys",
    "metrics_token",
    "twilio_auth_tokens",
    "smtp_url",
}


@pytest.fixture
def example():
    lines = (PROJECT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_compose_file_follows_the_compose_schema():
    checked = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            COMPOSE,
        ],
        capture_output=True,
        text=True,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("service", OURS)
def test_everything_waits_for_the_migrations_and_for_well_servers(compose, service):
    waits_for = compose["services"][service]["depends_on"]

    assert waits_for["migrate"] == {"condition": "service_completed_successfully"}
    assert waits_for["postgres"] == waits_for["redis"] == {"condition": "service_healthy"}


def test_migrations_run_once_and_wait_for_the_database(compose):
    migrate = compose["services"]["migrate"]

    assert migrate["restart"] == "no"
    assert migrate["command"][-2:] == ["db", "upgrade"]
    assert migrate["depends_on"]["postgres"] == {"condition": "service_healthy"}


@pytest.mark.parametrize("service", [*OURS, "postgres", "redis"])
def test_every_service_that_stays_has_a_health_check_and_comes_back(compose, service):
    assert compose["services"][service]["healthcheck"]["test"]
    assert compose["services"][service]["restart"] == "unless-stopped"


def test_redis_keeps_what_it_was_told(compose):
    words = compose["services"]["redis"]["command"]
    flags = dict(zip(words[1::2], words[2::2], strict=True))

    assert flags["--appendonly"] == "yes"
    assert flags["--maxmemory-policy"] == "noeviction"
    assert compose["services"]["redis"]["volumes"] == ["redis:/data"]


def test_the_site_knows_the_password_of_redis(tmp_path):
    _fill_secrets(tmp_path)

    password = (tmp_path / "redis_password").read_text().strip()
    assert len(password) == 48
    assert (tmp_path / "redis_url").read_text().strip() == f"redis://:{password}@redis:6379/0"


def test_an_installation_from_before_gets_what_it_lacks_and_keeps_the_rest(tmp_path):
    _fill_secrets(tmp_path)
    database = (tmp_path / "database_url").read_text()
    for name in ("redis_password", "redis_url"):
        (tmp_path / name).unlink()

    made, _ = make_files(tmp_path)

    assert made == ["redis_password", "redis_url"]
    assert (tmp_path / "database_url").read_text() == database


def test_the_database_lies_on_a_volume(compose):
    assert compose["services"]["postgres"]["volumes"] == ["postgres:/var/lib/postgresql/data"]
    assert set(compose["volumes"]) == {"postgres", "redis", "backups"}


def test_the_servers_are_reached_from_inside_only(compose):
    for service in ("postgres", "redis"):
        assert compose["services"][service]["networks"] == ["inside"]
        assert "ports" not in compose["services"][service]
    assert compose["networks"]["inside"] == {"internal": True}


def test_no_secret_stands_in_an_environment_or_has_a_default(compose):
    for service in compose["services"].values():
        assert not {name.lower() for name in service.get("environment", {})} & SECRETS
    assert set(compose["secrets"]) >= SECRETS
    for name, secret in compose["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
    assert not re.search(r"(?i)(password|secret|token|key)\w*:-", COMPOSE.read_text())


def test_what_only_the_clinic_knows_must_be_said(compose):
    environment = compose["services"]["web"]["environment"]

    for name in ("PUBLIC_BASE_URL", "CLINIC_NAME", "CLINIC_PHONE", "MAIL_FROM", "ON_CALL"):
        assert environment[name].startswith(f"${{{name}:?")


def test_each_of_our_services_is_given_every_secret_and_setting_it_needs(compose):
    required = {name for name, field in Settings.model_fields.items() if field.is_required()}

    for name in (*OURS, "migrate"):
        service = compose["services"][name]
        given = {key.lower() for key in service["environment"]} | set(service["secrets"])
        assert required <= given


def test_made_secrets_differ_each_time_and_stay_when_made_again(tmp_path):
    made, unknown = make_files(tmp_path / "one")
    make_files(tmp_path / "two")
    key = (tmp_path / "one" / "field_keys").read_text()

    again, _ = make_files(tmp_path / "one")

    assert set(made) == {*SECRETS, "twilio_account_sid", "postgres_password", "redis_password"}
    assert unknown == ["twilio_account_sid", "twilio_auth_tokens", "smtp_url"]
    assert again == []
    assert (tmp_path / "one" / "field_keys").read_text() == key
    assert (tmp_path / "two" / "field_keys").read_text() != key
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o700


def test_secrets_are_made_by_a_python_without_any_library():
    asked = subprocess.run([sys.executable, "-S", "-c", "import launch.make_secrets"], cwd=PROJECT)

    assert asked.returncode == 0


def _settings(monkeypatch, folder, environment):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in {**environment, "SETTINGS_DIR": str(folder)}.items():
        monkeypatch.setenv(name, value)
    return load_settings()


FILLED = {
    "PUBLIC_BASE_URL": "https://book.example.org",
    "CLINIC_NAME": "Sage Lane Clinic",
    "CLINIC_PHONE": "+12125550100",
    "CLINIC_TIMEZONE": "America/New_York",
    "MAIL_FROM": "hello@clinic.example.org",
    "TWILIO_FROM": "+12125550101",
    "ON_CALL": "+12125550102",
}


def _fill_secrets(folder):
    make_files(folder)
    (folder / "twilio_account_sid").write_text("AC" + "0" * 32)
    (folder / "twilio_auth_tokens").write_text("f" * 32)
    (folder / "smtp_url").write_text("smtp://mail.example.org:25")


def test_filled_in_secrets_and_settings_are_accepted(tmp_path, monkeypatch):
    _fill_secrets(tmp_path)

    settings = _settings(monkeypatch, tmp_path, FILLED)

    assert settings.database_url.startswith("postgresql+psycopg://lupine:")


@pytest.mark.parametrize("name", ["twilio_account_sid", "twilio_auth_tokens", "smtp_url"])
def test_a_secret_left_as_made_is_refused_at_start(tmp_path, monkeypatch, name):
    _fill_secrets(tmp_path)
    (tmp_path / name).write_text(UNFILLED)

    with pytest.raises(SettingsError, match=name.upper()):
        _settings(monkeypatch, tmp_path, FILLED)


@pytest.mark.parametrize("name", ["PUBLIC_BASE_URL", "CLINIC_TIMEZONE", "MAIL_FROM", "TWILIO_FROM"])
def test_the_example_settings_are_refused_at_start(tmp_path, monkeypatch, example, name):
    _fill_secrets(tmp_path)

    with pytest.raises(SettingsError, match=name):
        _settings(monkeypatch, tmp_path, {**FILLED, name: example[name]})


def test_the_example_names_every_setting_that_must_be_said(compose, example):
    wanted = re.findall(r"\$\{(\w+):\?", COMPOSE.read_text())

    assert set(wanted) <= set(example)


@pytest.mark.parametrize(
    ("service", "mark"),
    [("worker", marks.WORKER), ("loop", marks.LOOP), ("beat", marks.BEAT)],
)
def test_a_process_is_well_while_it_turns_and_no_broker_is_asked(tmp_path, compose, service, mark):
    marks.leave(mark, tmp_path)
    touched = tmp_path / mark
    at = touched.stat().st_mtime
    own = compose["services"][service]
    folder = (own.get("environment") or compose["x-app"]["environment"])["DATA_DIR"]

    assert was_touched_lately(touched, STALE_SECONDS, now=at + 60)
    assert not was_touched_lately(touched, STALE_SECONDS, now=at + 121)
    assert not was_touched_lately(touched, STALE_SECONDS, now=at - 3600), "the clock was set back"
    assert not was_touched_lately(tmp_path / "none", STALE_SECONDS, now=at)
    assert own["healthcheck"]["test"] == [
        *("CMD", "python", "-m", "launch.health", service, f"{folder}/{mark}")
    ]
    assert main([service, str(touched)]) == 0
    assert main([service, str(tmp_path / "none")]) == 1


@pytest.mark.parametrize("service", ["worker", "loop"])
def test_a_sender_has_the_time_to_finish_what_it_has_in_hand(compose, service):
    allowed = compose["services"][service]["stop_grace_period"]

    assert int(allowed.removesuffix("s")) >= SENDER_GRACE_S


def test_a_worker_waits_for_no_word_of_others(compose):
    assert set(ALONE) <= set(compose["services"]["worker"]["command"])


@pytest.mark.parametrize("service", ["worker", "loop"])
def test_figures_are_told_to_collectors_inside_only(compose, service):
    told = compose["services"][service]

    assert told["environment"]["METRICS_PORT"]
    assert "ports" not in told
