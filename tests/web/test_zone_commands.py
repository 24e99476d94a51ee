"""The command that names what a change of rules would move, and the one that keeps it."""

import pytest

from tests.build.zone_rules import new_rules
from tests.web.staff_cast import STARTS


@pytest.fixture
def flask(staff):
    """Run a command as an operator types it."""
    runner = staff.app.test_cli_runner()
    return lambda *words: runner.invoke(args=["zones", *words])


def test_where_nothing_shifts_it_says_so_and_ends_well(flask):
    said = flask("check")

    assert said.exit_code == 0
    assert "Every session is at the time it was agreed at." in said.output


def test_what_shifts_is_named_without_names_kept_and_then_gone(flask, staff, tmp_path):
    with new_rules(tmp_path / "zones", America__New_York="America/Chicago"):
        said = flask("check")

        assert said.exit_code == 1
        assert f"{staff.anas} {STARTS:%Y-%m-%d}" in said.output
        assert f"{STARTS:%Y-%m-%dT%H:%MZ} -> " in said.output
        assert "Ana" not in said.output

        kept = flask("apply")
        assert kept.exit_code == 0, kept.output
        assert "0 left for a person" in kept.output
        assert flask("check").exit_code == 0
