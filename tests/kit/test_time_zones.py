"""Time zones come from the pinned package, whatever the machine has and whatever TZ says."""

import re
import subprocess
import sys
import zoneinfo
from pathlib import Path

import pytest

from booking.kit import time_zones
from booking.kit.time_zones import PINNED, WrongTimeZones, refuse_other_source
from tests.build.cast import DANA
from tests.build.environment import environment_of
from tests.build.old_zones import zone_folder
from tests.build.times import utc

ROOT = Path(__file__).parents[2]
# By the rules of today the clocks of Vancouver stay on summer time: Dana's first hour in New
# York, 9:00, is 7:00 there. By older rules it was 6:00.
PAGE = """
import sys
from booking.kit.logs import configure_logging
from booking.settings import load_settings
from booking.web.app import create_app
from tests.build.times import SettableClock

configure_logging()
site = create_app(load_settings(), clock=SettableClock("2026-11-23T15:00Z"))
print(site.test_client().get(sys.argv[1]).text)
"""
ADDRESS = f"/therapists/{DANA.slug}?zone=America/Vancouver&from=2026-11-27"
EARLIER = "import booking, zoneinfo; zoneinfo.reset_tzpath(); import booking.wsgi"
STARTS = {
    "web": [sys.executable, "-c", "import booking.wsgi"],
    "worker and beat": [sys.executable, "-c", "import workers.app"],
    "loop": [sys.executable, "-m", "workers.poller"],
}


@pytest.fixture
def database_kind():
    """One is enough: no database has a say in what hour a page shows."""
    return "sqlite"


def run(argv, clinic, **environment):
    return subprocess.run(
        argv,
        env=environment_of(clinic.url, PYTHONPATH=str(ROOT), **environment),
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )


def page(clinic, **environment):
    ran = run([sys.executable, "-c", PAGE, ADDRESS], clinic, **environment)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def first_times(text):
    return re.findall(r"</span>(\d+:\d\d [ap]m)", text)[:2]


@pytest.fixture
def older(tmp_path):
    """A machine on which Vancouver still changes its clocks, as Los Angeles does."""
    return zone_folder(tmp_path / "zoneinfo", America__Vancouver="America/Los_Angeles")


def test_a_page_shows_the_right_hour_on_a_machine_with_older_rules(clinic, older):
    text = page(clinic, PYTHONTZPATH=str(older))

    assert first_times(text) == ["7:00 am", "7:15 am"]


def test_the_older_rules_would_have_shown_another_hour(older):
    with (older / "America/Vancouver").open("rb") as rules:
        machines = zoneinfo.ZoneInfo.from_file(rules)

    assert utc("2026-11-27T14:00Z").astimezone(machines).hour == 6


@pytest.mark.parametrize("tz", ["Asia/Kathmandu", ":/etc/localtime", "UTC+5:37", ""])
def test_the_zone_of_the_machine_changes_no_page(clinic, tz):
    without_token = re.compile(r'value="[\w.-]{60,}"|nonce="[^"]+"')

    here, there = page(clinic), page(clinic, TZ=tz)

    assert without_token.sub("", there) == without_token.sub("", here)


@pytest.mark.parametrize("program", STARTS)
def test_a_process_with_another_edition_refuses_to_start(clinic, tmp_path, program):
    other = tmp_path / "tzdata-2020.1.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: tzdata\nVersion: 2020.1\n")

    ran = subprocess.run(
        STARTS[program],
        env=environment_of(clinic.url, PYTHONPATH=f"{tmp_path}:{ROOT}"),
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )

    assert ran.returncode == 1
    assert f"tzdata {PINNED}, and 2020.1 is installed" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_process_that_went_back_to_the_machines_files_refuses_to_start(clinic):
    ran = run([sys.executable, "-c", EARLIER], clinic)

    assert ran.returncode == 1
    assert "instead of the tzdata package" in ran.stderr


def test_this_process_reads_the_package_alone():
    refuse_other_source()

    assert zoneinfo.TZPATH == ()


def test_a_missing_package_is_refused(monkeypatch):
    monkeypatch.setattr(time_zones, "PACKAGE", "tzdata-that-is-not-there")

    with pytest.raises(WrongTimeZones, match="none is installed"):
        refuse_other_source()


def test_the_edition_is_the_one_that_is_pinned():
    pinned = re.search(r"^tzdata==(\S+)", (ROOT / "requirements.txt").read_text(), re.M)

    assert pinned.group(1) == PINNED, "sessions may shift: see docs/operations.md, Time zones"


def test_zones_that_go_otherwise_on_this_machine_are_named(monkeypatch, older):
    (older / "tzdata.zi").write_text("# version 2020a\n# more\n")
    monkeypatch.setattr(time_zones, "MACHINE", f"/nowhere:{older}")

    differing = time_zones.differing_here(
        ["America/Vancouver", "America/New_York"],
        utc("2026-11-01T00:00Z"),
        utc("2027-02-01T00:00Z"),
    )

    assert differing == ["America/Vancouver"]
    assert time_zones.machine_edition() == "2020a"
