"""Templates made into words: one line, plain letters, escaped pages, and no empty places."""

import pytest

from booking.gateways.texts import MessageTexts
from booking.messaging.kinds import Kind
from booking.messaging.ports import RenderError
from booking.messaging.rules.sms_segments import to_gsm7
from tests.build.times import utc

FACTS = {
    "clinic": "Willow Room",
    "clinic_phone": "+1 212 555 0100",
    "emergency": "911",
    "crisis_line": "988",
    "on_call": False,
    "asks": True,
    "ref": "4a56",
    "patient": "Alice Example",
    "therapist": "Dana Demo",
    "when": utc("2026-03-11T17:00Z"),
    "elsewhere": False,
    "minutes": 60,
    "place": "The quiet room",
    "address": "1 Example Street, New York",
    "arrival_note": "Ring the lower bell.",
    "link": "https://book.example.org/a/token",
    "other_settings": False,
    "texts_stopped": False,
    "texts_number": "",
}


@pytest.fixture(scope="module")
def texts():
    return MessageTexts()


def test_a_text_is_one_line_in_the_language_asked_for(texts):
    english = texts.sms(Kind.REMINDER, "en", FACTS)
    spanish = texts.sms(Kind.REMINDER, "es", FACTS)

    assert "Wed 11 Mar, 5:00 PM" in english
    assert "11 mar, 17:00" in spanish
    assert "\n" not in english + spanish


def test_a_fact_that_is_missing_is_an_error_and_no_empty_place(texts):
    facts = {name: value for name, value in FACTS.items() if name != "when"}

    with pytest.raises(RenderError):
        texts.sms(Kind.REMINDER, "en", facts)


def test_a_zone_is_named_where_the_patients_clock_shows_another_time(texts):
    assert "UTC" in texts.sms(Kind.REMINDER, "en", {**FACTS, "elsewhere": True})
    assert "UTC" not in texts.sms(Kind.REMINDER, "en", FACTS)


def test_a_text_speaks_of_a_therapist_by_a_short_first_name(texts):
    assert "with Dana." in texts.sms(Kind.REMINDER, "en", FACTS)
    long = {**FACTS, "therapist": "Wolfeschlegelsteinhausen Demo"}
    assert "Wolfeschlegelsteinhausen" not in texts.sms(Kind.REMINDER, "en", long)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Dr. Dana Demo", "Dana"),
        ("Dr Dana Demo", "Dana"),
        ("Dra. M. Dana Demo", "Dana"),
        ("M. Demo", "Demo"),
        ("J.R. Demo", "Demo"),
        ("Dr.", "Dr"),
        ("M.", "M"),
        ("Dana, LMT", "Dana"),
        ("Æ Demo", "Demo"),
        ("Ana-María Demo", "Ana-María"),
    ],
)
def test_a_text_passes_over_titles_and_initials_and_never_ends_a_name_in_a_full_stop(
    texts, name, called
):
    for language, before in (("en", "with"), ("es", "con")):
        text = texts.sms(Kind.CONFIRMATION, language, {**FACTS, "therapist": name})
        assert f"{before} {to_gsm7(called)}." in text


def test_names_in_a_mail_are_written_out_and_cannot_become_markup(texts):
    hostile = {**FACTS, "therapist": "<script>alert(1)</script>", "patient": "A & B"}

    subject, to_gsm7, html = texts.email(Kind.CONFIRMATION, "en", hostile)

    assert "\n" not in subject
    assert "<script>" in to_gsm7
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_addresses_in_a_mail_are_links_in_its_page(texts):
    _, to_gsm7, html = texts.email(Kind.CONFIRMATION, "en", FACTS)

    assert "https://book.example.org/a/token" in to_gsm7
    assert '<a href="https://book.example.org/a/token">' in html
