"""Bytes as letters and digits, each value in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.kit.link_alphabet import read_spelled, spell, spelled_length


@given(content=st.binary(min_size=1, max_size=40))
def test_what_is_spelled_is_read_again(content):
    text = spell(content)

    assert len(text) == spelled_length(len(content))
    assert read_spelled(text, len(content)) == content


@given(text=st.text(max_size=8))
def test_whatever_is_read_is_spelled_the_same_way(text):
    try:
        content = read_spelled(text, 5)
    except ValueError:
        return
    assert spell(content) == text


@pytest.mark.parametrize("text", ["", "1", "1111110", "111111O", "111111l", "zzzzzzz", "1111111 "])
def test_what_nobody_spelled_is_refused(text):
    with pytest.raises(ValueError):
        read_spelled(text, 5)
