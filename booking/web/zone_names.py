"""What zones are called: each by one name, in words that people use."""

from functools import cache

from babel.core import get_global

from booking.web.language import gettext

UTC = "UTC"


def canonical_zone(zone: str) -> str:
    """Return the one name of a zone, such as Asia/Kolkata for Asia/Calcutta.

    By the Unicode consortium's list of names: the zone database itself also counts Oslo as another
    name of Berlin, and nobody in Oslo does.
    """
    return _aliases().get(zone, zone)


def zone_name(zone: str) -> str:
    """Return a zone's name as people say it, such as New York time."""
    zone = canonical_zone(zone)
    if zone == UTC:
        return UTC
    return gettext("%(city)s time", city=zone.rsplit("/", 1)[-1].replace("_", " "))


@cache
def _aliases() -> dict[str, str]:
    found: dict[str, str] = dict(get_global("zone_aliases"))
    utc = {other for other, zone in found.items() if zone == "Etc/UTC"} | {"Etc/UTC"}
    no_aliases = {"Factory": "Factory", UTC: UTC}
    return {**found, **dict.fromkeys(utc, UTC), **no_aliases}
