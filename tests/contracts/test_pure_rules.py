"""What reaches no database is a rule, and is held to know no clock, settings or chance either."""

import tomllib
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
SLICES = [
    "accounts",
    "audit",
    "checkins",
    "clinic",
    "conversations",
    "desk",
    "intake",
    "messaging",
    "monitoring",
    "patients",
    "safety",
    "scheduling",
    "therapists",
]
IMPURE = {"sqlalchemy", "pydantic", "pydantic_settings"}
# The one counts in files of the Prometheus client, the other salts by chance and waits.
NO_RULES = {"booking.monitoring.metrics", "booking.accounts.passwords"}


def listed():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [pure] = [one for one in contracts["contracts"] if one["id"] == "rules-are-pure"]
    return set(pure["source_modules"])


def test_every_module_that_reaches_no_database_is_held_to_be_pure():
    graph = grimp.build_graph("booking", include_external_packages=True)
    pure = listed()

    loose = {
        module
        for module in graph.modules
        if module.count(".") > 1
        and module.split(".")[1] in SLICES
        and not graph.find_children(module)
        and ".rules." not in module
        and not any(
            outside in graph.modules and graph.chain_exists(module, outside) for outside in IMPURE
        )
    }

    assert "booking.*.rules" in pure
    assert loose - NO_RULES == {one for one in pure if one.split(".")[1] in SLICES}
