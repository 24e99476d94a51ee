"""Replies of many kinds, kept as tables: what each is read as, row by row."""

import time
from pathlib import Path

import pytest

from booking.conversations.rules.reply import (
    Agree,
    Changed,
    Confirm,
    HelpAsked,
    MoveRequest,
    OptInRequest,
    OptOutRequest,
    Other,
    Scored,
    Unchanged,
    Unclear,
    read_reply,
)
from booking.safety.rules.red_flags import find_red_flags

TABLES = Path(__file__).with_name("tables")
NAMES = {
    OptOutRequest: "STOP",
    OptInRequest: "START",
    HelpAsked: "HELP",
    Confirm: "C",
    Agree: "YES",
    MoveRequest: "R",
    Unchanged: "N",
    Changed: "H",
    Unclear: "ASK",
    Other: "OTHER",
}


def rows(name, columns=3):
    """The rows of a table; \\n in a reply is a line of its own."""
    lines = (TABLES / f"{name}.tsv").read_text().splitlines()
    found = [line.split("\t") for line in lines if line and not line.startswith("#")]
    assert all(len(row) == columns for row in found)
    return found


def read(text):
    reading = read_reply(text.replace("\\n", "\n"))
    if isinstance(reading, Scored):
        return f"{reading.scores.pain} {reading.scores.tiredness} {reading.scores.stiffness}"
    return NAMES[type(reading)]


@pytest.mark.parametrize(("text", "language", "expected"), rows("replies"))
def test_a_labelled_reply_is_read_as_its_label_says(text, language, expected):
    allowed = set(expected.split("|"))
    if "ASK" in allowed:
        # Nothing is stored: whether it is asked back or a person reads it.
        allowed.add("OTHER")

    assert read(text) in allowed


OPT_OUTS = [*rows("opt_outs_first"), *rows("opt_outs_second")]


@pytest.mark.parametrize("text", [text for wish, _, text in OPT_OUTS if wish == "STOP"])
def test_a_wish_that_texts_end_is_one_in_whatever_words(text):
    assert read(text) == "STOP"


@pytest.mark.parametrize("text", [text for wish, _, text in OPT_OUTS if wish != "STOP"])
def test_what_is_no_wish_that_texts_end_stops_nothing(text):
    assert read(text) != "STOP"


def test_the_tables_of_opt_outs_hold_enough_of_either_kind_in_both_languages():
    counts = {(wish, language): 0 for wish in ("STOP", "-") for language in ("en", "es")}
    for wish, language, _ in OPT_OUTS:
        counts[wish, language] += 1

    assert counts["STOP", "en"] + counts["STOP", "es"] >= 150
    assert counts["-", "en"] + counts["-", "es"] >= 150
    assert min(counts.values()) >= 70


@pytest.mark.parametrize(("expected", "text"), rows("corrections", 2))
def test_numbers_sent_again_are_taken_however_announced_and_no_others(expected, text):
    assert read(text) in expected.split("|")


@pytest.mark.parametrize(("expected", "text"), rows("attendance", 2))
def test_a_confirmation_is_one_however_spelt_and_a_question_is_none(expected, text):
    assert read(text) in expected.split("|")


ADVERSARIAL = {
    "digits": "4 6 3 ",
    "dots": "4.",
    "stops": "stop ",
    "capitals": "a STOP, ",
    "bans": "dont text me ",
    "refusals": "i dont want the the the ",
    "lists": "remove me the the the ",
    "spelt": "s t o p e d ",
    "marks": "#a1b2 ",
    "announcements": "oops 4 ",
    "flags": "no chest pain but ",
    "denials": "no fever or fever or chest pain ",
    "misspelt": "texxing mesages unsubscrbe ",
    "blanks": "4                                        ",
}


@pytest.mark.parametrize("piece", ADVERSARIAL.values(), ids=list(ADVERSARIAL))
def test_reading_takes_time_in_proportion_to_a_texts_length(piece):
    def seconds(length):
        text = (piece * (length // len(piece) + 1))[:length]
        begun = time.process_time()
        read_reply(text)
        find_red_flags(text)
        return time.process_time() - begun

    # The least of three: what else the machine does only ever adds.
    short, long = (min(seconds(length) for _ in range(3)) for length in (8_000, 80_000))

    # Ten times as long: ten times as much, a hundred times where it grew with the square.
    assert long < 35 * short + 0.1
