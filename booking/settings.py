"""What differs between one running Lupine and another, checked when a process starts.

Every setting comes from the environment variable of its name, or from a file of its name in
SETTINGS_DIR (one secret a file, as container platforms mount them).
"""

import os
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet
from pydantic import (
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from booking.clinic.text_countries import EVERY_COUNTRY
from booking.kit.time_zones import WrongTimeZones, refuse_other_source

PLACEHOLDERS = ("change-me", "change_me", "changeme")
"""What .env.example and `make secrets` put where only the clinic knows the value."""
EXAMPLE_MARKS = (*PLACEHOLDERS, "example-secret", "your-")
SHORTEST_SECRET = 32

PerHourAndDay = Annotated[tuple[PositiveInt, PositiveInt], NoDecode]
CountryList = Annotated[tuple[str, ...], NoDecode]
SecretList = Annotated[tuple[SecretStr, ...], NoDecode, Field(min_length=1)]


class SettingsError(Exception):
    """A setting is missing or wrong; the message names each without showing its value."""


class Settings(BaseSettings):
    """All settings of one process; frozen."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    database_url: str = Field(repr=False)
    redis_url: str | None = Field(default=None, repr=False)
    data_dir: Path = Path("var")

    public_base_url: str
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    """Networks of the proxies in front; only what they say of a caller's address counts."""
    trusted_proxy_count: int = Field(default=1, ge=1, le=10)
    """How many of them stand one behind the other, at most."""
    hsts_include_subdomains: bool = False
    """Whether browsers are told that every host below the clinic's has https as well."""
    web_processes: int = Field(default=1, ge=1)
    """How many processes of this machine share the visitors."""
    secret_keys: SecretList
    field_keys: SecretList

    clinic_name: str = Field(min_length=1, max_length=24)
    clinic_phone: str = Field(min_length=1)
    clinic_timezone: str = "America/New_York"
    clinic_region: str = Field(default="US", pattern=r"^[A-Z]{2}$")
    text_countries: CountryList = ()
    """Countries (ISO 3166, two letters) whose numbers are texted beside the clinic's own."""
    emergency_number: str = "911"
    crisis_line: str = "988"

    twilio_account_sid: str = Field(pattern=r"^AC[0-9a-f]{32}$")
    twilio_auth_tokens: SecretList
    twilio_from: str | None = Field(default=None, pattern=r"^\+[1-9]\d{6,14}$")
    twilio_messaging_service_sid: str | None = Field(default=None, pattern=r"^MG[0-9a-f]{32}$")
    twilio_base_url: str = "https://api.twilio.com"
    sender_rate: PositiveFloat = 1.0
    """Message segments a second the sender may send; one is what every kind of number may."""

    lease_seconds: PositiveFloat = 60.0
    """How long a sender may be silent before its work is taken back."""
    search_seconds: PositiveFloat = 90.0
    """How long after sending a text of unknown fate is looked for in the carrier's list."""
    settle_seconds: NonNegativeFloat = 60.0
    """How long after a move its patient is told, so that of several moves the last is told."""
    web_texts: PerHourAndDay = (300, 1_500)
    web_mails: PerHourAndDay = (1_000, 5_000)
    """How many texts and mails acts on the web may set off in all, in an hour and in a day."""

    smtp_url: SecretStr
    mail_from: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    carrier_name: str = Field(default="Twilio", min_length=1, max_length=60)
    mail_host_name: str = Field(default="our mail host", min_length=1, max_length=60)
    """Who carries texts and mails, as consents and the privacy page name them."""
    metrics_token: SecretStr | None = None
    """What a collector of /metrics must bear; absent: only this machine may collect."""
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, gt=0, lt=65536)
    """Where a worker or a loop answers collectors; absent: nowhere."""

    on_call: str | None = Field(default=None, pattern=r"^(\+[1-9]\d{6,14}|[^@\s]+@[^@\s]+)$")
    """Phone number (E.164) or mail address paged for an alert; absent: nobody is on call."""

    @field_validator("*", mode="before")
    @classmethod
    def _filled_in(cls, value: object, about: ValidationInfo) -> object:
        # A folder may have any name, and holds no secret.
        if about.field_name != "data_dir":
            for part in value if isinstance(value, tuple) else (value,):
                _refuse_placeholder(str(part))
        return value

    @field_validator(
        "secret_keys",
        "field_keys",
        "twilio_auth_tokens",
        "trusted_proxies",
        "text_countries",
        "web_texts",
        "web_mails",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("redis_url", "twilio_from", "twilio_messaging_service_sid", "on_call")
    @classmethod
    def _blank_is_absent(cls, value: str | None) -> str | None:
        return value or None

    @field_validator(
        "redis_url",
        "twilio_from",
        "twilio_messaging_service_sid",
        "metrics_token",
        "metrics_port",
        "on_call",
        mode="before",
    )
    @classmethod
    def _empty_is_absent(cls, value: object) -> object:
        return value or None

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        scheme = value.split("://", 1)[0]
        if scheme in {"postgres", "postgresql"}:
            return "postgresql+psycopg://" + value.split("://", 1)[1]
        if scheme not in {"sqlite", "postgresql+psycopg"}:
            raise ValueError("must be a sqlite:/// or postgresql:// address")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _not_everybody(
        cls, value: tuple[IPv4Network | IPv6Network, ...]
    ) -> tuple[IPv4Network | IPv6Network, ...]:
        if any(network.prefixlen == 0 for network in value):
            raise ValueError("must name the proxies' own networks, not the whole internet")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _real_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _refuse_example(value.get_secret_value())
        return value

    @field_validator("public_base_url", "twilio_base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query:
            raise ValueError("must be an http:// or https:// address")
        return value.rstrip("/")

    @field_validator("text_countries")
    @classmethod
    def _known_countries(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(one not in EVERY_COUNTRY for one in value):
            raise ValueError("must be countries by their two letters, such as US,CA")
        return value

    @field_validator("clinic_timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as unknown:
            raise ValueError("must be an IANA time zone such as America/New_York") from unknown
        return value

    @field_validator("secret_keys", "twilio_auth_tokens")
    @classmethod
    def _real_secrets(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for secret in value:
            _refuse_example(secret.get_secret_value())
        return value

    @field_validator("field_keys")
    @classmethod
    def _fernet_keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for secret in value:
            _refuse_example(secret.get_secret_value())
            try:
                Fernet(secret.get_secret_value())
            except ValueError as wrong:
                raise ValueError("each must be 32 random bytes, URL-safe base64") from wrong
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
            raise ValueError("must be smtp://, smtps:// or smtp+starttls://host:port")
        return value

    @model_validator(mode="after")
    def _someone_sends(self) -> Self:
        if not (self.twilio_from or self.twilio_messaging_service_sid):
            raise ValueError("set TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID")
        return self

    @property
    def serves_https(self) -> bool:
        """Whether patients reach the site over https."""
        return self.public_base_url.startswith("https://")

    @property
    def sender(self) -> str:
        """The number or service that texts come from."""
        return self.twilio_messaging_service_sid or self.twilio_from or ""


def _refuse_placeholder(value: str) -> None:
    # Passwords inside addresses may be written with %2D for a hyphen.
    if any(mark in unquote(value).lower() for mark in PLACEHOLDERS):
        raise ValueError("is still the example's placeholder: fill in your own")


def _refuse_example(secret: str) -> None:
    if len(secret) < SHORTEST_SECRET or any(mark in secret.lower() for mark in EXAMPLE_MARKS):
        raise ValueError("must be a real secret of at least 32 characters, not an example")


def load_settings() -> Settings:
    """Read the settings of this process.

    Raises SettingsError, naming every setting that is missing or wrong, never its value; also
    where this process would not use the time zones of the rest.
    """
    folder = os.environ.get("SETTINGS_DIR")
    try:
        refuse_other_source()
        return Settings(_secrets_dir=folder) if folder else Settings()
    except WrongTimeZones as wrong:
        raise SettingsError(f"Lupine cannot start: {wrong}") from None
    except ValidationError as wrong:
        lines = [
            f"  {'.'.join(str(p) for p in e['loc'][:1]).upper() or 'settings'}: {e['msg']}"
            for e in wrong.errors(include_input=False, include_url=False)
        ]
        raise SettingsError(
            "Lupine cannot start with these settings:\n" + "\n".join(lines)
        ) from None
