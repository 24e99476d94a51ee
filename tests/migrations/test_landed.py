"""A step that has landed is never edited: somebody's database was made with it."""

from hashlib import sha256
from pathlib import Path

from tests.build.databases import MIGRATIONS

LIST = Path(__file__).with_name("landed.txt")
HOW = (
    "A database that was upgraded with the old file would be stamped as if it had the new one. "
    "Take the edit back and write a new step. (A step that is on no main branch yet: "
    "`cd booking/migrations/versions && sha256sum 0*.py > ../../../tests/migrations/landed.txt`.)"
)


def _listed():
    lines = (line.split() for line in LIST.read_text().splitlines())
    return {name: digest for digest, name in lines}


def _present():
    files = sorted((MIGRATIONS / "versions").glob("*.py"))
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in files}


def test_no_step_that_has_landed_was_edited_or_taken_away():
    present = _present()

    changed = [name for name, digest in _listed().items() if present.get(name) != digest]

    assert not changed, f"{', '.join(changed)} has landed and is not what it was. {HOW}"


def test_every_step_stands_in_the_list_of_those_that_are_never_edited():
    new = sorted(_present().keys() - _listed().keys())

    assert not new, (
        f"{', '.join(new)} is not in tests/migrations/landed.txt. Add its line once it is right: "
        "`cd booking/migrations/versions && sha256sum 0*.py > ../../../tests/migrations/landed.txt`"
    )
