"""The settings of a run on one machine: what the user set, else what is kept, else what fits.

Secrets are made once and kept in DATA_DIR/settings.env, readable by its owner only. Addresses
follow from the ports of this start and are not kept, so that the ports may change.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from launch.new_secrets import SECRETS

FILE_NAME = "settings.env"
MODE = 0o600
SIMULATED_RATE = "100"
"""Segments a second that the simulator's number may send."""
_HEADER = """\
# Made by the first `make run`. What stands in the environment is stronger than this file.
# For a real carrier set its account here and TWILIO_BASE_URL=https://api.twilio.com below it.
# FIELD_KEYS open the encrypted health data of this folder's database: without them it is lost.
"""


@dataclass(frozen=True)
class Ports:
    """Where the site and the carrier simulator listen; its mail catcher takes the next port."""

    web: int
    sandbox: int

    @property
    def mail(self) -> int:
        """The port of the mail catcher."""
        return self.sandbox + 1

    def all(self) -> tuple[int, int, int]:
        """Return every port a run needs."""
        return (self.web, self.sandbox, self.mail)


CLINIC: Mapping[str, str] = {
    "TWILIO_FROM": "+15005550006",
    "MAIL_FROM": "hello@clinic.example.org",
    "CLINIC_NAME": "Sage Lane Clinic",
    "CLINIC_PHONE": "+12125550100",
    "CLINIC_TIMEZONE": "America/New_York",
    "EMERGENCY_NUMBER": "911",
    "CRISIS_LINE": "988",
}


def local_settings(
    data_dir: Path, ports: Ports, given: Mapping[str, str], *, kept: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment of a run; `given` is the user's and wins.

    A user who names a carrier account or a mail server gets the real one, not the simulator.
    """
    chosen = {**kept, **{name: value for name, value in given.items() if value}}
    settings = {
        "DATABASE_URL": _sqlite(data_dir / "lupine.sqlite3"),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{ports.web}",
        "SMTP_URL": f"smtp://127.0.0.1:{ports.mail}",
        **chosen,
        "DATA_DIR": str(data_dir),
        "PORT": str(ports.web),
        "SANDBOX_PORT": str(ports.sandbox),
        "SANDBOX_SMTP_PORT": str(ports.mail),
        "PYTHONUNBUFFERED": "1",
        # Zones come from the pinned package, whatever the machine has (booking/kit/time_zones.py).
        "PYTHONTZPATH": "",
        # Where all processes count, so that the site can tell the figures of all.
        "PROMETHEUS_MULTIPROC_DIR": str(data_dir / "metrics"),
    }
    if not given.get("TWILIO_ACCOUNT_SID"):
        settings.setdefault("TWILIO_BASE_URL", sandbox_url(ports))
    if texts_are_simulated(settings):
        settings.setdefault("SENDER_RATE", SIMULATED_RATE)
    settings.setdefault(
        "SANDBOX_INBOUND_URL", settings["PUBLIC_BASE_URL"].rstrip("/") + "/hooks/twilio/inbound"
    )
    return settings


def _sqlite(file: Path) -> str:
    """Return a database's address, whatever signs the folder's name has."""
    return URL.create("sqlite", database=str(file)).render_as_string(hide_password=False)


def sandbox_url(ports: Ports) -> str:
    """Return the carrier simulator's address."""
    return f"http://127.0.0.1:{ports.sandbox}"


def texts_are_simulated(settings: Mapping[str, str]) -> bool:
    """Whether the texts of this run go to the simulator of this run."""
    own = f":{settings['SANDBOX_PORT']}"
    address = settings.get("TWILIO_BASE_URL", "").rstrip("/")
    return address in {f"http://127.0.0.1{own}", f"http://localhost{own}"}


def mail_is_caught(settings: Mapping[str, str]) -> bool:
    """Whether the mail of this run goes to the catcher of this run."""
    own = f":{settings['SANDBOX_SMTP_PORT']}"
    return settings["SMTP_URL"].rstrip("/") in {f"smtp://127.0.0.1{own}", f"smtp://localhost{own}"}


def kept_settings(data_dir: Path) -> dict[str, str]:
    """Read DATA_DIR/settings.env, making it, or what it lacks, the first time."""
    path = data_dir / FILE_NAME
    text = path.read_text() if path.exists() else _HEADER
    kept = _parse(text)
    missing = {name: make() for name, make in SECRETS.items() if name not in kept}
    missing.update({name: value for name, value in CLINIC.items() if name not in kept})
    if missing:
        lines = "".join(f"{name}={value}\n" for name, value in missing.items())
        _write_private(path, text + lines)
    return {**kept, **missing}


def _parse(text: str) -> dict[str, str]:
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


def _write_private(path: Path, text: str) -> None:
    """Write the file in one step: it is never half there, and never readable by others."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
