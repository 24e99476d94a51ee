"""What messages are made of in tests: ordinary facts, and the longest a clinic may have."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.gateways.texts import MessageTexts
from booking.kit.links import LinkMaker
from booking.messaging.message import WRITTEN_BY_PEOPLE, Channel, Kind
from booking.scheduling.message_facts import LINK_KEEPS

TEXTS = MessageTexts()
LANGUAGES = ("en", "es")

MAILED = frozenset(
    {
        Kind.CONFIRMATION,
        Kind.REQUEST_RECEIVED,
        Kind.REMINDER,
        Kind.MOVED,
        Kind.CLOCK_CHANGE,
        Kind.CANCELLED,
        Kind.MOVE_LINK,
        Kind.OPTED_OUT,
        Kind.CHECK_IN,
        Kind.ON_CALL_ALERT,
        Kind.ALARM,
    }
)
"""News goes by mail as well; what is of our own motion where texts may not go; the rest answers
a text by text."""

WITHOUT_TEMPLATE = WRITTEN_BY_PEOPLE | {Kind.SAFETY}
"""What a person writes, and what safety texts are kept as: each of those has its own."""

TEXTED = frozenset(set(Kind) - WITHOUT_TEMPLATE - {Kind.ALARM})
"""An alarm goes by mail only: when texts are in trouble, a text about it would be too."""

CHANNELS = {
    kind: tuple(
        channel
        for channel, kinds in ((Channel.SMS, TEXTED), (Channel.EMAIL, MAILED))
        if kind in kinds
    )
    for kind in Kind
    if kind not in WITHOUT_TEMPLATE
}

TO_STAFF = frozenset({Kind.ON_CALL_ALERT, Kind.ALARM})

APPOINTMENT = UUID("01a20300-aaaa-7bbb-8ccc-0123456789ab")
MESSAGE = UUID("01a20300-aaaa-7bbb-8ccc-0123456789cd")
NEW_YORK = ZoneInfo("America/New_York")

ORDINARY = {"clinic": "Willow Massage", "base_url": "https://book.willow.example"}
LONGEST = {
    "clinic": "The Willow Massage Rooms",
    "base_url": "https://appointments.willow-rooms.example",
    "clinic_phone": "+44 20 7946 0958",
    "therapist": "Maximiliana-Alexandrina Example",
}
"""A clinic name of 24 characters, the most settings take, and an address of 40."""


def at(year, month, day, hour=14, minute=30, zone=NEW_YORK):
    return datetime(year, month, day, hour, minute, tzinfo=zone)


def facts(*, base_url=ORDINARY["base_url"], **changes):
    """The facts of an ordinary appointment of Ana's with Alexandra."""
    links = LinkMaker(["a-key-of-these-tests-only"], base_url)
    when = changes.get("when", at(2026, 9, 30))
    return {
        "clinic": ORDINARY["clinic"],
        "clinic_phone": "+1 212 555 0100",
        "emergency": "911",
        "crisis_line": "988",
        "on_call": True,
        "asks": True,
        "texts_number": "+1 212 555 0199",
        "texts_stopped": False,
        "ref": MESSAGE.hex[-4:],
        "alarm": "sender_stopped",
        "detail": "The carrier refused our credentials.",
        "since": "2026-09-30 18:30 UTC",
        "patient": "Ana Example",
        "therapist": "Alexandra Example",
        "when": when,
        "yours": when,
        "elsewhere": False,
        "clock_changes": True,
        "minutes": 60,
        "place": "Demo Practice",
        "address": "1 Example Street, New York",
        "other_settings": False,
        "arrival_note": "Ring twice, the door opens by itself.",
        "link": links.manage(APPOINTMENT, when.astimezone(UTC) + LINK_KEEPS, MESSAGE),
        "check_in_link": links.check_in(
            APPOINTMENT, when.astimezone(UTC) + timedelta(hours=72), MESSAGE
        ),
        **changes,
    }


def every_text(kind, **changes):
    """A kind's text in every language and form, for every name of a month and of a day."""
    days = [at(2026, month, day, 12, 30) for month in range(1, 13) for day in range(22, 29)]
    forms = itertools.product(LANGUAGES, days, (False, True), (False, True), (False, True))
    for language, when, elsewhere, asks, on_call in forms:
        yield TEXTS.sms(
            kind,
            language,
            facts(when=when, elsewhere=elsewhere, asks=asks, on_call=on_call, **changes),
        )
