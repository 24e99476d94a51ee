"""When a patient's phone is left alone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.kit.errors import InvalidInput
from booking.kit.local_time import local_instant

_ANY_DAY = date(2000, 1, 1)  # wall times can only be subtracted on some day


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Texts may go from `opens` until just before `closes`, on the patient's own clock.

    The rest of the day is quiet. What has to move to an evening goes `margin` before
    `closes`, so that a slow carrier still delivers in time. The numbers are in policy.py.
    """

    opens: time
    closes: time
    margin: timedelta

    def __post_init__(self) -> None:
        opens = datetime.combine(_ANY_DAY, self.opens)
        if datetime.combine(_ANY_DAY, self.closes) - self.margin < opens:
            raise InvalidInput("texting_hours_too_short")
        if self.margin <= timedelta(0):
            raise InvalidInput("texting_margin_not_positive")

    def is_quiet(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether no text of our own motion may go at this instant."""
        return not self.opens <= at.astimezone(zone).time() < self.closes

    def next_opening(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return when texts may next begin to go after a night: tonight's, or that which is on."""
        local = at.astimezone(zone)
        day = local.date() + timedelta(days=local.time() >= self.opens)
        return local_instant(day, self.opens, zone)

    def moved_earlier(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the instant itself, or, where it is quiet, the evening before it, in UTC."""
        local = at.astimezone(zone)
        if self.opens <= local.time() < self.closes:
            return at
        day = local.date()
        if local.time() < self.opens:
            day -= timedelta(days=1)
        evening = datetime.combine(day, self.closes) - self.margin
        return local_instant(day, evening.time(), zone)

    def moved_later(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the instant itself, or, where it is quiet, the next opening, in UTC."""
        local = at.astimezone(zone)
        if self.opens <= local.time() < self.closes:
            return at
        day = local.date()
        if local.time() >= self.closes:
            day += timedelta(days=1)
        return local_instant(day, self.opens, zone)
