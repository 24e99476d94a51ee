"""What ticks and turns make of a database at fault: a line for the first, then counts."""

from typing import Any

from celery import Task
from sqlalchemy.exc import SQLAlchemyError

from booking.kit.clock import WallClock
from booking.kit.faults import fault_of
from booking.kit.outages import Outages

outages = Outages()
clock = WallClock()


def is_told(error: SQLAlchemyError) -> bool:
    """Tell of a fault of the database; False where the error has another cause."""
    fault = fault_of(error)
    if fault is None:
        return False
    outages.met(fault, error, clock.now())
    return True


def went_well() -> None:
    """Note that something went well; tells which faults are over."""
    outages.passed(clock.now())


class SkippableTask(Task[..., Any]):
    """A task that may be skipped: what a fault of the database kept it from, the next one does."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Run once; a fault of the database ends it without a trace of the code in the log."""
        try:
            done = super().__call__(*args, **options)
        except SQLAlchemyError as error:
            if not is_told(error):
                raise
            return None
        went_well()
        return done
