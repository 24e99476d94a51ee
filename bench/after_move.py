"""What becomes of reminders whose appointment moved just before they were due."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from bench.figures import Figure, at_most
from bench.rig import Rig, rig, until
from bench.rows import Practice, book_reminded, open_practice
from bench.servers import Servers
from booking.clinic.actor import Everything, StaffActor
from booking.kit.ids import new_id
from booking.messaging.models import Message
from booking.scheduling import appointments
from booking.scheduling.models import Appointment

MOVED = 20
AHEAD = timedelta(seconds=20)
"""All of them have to be moved by then, on a busy machine too."""
AFTERWARDS = timedelta(seconds=3)


def measure(servers: Servers, *, seed: int) -> Iterator[Figure]:
    """Yield how many texts went at the old time, of as many appointments as the naive design's."""
    with servers.database() as database_url, rig(database_url) as bench:
        now = bench.runtime.clock.now()
        practice = open_practice(bench.engine, MOVED, now)
        due_at = now + AHEAD
        ids = book_reminded(bench.engine, practice, [due_at] * MOVED, now=now, seed=seed)
        with bench.senders(1):
            _move_all(bench, practice)
            if bench.runtime.clock.now() > due_at:
                raise RuntimeError("the reminders came due before everything had moved")
            until(lambda: bench.runtime.clock.now() > due_at + AFTERWARDS, "the old time")
        yield at_most(f"texts at the old time after {MOVED} moves", _started(bench, ids), "", 0)


def _move_all(bench: Rig, practice: Practice) -> None:
    with bench.runtime.database.read_only() as session:
        booked = session.scalars(select(Appointment.id)).all()
    for appointment_id in booked:
        with bench.runtime.unit_of_work(StaffActor(new_id(), Everything())) as uow:
            appointments.move(uow, appointment_id, practice.start(7, 0))


def _started(bench: Rig, ids: list[UUID]) -> int:
    with bench.runtime.database.read_only() as session:
        return (
            session.scalar(select(func.count(Message.send_started_at)).where(Message.id.in_(ids)))
            or 0
        )
