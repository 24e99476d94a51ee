"""What the simulator needs to know, read once from the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

E164 = re.compile(r"\+[1-9]\d{6,14}")
ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
SERVICE_SID = re.compile(r"MG[0-9a-fA-F]{32}")
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
CALLBACK_STATUSES = ("queued", "sent", "delivered", "undelivered", "failed")


class SettingsRefused(ValueError):
    """A setting is missing or wrong; the message is one sentence for the person starting us."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The simulator's settings; a port of 0 lets the system choose (tests only)."""

    data_dir: Path
    account_sid: str
    auth_tokens: tuple[str, ...]
    clinic_number: str
    inbound_url: str
    host: str = "127.0.0.1"
    port: int = 8025
    smtp_port: int = 8026
    service_sid: str | None = None
    seed: str = "0"
    keyword_replies: bool = False
    callback_statuses: frozenset[str] = frozenset(CALLBACK_STATUSES)
    sent_after: float = 0.3
    delivered_after: float = 0.7
    retry_after: float = 0.5
    webhook_connections: int = 16
    hosts: frozenset[str] = frozenset()
    """Names of this machine, besides localhost and its own, by which the pages may be opened."""

    @property
    def state_dir(self) -> Path:
        """The folder that keeps messages, mails and the ledger over a restart."""
        return self.data_dir / "sandbox"


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Build the settings from environment variables.

    Raises SettingsRefused with a clear sentence when one is missing or wrong.
    """
    port = _port(environment, "SANDBOX_PORT", 8025)
    return Settings(
        data_dir=Path(_required(environment, "DATA_DIR")),
        account_sid=_matching(environment, "TWILIO_ACCOUNT_SID", ACCOUNT_SID, "AC and 32 hex"),
        auth_tokens=_tokens(environment),
        clinic_number=_matching(environment, "TWILIO_FROM", E164, "a number like +15005550006"),
        inbound_url=_web_address(environment, "SANDBOX_INBOUND_URL"),
        host=environment.get("SANDBOX_HOST", "") or "127.0.0.1",
        port=port,
        smtp_port=_port(environment, "SANDBOX_SMTP_PORT", port + 1),
        service_sid=_service(environment),
        seed=environment.get("SANDBOX_SEED", "") or "0",
        keyword_replies=_switch(environment, "SANDBOX_KEYWORD_REPLIES"),
        callback_statuses=_statuses(environment),
        sent_after=_seconds(environment, "SANDBOX_SENT_AFTER", 0.3),
        delivered_after=_seconds(environment, "SANDBOX_DELIVERED_AFTER", 0.7),
        retry_after=_seconds(environment, "SANDBOX_RETRY_AFTER", 0.5),
        webhook_connections=_count(environment, "SANDBOX_WEBHOOK_CONNECTIONS", 16),
        hosts=_names(environment, "SANDBOX_HOSTS"),
    )


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise SettingsRefused(f"{name} is missing; the simulator needs it to start.")
    return value


def _matching(
    environment: Mapping[str, str], name: str, pattern: re.Pattern[str], shape: str
) -> str:
    value = _required(environment, name)
    if not pattern.fullmatch(value):
        raise SettingsRefused(f"{name} must be {shape}, not {value!r}.")
    return value


def _service(environment: Mapping[str, str]) -> str | None:
    if not environment.get("TWILIO_MESSAGING_SERVICE_SID", "").strip():
        return None
    return _matching(environment, "TWILIO_MESSAGING_SERVICE_SID", SERVICE_SID, "MG and 32 hex")


def _tokens(environment: Mapping[str, str]) -> tuple[str, ...]:
    text = _required(environment, "TWILIO_AUTH_TOKENS")
    tokens = tuple(token.strip() for token in text.split(",") if token.strip())
    if not tokens:
        raise SettingsRefused("TWILIO_AUTH_TOKENS must hold at least one token.")
    return tokens


def _web_address(environment: Mapping[str, str], name: str) -> str:
    value = _required(environment, name)
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsRefused(f"{name} must be an http or https address, not {value!r}.")
    return value


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise SettingsRefused(f"{name} must be a port between 1 and 65535, not {value!r}.")
    return int(value)


def _count(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise SettingsRefused(f"{name} must be a whole number of at least 1, not {value!r}.")
    return int(value)


def _names(environment: Mapping[str, str], name: str) -> frozenset[str]:
    text = environment.get(name, "").lower()
    names = frozenset(one.strip() for one in text.split(",") if one.strip())
    for one in names:
        if not HOST_NAME.fullmatch(one):
            raise SettingsRefused(f"{name} must be names like phone.local, without ports: {one!r}.")
    return names


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    value = environment.get(name, "").strip() or str(default)
    if not re.fullmatch(r"\d+(\.\d+)?", value):
        raise SettingsRefused(f"{name} must be a number of seconds, not {value!r}.")
    return float(value)


def _switch(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").strip().lower() or "off"
    if value not in {"on", "off"}:
        raise SettingsRefused(f"{name} must be on or off, not {value!r}.")
    return value == "on"


def _statuses(environment: Mapping[str, str]) -> frozenset[str]:
    text = environment.get("SANDBOX_CALLBACK_STATUSES", "").strip()
    if not text:
        return frozenset(CALLBACK_STATUSES)
    chosen = frozenset(status.strip() for status in text.split(","))
    unknown = chosen - set(CALLBACK_STATUSES)
    if unknown:
        known = ", ".join(CALLBACK_STATUSES)
        raise SettingsRefused(
            f"SANDBOX_CALLBACK_STATUSES may name {known}; it names {', '.join(sorted(unknown))}."
        )
    return chosen
