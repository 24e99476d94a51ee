"""`flask zones check` and `flask zones apply`: what a new edition of the zone data would move."""

import click
from flask.cli import AppGroup

from booking.clinic.actor import System
from booking.kit.time_zones import PINNED, machine_edition
from booking.scheduling import zone_rules
from booking.scheduling.zone_rules import Shift
from booking.web.current import read_only, unit_of_work

zones = AppGroup("zones", help="Sessions and the rules of their time zones.")


@zones.command("check")
def check() -> None:
    """Name the sessions whose wall time would shift; changes nothing, exit status 1 if any."""
    with read_only(System.ZONE_RULES) as uow:
        shifts = zone_rules.shifted(uow)
        differing = zone_rules.differing_in_use(uow)
    click.echo(f"Time zones: tzdata {PINNED}; this machine's own files: {machine_edition() or '?'}")
    if differing:
        click.echo(
            f"Those files show other clocks in {', '.join(differing)}. Nothing here reads them."
        )
    for shift in shifts:
        click.echo(in_words(shift))
    if shifts:
        click.echo(f"{len(shifts)} to be kept at their wall time: flask zones apply")
        raise SystemExit(1)
    click.echo("Every session is at the time it was agreed at.")


@zones.command("apply")
def apply() -> None:
    """Keep those sessions at their wall time and tell those concerned; safe to run again."""
    with read_only(System.ZONE_RULES) as uow:
        shifts = zone_rules.shifted(uow)
    left = 0
    for shift in shifts:
        with unit_of_work(System.ZONE_RULES) as uow:
            is_kept = zone_rules.keep_wall_time(uow, shift.appointment_id)
        left += not is_kept
        after = "kept" if is_kept else "NOT KEPT: another session is there, a person must decide"
        click.echo(f"{in_words(shift)}: {after}")
    click.echo(f"{len(shifts) - left} kept at their wall time, {left} left for a person.")
    if left:
        raise SystemExit(1)


def in_words(shift: Shift) -> str:
    """Return a shift as a line with ids and times, and with nobody's name."""
    wall = shift.wall
    return (
        f"{shift.appointment_id} {wall.start:%Y-%m-%d %H:%M} {wall.zone} ({shift.reading}): "
        f"{shift.was_at:%Y-%m-%dT%H:%MZ} -> {shift.at:%Y-%m-%dT%H:%MZ}"
    )
