"""One program that stays: the process that runs it now, and its coming back when that ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from launch.hangs import Watch
from launch.process import Child
from launch.programs import Program
from launch.restarts import EARLY_S, LONG_PAUSE_S, STAYS_WELL_S, Restarts


class Unit:
    """A program that is started again whenever it ends, until it is stopped.

    `said` takes what a person at the terminal should know. Times are monotonic seconds.
    """

    def __init__(self, program: Program, log_dir: Path, said: Callable[[str, str], None]) -> None:
        self.program = program
        self.restarts = Restarts()
        self._log_dir = log_dir
        self._said = said
        self._watch = Watch(program)
        self._starts_at: float | None = None
        self._never_worked = True
        self.child = self._new_child()

    @property
    def never_worked(self) -> bool:
        """Whether its first life and its second ended by themselves at once."""
        return self._never_worked and self.restarts.in_all >= 2

    @property
    def is_down(self) -> bool:
        """Whether it was given up, and is only tried now and then."""
        return self.restarts.gave_up

    def relay(self) -> None:
        """Hand its new lines on."""
        for line in self.child.new_lines():
            self._said(self.program.name, line)

    def tend(self, now: float) -> None:
        """Bring it back if it ended and its pause is over; end it if it hangs."""
        if self._starts_at is not None:
            if now >= self._starts_at:
                self.start_again(now)
        elif self.child.exit_status is not None:
            self._note_end(now)
        elif hanging := self._watch.hangs(self.child, now):
            self._tell(f"{hanging}; it is ended, and starts again")
            self.child.kill()
        elif now - self.child.started_at >= STAYS_WELL_S:
            self._stays_well()

    def start_again(self, now: float) -> None:
        """Start it anew; what the process before had started itself is ended first."""
        self.child.kill()
        self.child.wait()
        try:
            started = self._new_child()
        except OSError as refused:
            pause = self.restarts.ended(0.0)
            self._starts_at = now + pause
            self._tell(f"could not be started ({refused.strerror}); once more in {pause:.1f} s")
            return
        self.child.close()
        self.child = started
        self._starts_at = None
        if not self.is_down:
            self._tell("was started again")

    def stop(self) -> None:
        """Stop it for good."""
        self._watch.end()
        self.child.stop()
        self.relay()

    def _new_child(self) -> Child:
        child = Child(self.program, self._log_dir)
        self._watch.begin()
        return child

    def _note_end(self, now: float) -> None:
        self.child.kill()
        self.relay()
        was_down = self.is_down
        lived = now - self.child.started_at
        status = self.child.exit_status or 0
        self._never_worked &= status >= 0 and lived < EARLY_S
        pause = self.restarts.ended(lived)
        self._starts_at = now + pause
        how = self.child.how_it_ended()
        if self.is_down and not was_down:
            self._tell(
                f"{how} for the {self.restarts.in_a_row}th time in a row and is given up. The rest "
                f"goes on, and it is tried every {LONG_PAUSE_S:.0f} s.\n{self.child.log_end()}"
            )
        else:
            self._tell(f"{how}; it starts again in {pause:.1f} s")

    def _stays_well(self) -> None:
        self._never_worked = False
        if self.is_down:
            self._tell("runs again, and stays")
        self.restarts.stayed_well()

    def _tell(self, what: str) -> None:
        self._said("lupine", f"{self.program.name} {what}")
