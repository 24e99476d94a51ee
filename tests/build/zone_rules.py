"""A change of a zone's rules, as a newer edition of the data brings it to a process."""

import zoneinfo
from contextlib import contextmanager

from booking.domain import slots
from booking.store import offer
from tests.build.old_zones import zone_folder


@contextmanager
def new_rules(folder, **goes_as):
    """Let zones go as others do inside the block: `America__New_York="America/Chicago"`."""
    _read_from((zone_folder(folder, **goes_as),))
    try:
        yield
    finally:
        _read_from(())


def _read_from(folders):
    zoneinfo.reset_tzpath([str(folder) for folder in folders])
    zoneinfo.ZoneInfo.clear_cache()
    # A process that starts remembers nothing.
    slots._instants.cache_clear()
    slots.local_instant.cache_clear()
    offer._opened.cache_clear()
