"""What messages are made of in tests: ordinary facts, and the longest a clinic may have."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.gateways.texts import MessageTexts
from booking.kit.links import LinkMaker
from booking.messaging.kinds import KINDS, Channel, kinds_that
from booking.scheduling.message_facts import LINK_TTL

TEXTS = MessageTexts()
LANGUAGES = ("en", "es")

CHANNELS = {
    kind: tuple(channel for channel in Channel if channel in rules.channels)
    for kind, rules in KINDS.items()
    if not (rules.free_text or rules.is_cover)
}
"""Of every kind that has templates."""

MAILED = frozenset(kind for kind, channels in CHANNELS.items() if Channel.EMAIL in channels)
TEXTED = frozenset(kind for kind, channels in CHANNELS.items() if Channel.SMS in channels)
TO_STAFF = kinds_that(lambda rules: rules.to_staff)

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
        "detail": "",
        "error_code": 20003,
        "budgets": [("texts_in_hour", 48, 60), ("holds", 17, 20)],
        "since": "2026-09-30 18:30 UTC",
        "name": "Cora Example",
        "change": "password",
        "account_address": links.invitation(APPOINTMENT, when.astimezone(UTC)),
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
        "link": links.manage(APPOINTMENT, when.astimezone(UTC) + LINK_TTL, MESSAGE),
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
