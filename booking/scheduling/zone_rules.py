"""Keeping sessions at the time on the wall they were agreed at, when a zone's rules change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.time_zones import differing_here, go_the_same
from booking.kit.wall_time import Occurrence, WallTime, instant_by_rules, wall_time
from booking.messaging import outbox
from booking.messaging.kinds import Channel, Kind, lane_of
from booking.messaging.reason import Reason
from booking.messaging.rules.send_rules import KEEPS_QUIET_HOURS
from booking.scheduling import holds, notices, reminders
from booking.scheduling import queries as appointment_queries
from booking.scheduling import wall_time_queries as wall_times
from booking.scheduling.events import WallTimeKept
from booking.scheduling.lookup import locked, note
from booking.scheduling.models import Appointment
from booking.scheduling.rules.notice_plan import plan_news
from booking.scheduling.states import OPEN_STATES, REMINDED
from booking.scheduling.texting import may_text
from booking.therapists import queries as therapist_store

CLOCK_CHANGES = "clock_changes"
"""How a message says among its facts that the patient's own clock shows another time now."""
COMPARED_FOR = timedelta(days=366)


@dataclass(frozen=True)
class Shift:
    """A session whose instant is not the one its wall time has by the rules of today."""

    appointment_id: UUID
    wall: WallTime
    was_at: datetime
    at: datetime
    reading: Occurrence


def shifted(uow: UnitOfWork) -> list[Shift]:
    """Return the coming sessions that other rules would have moved, in the order to mend them.

    Those that go later come first and the last of them before all, so that none meets its
    neighbour, which moves as well.
    """
    found = [_shift(appointment) for appointment in wall_times.ahead(uow.session, uow.now)]
    shifts = [one for one in found if one is not None]
    later = sorted((one for one in shifts if one.at > one.was_at), key=lambda one: one.at)
    earlier = sorted((one for one in shifts if one.at <= one.was_at), key=lambda one: one.at)
    return [*reversed(later), *earlier]


def keep_wall_time(uow: UnitOfWork, appointment_id: UUID) -> bool:
    """Give a session the instant its wall time has today; False where that meets another one.

    What was to be said of it is planned anew. A patient whose clock is the place's is told
    nothing: the calendar that holds the session gets a new file by mail. One who lives by another
    clock is told what that clock will show.
    """
    appointment = locked(uow, appointment_id)
    shift = _shift(appointment)
    if shift is None:
        return True
    holds.end_lapsed_of(uow, appointment.therapist_id)
    if not appointment_queries.change_if_free(uow.session, appointment, _times(appointment, shift)):
        return False
    outbox.cancel_pending(uow, appointment.id, reason=Reason.ZONE_RULES)
    uow.emit(WallTimeKept(appointment, shift.was_at))
    note(uow, appointment, "kept at its wall time")
    if appointment.state in OPEN_STATES:
        _tell(uow, appointment, shift)
    if appointment.state in REMINDED:
        is_texted = may_text(uow, notices.patient_of(appointment), appointment)
        reminders.plan(uow, appointment, is_texted=is_texted)
    return True


def fill_wall_times(uow: UnitOfWork) -> int:
    """Give some of the appointments that have none their wall time; returns to how many."""
    return wall_times.fill(uow.session)


def differing_in_use(uow: UnitOfWork) -> list[str]:
    """Return the zones this clinic uses whose clocks this machine's own files show otherwise."""
    zones = {uow.clinic.zone, *therapist_store.zones(uow.session)}
    zones |= {one.patient_zone for one in wall_times.ahead(uow.session, uow.now)}
    return differing_here(zones, uow.now, uow.now + COMPARED_FOR)


def _shift(appointment: Appointment) -> Shift | None:
    wall = wall_times.wall_of(appointment)
    if wall is None:
        return None
    at, reading = instant_by_rules(wall)
    if at == appointment.starts_at and reading is not Occurrence.NEVER:
        return None
    return Shift(appointment.id, wall, appointment.starts_at, at, reading)


def _times(appointment: Appointment, shift: Shift) -> dict[str, Any]:
    by = shift.at - shift.was_at
    times = ("starts_at", "ends_at", "blocked_from", "blocked_until")
    return {
        **{name: getattr(appointment, name) + by for name in times},
        # The same, but for a time that never comes: then the one that took its place.
        **wall_times.wall_columns(wall_time(shift.at, shift.wall.zone)),
        "version": appointment.version + 1,
    }


def _tell(uow: UnitOfWork, appointment: Appointment, shift: Shift) -> None:
    patient, now = notices.patient_of(appointment), uow.now
    is_other = shift.reading is Occurrence.NEVER or not go_the_same(patient.zone, shift.wall.zone)
    variables = {CLOCK_CHANGES: is_other}
    lane = lane_of(Kind.CLOCK_CHANGE, is_news=True)
    mail = notices.draft_for(
        appointment,
        Kind.CLOCK_CHANGE,
        Channel.EMAIL,
        due_at=now,
        expires_at=now + outbox.MAIL_TTL,
    )
    outbox.queue(uow, replace(mail, lane=lane, variables=variables))
    if not is_other or not may_text(uow, patient):
        return
    starts: Sequence[datetime] = (shift.was_at, shift.at)
    news = plan_news(starts, ZoneInfo(patient.zone), uow.policies.reminders, at=now)
    text = replace(
        mail,
        channel=Channel.SMS,
        recipient=patient.phone,
        lane=lane,
        due_at=news.due_at,
        expires_at=news.expires_at,
        variables={**variables, KEEPS_QUIET_HOURS: news.keeps_quiet_hours},
    )
    outbox.queue(uow, text)
