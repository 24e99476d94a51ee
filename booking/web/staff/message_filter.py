"""What a page of the message log is asked for: read from the address, and written back into it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from booking.desk.message_query import Cursor, MessageQuery
from booking.kit.local_time import local_instant
from booking.messaging.kinds import SEALED, Channel, Kind, Lane
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from booking.web.staff.message_lines import STATE_WORDS
from booking.web.typed import read_day, read_id, read_instant

STATES: Final[dict[str, frozenset[MessageState]]] = {
    # What staff calls by one name is one choice.
    min(s.value for s in MessageState if STATE_WORDS[s] == words): frozenset(
        s for s in MessageState if STATE_WORDS[s] == words
    )
    for words in dict.fromkeys(STATE_WORDS.values())
}
ALL_DAYS: Final = ""
_INSTANT: Final = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True)
class MessageFilter:
    """The choices of the form, as words of the address; what cannot be read counts as all.

    `day` is a local date, or empty for all days; the day is today where nothing is said.
    """

    state: str = ""
    kind: str = ""
    channel: str = ""
    lane: str = ""
    day: str = ALL_DAYS
    appointment: str = ""
    behind: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str], today: date) -> "MessageFilter":
        """Read the address of a page."""
        given = {name: query.get(name, "") for name in cls.__dataclass_fields__}
        if "day" not in query:
            # The messages of one session lie days apart.
            given["day"] = ALL_DAYS if given["appointment"] else today.isoformat()
        return cls(**{name: word for name, word in given.items() if _KNOWN[name](word)})

    def to_query(self, zone: ZoneInfo) -> MessageQuery:
        """Return what to ask the message log for; days begin at midnight in the zone."""
        day = read_day(self.day)
        return MessageQuery(
            states=STATES.get(self.state),
            kind=Kind(self.kind) if self.kind else None,
            channel=Channel(self.channel) if self.channel else None,
            lane=Lane[self.lane.upper()] if self.lane else None,
            due_from=_midnight(day, zone) if day else None,
            due_until=_midnight(day + timedelta(days=1), zone) if day else None,
            appointment_id=read_id(self.appointment),
        )

    @property
    def place(self) -> Cursor | None:
        """Where the page before this one ended."""
        return _place(self.behind)

    def query(self, **changes: str) -> dict[str, str]:
        """Return the words of an address with some choices changed; pages begin anew."""
        changed = replace(self, **{"behind": "", **changes})
        # An empty day says "all days"; every other empty word says nothing.
        return {
            name: word
            for name in self.__dataclass_fields__
            if (word := getattr(changed, name)) or name == "day"
        }


def after(message: Message) -> str:
    """Return the word for the place after a message."""
    return f"{message.due_at.astimezone(UTC):{_INSTANT}}_{message.id}"


def _place(word: str) -> Cursor | None:
    at, _, message_id = word.partition("_")
    when, which = read_instant(at, _INSTANT), read_id(message_id)
    return Cursor(when, which) if when and which else None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return local_instant(day, datetime.min.time(), zone)


_KNOWN: Final[dict[str, Callable[[str], bool]]] = {
    "state": STATES.__contains__,
    "kind": (frozenset(Kind) - SEALED).__contains__,
    "channel": frozenset(Channel).__contains__,
    "lane": lambda word: word.upper() in Lane.__members__,
    "day": lambda word: read_day(word) is not None,
    "appointment": lambda word: read_id(word) is not None,
    "behind": lambda word: _place(word) is not None,
}
"""Whether a word is one of a choice's own."""
