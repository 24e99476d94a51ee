"""What reaches no database is a rule, and is held to know no clock, settings or chance either."""

import tomllib
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
IMPURE = {"sqlalchemy", "pydantic", "pydantic_settings"}
# The one counts in files of the Prometheus client, the other salts by chance and waits.
NO_RULES = {"booking.monitoring.metrics", "booking.accounts.passwords"}


def listed(contract):
    """The modules that a contract of pyproject.toml is about."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [found] = [one for one in contracts["contracts"] if one["id"] == contract]
    return set(found["source_modules"])


def slice_of(module):
    return ".".join(module.split(".")[:2])


def test_every_module_that_reaches_no_database_is_held_to_be_pure():
    graph = grimp.build_graph("booking", include_external_packages=True)
    pure, slices = listed("rules-are-pure"), listed("slices-know-no-frameworks")

    loose = {
        module
        for module in graph.modules
        if module.count(".") > 1
        and slice_of(module) in slices
        and not graph.find_children(module)
        and ".rules." not in module
        and not any(
            outside in graph.modules and graph.chain_exists(module, outside) for outside in IMPURE
        )
    }

    assert "booking.*.rules" in pure
    assert loose - NO_RULES == {one for one in pure if slice_of(one) in slices}
