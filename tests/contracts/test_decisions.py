"""Each decision has a file with its number, its date and its status, and the list names it."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"
FILES = sorted(FOLDER.glob("[0-9]*.md"))
STATUS = re.compile(r"\d{4}-\d\d-\d\d, (accepted|superseded by \d{4})(; amended by \d{4})?\.")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem[:4])
def test_a_decision_begins_with_its_number_its_date_and_its_status(file):
    title, empty, status, *_ = file.read_text().splitlines()

    assert re.fullmatch(rf"# {file.name[:4]} \S.+", title)
    assert empty == ""
    assert STATUS.fullmatch(status), status


def test_numbers_are_given_once_and_without_gaps():
    assert [int(file.name[:4]) for file in FILES] == list(range(1, len(FILES) + 1))


def test_the_list_names_every_decision_by_its_title():
    wanted = [
        f"- [{file.name[:4]}]({file.name}) {file.read_text().splitlines()[0][7:]}" for file in FILES
    ]

    listed = (FOLDER / "README.md").read_text().splitlines()
    assert [line for line in listed if line.startswith("- [")] == wanted
