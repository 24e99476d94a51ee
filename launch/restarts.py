"""When a process that ended is started again: at once, then after pauses that grow."""

from dataclasses import dataclass

FIRST_PAUSE_S = 0.1
GROWS_BY = 3
STAYS_WELL_S = 30.0
"""A process that ran for so long counts as well: its next end is the first again."""
GIVES_UP_AFTER = 6
"""Ends in a row, none after a life of STAYS_WELL_S; the pauses between come to 12 seconds."""
LONG_PAUSE_S = 60.0
"""How far apart a process that was given up is tried; a full disk may have room again."""
EARLY_S = 15.0
"""A first and a second life that end by themselves within this were never going to work."""


@dataclass
class Restarts:
    """The ends of one process in a row; times are monotonic seconds."""

    in_a_row: int = 0
    in_all: int = 0

    def ended(self, lived_s: float) -> float:
        """Count an end after a life of so many seconds; returns the pause before the next."""
        if lived_s >= STAYS_WELL_S:
            self.in_a_row = 0
        self.in_a_row += 1
        self.in_all += 1
        if self.gave_up:
            return LONG_PAUSE_S
        return float(FIRST_PAUSE_S * GROWS_BY ** (self.in_a_row - 1))

    def stayed_well(self) -> None:
        """Forget the ends so far."""
        self.in_a_row = 0

    @property
    def gave_up(self) -> bool:
        """Whether it ended too often in a row; it is still tried now and then."""
        return self.in_a_row >= GIVES_UP_AFTER
