import pytest

from simulator.segments import segment_count, text_units


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 152, 2),
        ("€" * 153, 3),  # 76 of them fit in 153 septets: the pair is never split
        ("ç" * 70, 1),  # small c cedilla is not in the table, so this is UCS-2
        ("ç" * 71, 2),
        ("“" + "a" * 69, 1),
        ("“" + "a" * 70, 2),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
        ("🙂" * 66, 2),
        ("🙂" * 67, 3),  # 33 of them fit in 67 units
        ("See you\nat ten, £5 & [ok]", 1),
    ],
)
def test_a_texts_segments_are_counted_as_carriers_do(body, segments):
    assert segment_count(body) == segments


def test_a_character_outside_the_basic_plane_counts_twice():
    assert text_units("a🙂") == 3
