"""Which time zone a visitor sees times in: the one chosen, the browser's, or the place's."""

from functools import cache
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from flask import request

from booking.web.zone_names import canonical_zone, zone_name

COOKIE = "tz"

OFFERED = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Halifax",
    "America/Toronto",
    "America/Vancouver",
    "America/Mexico_City",
    "America/Puerto_Rico",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Australia/Sydney",
    "Australia/Perth",
    "Pacific/Auckland",
)
"""Few enough to choose from with a tired head; a browser's own zone is added to them."""


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Tell whether a name is an IANA time zone of this machine."""
    return name in _known_zones()


def visitor_zone(fallback: str) -> str:
    """Return the zone of this request's visitor, by its one name."""
    asked = (request.values.get("zone", ""), unquote(request.cookies.get(COOKIE, "")))
    return canonical_zone(next((zone for zone in asked if is_zone(zone)), fallback))


def zone_options(*extra: str) -> list[tuple[str, str]]:
    """Return the zones to choose from as (name, label), with those already in use."""
    each = dict.fromkeys(canonical_zone(name) for name in (*extra, *OFFERED))
    return [(name, zone_name(name)) for name in each]


def zone_info(name: str) -> ZoneInfo:
    """Return the zone of a name that `is_zone` accepts."""
    return ZoneInfo(name)
