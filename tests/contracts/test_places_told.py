"""Every place that the documents name is there, and every slice stands in the map and contracts."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOOKING = ROOT / "booking"
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
CODE = {"booking", "workers", "simulator", "launch", "demo", "bench", "tests", "templates", "docs"}
SLICES = {path.parent.name for path in BOOKING.glob("*/__init__.py")} - {"migrations"}
NO_NOUNS = {"gateways", "kit", "web"}
PLACE = re.compile(r"(?<![\w./{-])[a-z_]+(?:/[\w.-]*\w)+")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = {one["id"]: one for one in PROJECT["tool"]["importlinter"]["contracts"]}


def places(text):
    """What a text names in the folders of the code, whole or from booking/ on."""
    found = set(PLACE.findall(text))
    return {place for place in found if place.split("/")[0] in CODE | SLICES}


def is_there(place):
    """Whether it is a file or a folder, a module, what a module defines, or a numbered file."""
    for path in (ROOT / place, BOOKING / place):
        module, _, name = path.name.partition(".")
        file = path.with_name(f"{module}.py")
        if path.exists() or (file.exists() and (not name or _defines(file, name))):
            return True
        if any(path.parent.glob(f"{path.name}[_-]*")):
            return True
    return False


def _defines(file, name):
    return re.search(rf"^(def |class |){re.escape(name)}\b", file.read_text(), re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_place_that_a_document_names_is_there(document):
    assert sorted(place for place in places(document.read_text()) if not is_there(place)) == []


def test_the_documents_name_places():
    told = {place for document in DOCUMENTS for place in places(document.read_text())}

    assert len(told) > 60
    assert {"scheduling/availability.search", "booking/messaging/kinds.py"} <= told


@pytest.mark.parametrize(
    "place", ["booking/gone.py", "scheduling/gone", "scheduling/slots.gone", "tests/gone/test_a.py"]
)
def test_a_place_that_is_gone_would_be_found(place):
    assert places(f"as `{place}` says") == {place}
    assert not is_there(place)


def test_every_slice_stands_on_the_map():
    text = (ROOT / "ARCHITECTURE.md").read_text()

    assert set(re.findall(r"^  ([a-z]+)/ +", text, re.MULTILINE)) >= SLICES


def test_no_slice_is_forgotten_by_the_contracts():
    nouns = {f"booking.{name}" for name in SLICES - NO_NOUNS}
    with_tables = {f"booking.{path.parent.name}" for path in BOOKING.glob("*/models.py")}

    assert set(CONTRACTS["slices-know-no-frameworks"]["source_modules"]) >= nouns
    assert set(CONTRACTS["inside-a-slice"]["containers"]) >= with_tables
