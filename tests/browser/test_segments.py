"""What the page says of an answer's length is what it will cost."""

from pathlib import Path

import pytest

from booking.messaging.rules.sms_segments import segments, to_gsm7

SCRIPT = Path(__file__).resolve().parents[2] / "booking/web/static/js/segments.js"
FORM = '<form class="answer-form"><textarea maxlength="480"></textarea></form>'

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "words",
    [
        "hello",
        "x" * 160,
        "x" * 161,
        "€" * 80,
        "€" * 81,
        "“Yes” – sí, mañana…",
        "á" * 160,
        "😀" * 35,
        "😀" * 36,
        "你" * 71,
    ],
)
def test_the_count_below_an_answer_is_what_the_server_counts(chromium, words):
    window = chromium.new_page()
    window.set_content(FORM)
    window.evaluate(SCRIPT.read_text())

    window.fill("textarea", words)

    sent = to_gsm7(words)
    count = segments(sent)
    said = window.inner_text(".segments")
    window.close()
    ending = "" if count == 1 else "s"
    assert said == f"{len(sent)} of 480 characters, {count} segment{ending}"
