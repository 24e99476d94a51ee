"""Names as people write them, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.patients.person_name import LONGEST_NAME, InvalidName, name_key, parse_name
from booking.web.sentences import sentence
from tests.refusals import refused

BRAZILIAN = "Pedro de Alcântara João Carlos Leopoldo Salvador Bibiano Francisco Xavier de Paula Leo"


@pytest.mark.parametrize(
    "name",
    [
        "Ana",
        "O'Neil",
        "José María de la Cruz-O’Neil",
        "J.R. Demo",
        "St. John",
        "Ms. A",
        "Ana (Annie) Demo",
        'Ana "Annie" Demo',
        "Ana & Ben Demo",
        "Demo, Ana",
        "Ana Demo 3rd",
        "علی‌رضا",  # with a joiner that parts (U+200C)
        "ශ්‍රී",  # with one that joins (U+200D)
        "ക്‌ഷ",
        "李小龍",
        "Nguyễn Văn Ðức",
        "Su You",
        "The Vinh",
        "Free Demo",
        "Will Call",
        "Su To",
        "Abd al-Rahman",
        "Now Demo",
        BRAZILIAN,
    ],
)
def test_a_name_is_taken_as_it_is_written(name):
    assert parse_name(name) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Ana \t Demo\n", "Ana Demo"),
        ("\u200eAna\u200f", "Ana"),
        ("\u2068Ana\u2069 Demo", "Ana Demo"),
        ("\ufeffAna\u200b", "Ana"),
        ("Ana\u00adDemo", "AnaDemo"),
        ("Ana\u00a0Demo", "Ana Demo"),
        ("\u200cAna\u200d Demo\u200c", "Ana Demo"),
        ("Ana \u200d Demo", "Ana Demo"),
        ("Jose\u0301", "José"),
    ],
)
def test_what_nobody_sees_is_dropped(typed, name):
    assert parse_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "evil.example",
        "Win at evil.example",
        "evil。example",
        "ｅｖｉｌ．ｅｘａｍｐｌｅ",
        "http example",
        "WWW example",
        "https://evil.example",
        "evil.example/path",
        "see bit.ly",
        "1.2.3.4",
        "ana@example.org",
        "Call 555 0134",
        "Click here now",
        "Your prize Ana",
        "Visite gratis",
        "Call Us Now",
        "Llame al 900",
        "Free pills tonight friend",
        "Your session moved to Sunday noon",
        "Ana; Bcc: x",
        "Ana?",
        "Buy!",
        "<b>Ana</b>",
        "{{ 7 }}",
        "Ana\x00",
        "Ana\x07",
        "\ud800",
        "\ue000na",
        "😀",
        "★ Ana ★",
        "$ana",
        "12345",
        "...",
        "-",
        "an ana ane ani ano anu ant ans anl ann anm ank anj ang ana",
        "x" * (LONGEST_NAME + 1),
    ],
)
def test_a_link_a_sentence_and_what_is_no_name_are_refused_in_a_plain_sentence(typed):
    with pytest.raises(InvalidName) as caught:
        parse_name(typed)

    assert sentence(caught.value).endswith(".")
    assert typed not in sentence(caught.value)


def test_a_name_that_is_missing_is_asked_for():
    for typed in ("", "   ", "\u200e", "\u200c"):
        with refused(InvalidName, "enter your name"):
            parse_name(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José", "Jose\u0301"),
        ("Ａｎａ", "Ana"),
        ("O'Neil", "O’Neil"),
        ("O'Neil", "Oʼneil"),
        ("O'Neil", "O´Neil"),
        ("Ana-Maria", "Ana‑Maria"),
        ("Ana-Maria", "Ana – Maria"),
        ("علی‌رضا", "علیرضا"),
        ("STRASSE", "straße"),
        ("  Ana  Demo ", "ana demo"),
        ("ﬁona", "Fiona"),
    ],
)
def test_one_person_typed_in_different_forms_is_one(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Ana", "Anna"), ("José", "Jose"), ("Ana B", "Ana C")])
def test_different_names_stay_apart(one, other):
    assert name_key(one) != name_key(other)


@given(st.text(max_size=130))
def test_any_text_is_a_name_or_refused_and_a_name_stays_itself(typed):
    try:
        name = parse_name(typed)
    except InvalidName:
        return
    assert parse_name(name) == name
    assert name_key(name) == name_key(typed)
    name.encode()
