"""The words of every message, as they stood when somebody last read them.

A change of words shows here as a difference to be read by eye. To take the new words:
UPDATE_SNAPSHOTS=1 python -m pytest tests/messages
"""

import os
from pathlib import Path

import pytest

from booking.accounts.events import Change
from booking.messaging.kinds import Channel
from booking.monitoring.alarms import AlarmCode
from tests.messages.samples import CHANNELS, LANGUAGES, TEXTS, facts

FOLDER = Path(__file__).with_name("snapshots")
EVERY = [(kind, channel) for kind, channels in CHANNELS.items() for channel in channels]
FORMS = (
    {"asks": True},
    {"asks": False},
    {"clock_changes": False},
    {"texts_stopped": True},
    {"other_settings": True},
    {"asks": True, "elsewhere": True, "on_call": False},
    *({"alarm": code.value} for code in AlarmCode),
    *({"change": change.value} for change in Change),
)


@pytest.mark.parametrize(("kind", "channel"), EVERY, ids=[f"{k}-{c}" for k, c in EVERY])
def test_the_words_are_those_that_were_read(kind, channel):
    kept = FOLDER / f"{kind}.{channel}.txt"
    now = "\n\n".join(_words(kind, channel, language) for language in LANGUAGES) + "\n"

    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        kept.write_text(now, encoding="utf-8")

    assert kept.read_text(encoding="utf-8") == now


def test_no_snapshot_is_of_a_message_that_is_gone():
    kept = {path.name for path in FOLDER.iterdir()}

    assert kept == {f"{kind}.{channel}.txt" for kind, channel in EVERY}


def _words(kind, channel, language):
    forms = dict.fromkeys(_form(kind, channel, language, form) for form in FORMS)
    return "\n--\n".join([f"== {language}", *forms])


def _form(kind, channel, language, form):
    if channel is Channel.SMS:
        return TEXTS.sms(kind, language, facts(**form))
    subject, text, _ = TEXTS.email(kind, language, facts(**form))
    return f"{subject}\n\n{text}"
