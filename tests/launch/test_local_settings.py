import base64
import stat

import pytest

from booking.kit.db import open_engine
from launch.local_settings import (
    Ports,
    kept_settings,
    local_settings,
    mail_is_caught,
    texts_are_simulated,
)

FOLDERS = [
    "50%",
    "%(here)s",
    "a%3Fb",
    "what?mode=memory",
    "#1",
    "a b",
    "-x",
    "caf\u00e9 \u65e5\u672c",
    'it\'s "so"',
    "a@b:c&d;e=$f",
    "[1]*",
    "back\\slash",
    "two\nlines",
]
"""Names that mean something in an address, a settings file, a pattern or a shell."""
PORTS = Ports(web=18100, sandbox=18110)


@pytest.fixture
def kept(tmp_path):
    return kept_settings(tmp_path)


def test_secrets_are_made_once_and_stay(tmp_path):
    first = kept_settings(tmp_path)

    second = kept_settings(tmp_path)

    assert second == first
    assert len(base64.urlsafe_b64decode(first["FIELD_KEYS"])) == 32


def test_the_settings_file_is_readable_by_its_owner_only(tmp_path):
    kept_settings(tmp_path)

    mode = stat.S_IMODE((tmp_path / "settings.env").stat().st_mode)

    assert mode == 0o600


def test_no_process_reads_the_time_zones_of_the_machine(tmp_path, kept):
    settings = local_settings(tmp_path, PORTS, {"PYTHONTZPATH": "/usr/share/zoneinfo"}, kept=kept)

    assert settings["PYTHONTZPATH"] == ""


def test_two_folders_share_no_secret(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()

    one, two = kept_settings(tmp_path / "one"), kept_settings(tmp_path / "two")

    for name in ("SECRET_KEYS", "FIELD_KEYS", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKENS"):
        assert one[name] != two[name]


def test_a_file_that_lacks_a_secret_gets_it_and_keeps_the_rest(tmp_path):
    (tmp_path / "settings.env").write_text("# mine\nFIELD_KEYS='kept'\nCLINIC_NAME=Mine\n")

    kept = kept_settings(tmp_path)

    assert kept["FIELD_KEYS"] == "kept"
    assert kept["CLINIC_NAME"] == "Mine"
    assert kept["SECRET_KEYS"]
    assert (tmp_path / "settings.env").read_text().startswith("# mine\n")


def test_the_users_environment_wins_over_the_file_and_the_defaults(tmp_path, kept):
    given = {
        "CLINIC_NAME": "Lake Clinic",
        "DATABASE_URL": "postgresql://db/lupine",
        "REDIS_URL": "redis://cache/0",
    }

    settings = local_settings(tmp_path, PORTS, given, kept=kept)

    assert {name: settings[name] for name in given} == given


def test_an_empty_variable_counts_as_absent(tmp_path, kept):
    settings = local_settings(tmp_path, PORTS, {"SECRET_KEYS": ""}, kept=kept)

    assert settings["SECRET_KEYS"] == kept["SECRET_KEYS"]


def test_by_default_texts_and_mail_stay_on_this_machine(tmp_path, kept):
    settings = local_settings(tmp_path, PORTS, {}, kept=kept)

    assert settings["TWILIO_BASE_URL"] == "http://127.0.0.1:18110"
    assert settings["SMTP_URL"] == "smtp://127.0.0.1:18111"
    assert settings["SANDBOX_INBOUND_URL"] == "http://127.0.0.1:18100/hooks/twilio/inbound"
    assert texts_are_simulated(settings)
    assert mail_is_caught(settings)


def test_a_carrier_account_in_the_environment_means_the_real_carrier(tmp_path, kept):
    given = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32}

    settings = local_settings(tmp_path, PORTS, given, kept=kept)

    assert "TWILIO_BASE_URL" not in settings
    assert not texts_are_simulated(settings)


def test_the_addresses_follow_the_ports_of_each_start(tmp_path, kept):
    moved = Ports(web=18120, sandbox=18130)

    settings = local_settings(tmp_path, moved, {}, kept=kept)

    assert settings["PUBLIC_BASE_URL"] == "http://127.0.0.1:18120"
    assert settings["TWILIO_BASE_URL"] == "http://127.0.0.1:18130"


@pytest.mark.parametrize("name", FOLDERS)
def test_the_database_lies_in_its_folder_whatever_the_folders_name(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()

    url = local_settings(folder, PORTS, {}, kept={})["DATABASE_URL"]
    with open_engine(url).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE here (id INTEGER)")

    assert (folder / "lupine.sqlite3").stat().st_size
    assert {path.name for path in tmp_path.iterdir()} == {name}


def test_the_simulator_takes_more_a_second_than_a_real_number(tmp_path, kept):
    simulated = local_settings(tmp_path, PORTS, {}, kept=kept)
    real = local_settings(tmp_path, PORTS, {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32}, kept=kept)
    chosen = local_settings(tmp_path, PORTS, {"SENDER_RATE": "7"}, kept=kept)

    assert simulated["SENDER_RATE"] == "100"
    assert "SENDER_RATE" not in real
    assert chosen["SENDER_RATE"] == "7"
