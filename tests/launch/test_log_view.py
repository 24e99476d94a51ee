import json

import pytest

from launch.log_view import readable


def _record(**fields):
    return json.dumps({"logger": "web", "timestamp": "2026-03-05T14:00:00Z", **fields})


@pytest.mark.parametrize("level", ["debug", "info"])
def test_what_goes_well_is_left_to_the_log(level):
    assert readable(_record(level=level, event="request", status=200)) is None


@pytest.mark.parametrize("level", ["warning", "error", "critical"])
def test_what_matters_is_shown_in_words_with_its_details(level):
    shown = readable(_record(level=level, event="send refused", code=21610))

    assert shown == f"{level}: send refused code=21610"


def test_the_reason_of_an_error_is_shown():
    shown = readable(_record(level="error", event="task failed", exception="Traceback: lost"))

    assert shown == "error: task failed Traceback: lost"


@pytest.mark.parametrize(
    "line", ["Listening at: http://127.0.0.1:8000", '{"ready": true}', "[1, 2]", "3", "{broken", ""]
)
def test_a_line_that_is_no_record_is_shown_as_it_is(line):
    assert readable(line) == line
