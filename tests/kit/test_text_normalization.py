import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.kit.text_normalization import FRACTION, normalize, words


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Can’t", "cant"),
        ("can´t", "cant"),
        ("CORAZÓN", "corazon"),
        ("niño", "nino"),
        ("cafe\u0301", "cafe"),
        ("ＳＴＯＰ", "stop"),
        ("stooooop", "stop"),
        ("swollen", "swollen"),
        ("1000", "1000"),
        ("４６３", "463"),
        ("٤٦٣", "463"),
        ("a\u200bb", "ab"),
        ("a\u00a0b\tc", "a b c"),
        ("a\nb", "a\nb"),
        ("ﬁne", "fine"),
    ],
)
def test_text_is_folded_to_plain_letters_and_digits(typed, expected):
    assert normalize(typed) == expected


@pytest.mark.parametrize("typed", ["4️⃣6️⃣3️⃣", "④⑥③", "4\u20e36\u20e33\u20e3"])
def test_emoji_and_circled_digits_stay_apart(typed):
    assert words(normalize(typed)) == ["4", "6", "3"]


def test_ten_is_one_sign():
    assert words(normalize("🔟🔟⑩")) == ["10", "10", "10"]


def test_a_part_of_a_number_is_marked_and_never_joined_to_it():
    assert normalize("4½") == f"4{FRACTION}"


def test_words_leave_punctuation_out():
    assert words("p4, don_t (x-ray)!") == ["p4", "don", "t", "x", "ray"]


@given(st.text(max_size=100))
def test_folding_never_fails_and_leaves_no_capitals_or_accents(typed):
    folded = normalize(typed)

    assert folded == folded.casefold()
    assert not any("\u0300" <= ch <= "\u036f" for ch in folded)
