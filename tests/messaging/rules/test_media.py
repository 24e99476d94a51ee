import pytest

from booking.messaging.rules.media import CameWith, read_count, read_type
from booking.web.staff.media_words import media_words


@pytest.mark.parametrize(
    ("count", "types", "said"),
    [
        (0, [], ""),
        (1, ["image/jpeg"], "A picture came (image/jpeg)"),
        (2, ["image/jpeg", "image/jpeg"], "2 pictures came (image/jpeg)"),
        (
            2,
            ["image/jpeg", "audio/amr"],
            "A picture and a voice recording came (image/jpeg, audio/amr)",
        ),
        (1, ["video/mp4"], "A video came (video/mp4)"),
        (1, ["text/vcard"], "A contact card came (text/vcard)"),
        (1, ["application/pdf"], "A file came (application/pdf)"),
        (1, ["unknown"], "A file came"),
        (1, [], "A picture or file came"),
        (3, [], "3 pictures or files came"),
        (2, ["image/png"], "A picture and a file came (image/png)"),
    ],
)
def test_what_came_is_said_in_plain_words(count, types, said):
    assert media_words(CameWith(count, tuple(types))) == said


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("0", 0),
        ("2", 2),
        ("10", 10),
        ("99", 10),
        ("", 0),
        ("-1", 0),
        ("two", 0),
        ("1e9", 0),
        ("٣", 0),
    ],
)
def test_a_count_that_is_none_counts_as_nothing(word, count):
    assert read_count(word) == count


@pytest.mark.parametrize(
    ("word", "type_"),
    [
        ("image/jpeg", "image/jpeg"),
        ("IMAGE/JPEG; name=a.jpg", "image/jpeg"),
        ("image/svg+xml", "image/svg+xml"),
        ("", "unknown"),
        ("<b>", "unknown"),
        ("image/" + "a" * 500, "unknown"),
    ],
)
def test_a_type_that_is_none_is_named_unknown(word, type_):
    assert read_type(word) == type_
