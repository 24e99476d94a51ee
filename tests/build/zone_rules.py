"""A change of a zone's rules, as a newer edition of the data brings it to a process."""

import zoneinfo
from contextlib import contextmanager

from booking.kit import local_time
from booking.scheduling import offer
from booking.therapists import opening_hours
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
    opening_hours._instants.cache_clear()
    local_time.local_instant.cache_clear()
    offer._opened.cache_clear()
