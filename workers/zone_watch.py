"""What the poller names as it starts: sessions that a new edition of the zone data would move."""

import structlog

from booking.clinic.actor import System
from booking.kit.time_zones import PINNED, machine_edition
from booking.runtime import Runtime
from booking.scheduling import zone_rules

log = structlog.get_logger()


def name_shifted(runtime: Runtime) -> int:
    """Name at the start each session whose wall time would shift; returns how many."""
    with runtime.read_only(System.WORKERS) as uow:
        shifts = zone_rules.shifted(uow)
        differing = zone_rules.differing_in_use(uow)
    if differing:
        log.warning(
            "the machine's own time zone files are of another edition; nothing here reads them",
            ours=PINNED,
            machines=machine_edition(),
            zones=differing,
        )
    for shift in shifts:
        log.error(
            "a zone's rules changed: run `flask --app booking.wsgi zones apply`",
            appointment=str(shift.appointment_id),
            wall=f"{shift.wall.start:%Y-%m-%d %H:%M} {shift.wall.zone}",
            was_at=str(shift.was_at),
            at=str(shift.at),
        )
    return len(shifts)
