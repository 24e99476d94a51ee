"""One source of time zones: the package pinned in requirements.txt, never the machine's files.

Python looks at the machine's files first, and those are as old as the machine. Two parts of one
clinic that read different editions tell different hours, so the machine's are never read
except to be compared.
"""

import os
import sysconfig
import zoneinfo
from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib import metadata, resources
from pathlib import Path
from zoneinfo import ZoneInfo

PACKAGE = "tzdata"
PINNED = "2026.6"
"""The edition in requirements.txt. Where it changes, sessions may shift: docs/operations.md."""
COMPARED_EVERY = timedelta(days=1)
MACHINE = os.environ.get("PYTHONTZPATH") or sysconfig.get_config_var("TZPATH") or ""
"""Where Python would have looked first."""


class WrongTimeZones(Exception):
    """This process would use other time zone data than the rest; the message says what to do."""


def use_pinned() -> None:
    """Let this process read zones from the pinned package alone."""
    zoneinfo.reset_tzpath(())
    ZoneInfo.clear_cache()


def refuse_other_source() -> None:
    """Raise WrongTimeZones where zones would come from anywhere else, or from another edition."""
    if zoneinfo.TZPATH:
        raise WrongTimeZones(
            f"Time zones would be read from {zoneinfo.TZPATH[0]} instead of the {PACKAGE} package "
            "of requirements.txt: something changed Python's search path after the start."
        )
    try:
        found = metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        found = "none"
    if found != PINNED:
        raise WrongTimeZones(
            f"Time zones come from {PACKAGE} {PINNED}, and {found} is installed. "
            "Install what requirements.txt names, as `make run` and the image do."
        )


def differing_here(zones: Iterable[str], since: datetime, until: datetime) -> list[str]:
    """Return the zones whose clocks the machine's own files show otherwise between two instants.

    Nothing of ours reads those files; a database's or a phone's clock on this machine may.
    """
    days = [since + COMPARED_EVERY * day for day in range((until - since) // COMPARED_EVERY)]
    return sorted(
        zone
        for zone in set(zones)
        if (machines := _of_machine(zone)) is not None
        and any(day.astimezone(machines).utcoffset() != _offset(day, zone) for day in days)
    )


def go_the_same(one: str, other: str) -> bool:
    """Whether two names are of one zone, such as Asia/Calcutta and Asia/Kolkata.

    Those of which the data are the same in every year; zones that only agree today are two.
    """
    return one == other or _rules(one) == _rules(other)


def machine_edition() -> str | None:
    """Return the edition of the machine's own files, such as 2025b, where they say."""
    for folder in _machine_folders():
        file = folder / "tzdata.zi"
        if file.is_file():
            with file.open(encoding="utf-8", errors="replace") as lines:
                return lines.readline().removeprefix("# version ").strip() or None
    return None


def _rules(zone: str) -> bytes:
    return resources.files(PACKAGE).joinpath("zoneinfo", zone).read_bytes()


def _offset(at: datetime, zone: str) -> timedelta | None:
    return at.astimezone(ZoneInfo(zone)).utcoffset()


def _of_machine(zone: str) -> ZoneInfo | None:
    for folder in _machine_folders():
        file = folder / zone
        if file.is_file():
            with file.open("rb") as rules:
                return ZoneInfo.from_file(rules, key=zone)
    return None


def _machine_folders() -> list[Path]:
    return [Path(folder) for folder in MACHINE.split(os.pathsep) if folder]
