"""A step that has landed is never edited: somebody's database was made with it."""

import re
from hashlib import sha256
from pathlib import Path

from tests.build.databases import MIGRATIONS

LIST = Path(__file__).with_name("landed.txt")
BORROWED = re.compile(rb"^from booking\.[\w.]+ (import .*\n)", re.MULTILINE)
"""What a step takes from the product may move to another file, and keeps its name."""
BORROWERS = {"0014_sealed_answers.py"}
HOW = (
    "A database that was upgraded with the old file would be stamped as if it had the new one. "
    "Take the edit back and write a new step. (One that is on no main branch yet: take its line "
    "out of tests/migrations/landed.txt, and add the new one.)"
)


def _listed():
    lines = (line.split() for line in LIST.read_text().splitlines())
    return {name: digest for digest, name in lines}


def _present():
    files = sorted((MIGRATIONS / "versions").glob("*.py"))
    return {file.name: _digest(file) for file in files}


def _digest(file):
    text = file.read_bytes()
    own, borrowed = BORROWED.sub(b"", text), sorted(BORROWED.findall(text))
    return sha256(b"".join([own, *borrowed])).hexdigest()


def test_no_step_that_has_landed_was_edited_or_taken_away():
    present = _present()

    changed = [name for name, digest in _listed().items() if present.get(name) != digest]

    assert not changed, f"{', '.join(changed)} has landed and is not what it was. {HOW}"


def test_every_step_stands_in_the_list_of_those_that_are_never_edited():
    new = sorted(_present().keys() - _listed().keys())

    assert not new, (
        f"{', '.join(new)} is not in tests/migrations/landed.txt. Add its line once it is right: "
        f"`cd booking/migrations/versions && sha256sum {' '.join(new)} "
        ">> ../../../tests/migrations/landed.txt`"
    )


def test_no_new_step_needs_the_product_which_is_another_when_the_step_is_run():
    steps = (MIGRATIONS / "versions").glob("*.py")

    assert {file.name for file in steps if BORROWED.search(file.read_bytes())} <= BORROWERS
