"""What every page of the staff shares: its counts, its words for states, its audit line."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import render_template

from booking.audit.service import audit
from booking.clinic.actor import Everything
from booking.clinic.unit_of_work import UnitOfWork
from booking.conversations import waiting
from booking.desk import bad_numbers
from booking.monitoring.alarms import alarms
from booking.safety import alerts
from booking.scheduling.states import State
from booking.web.alarm_mail import mail_behind
from booking.web.current import unit_of_work
from booking.web.machine import SENTENCES, machine
from booking.web.staff.session import current_staff, me

STATE_WORDS: Final = {
    State.HELD: "Being booked",
    State.REQUESTED: "Needs clearance",
    State.BOOKED: "Booked",
    State.CONFIRMED: "Confirmed",
    State.ARRIVED: "Is here",
    State.DONE: "Done",
    State.MISSED: "Missed",
    State.CANCELLED: "Cancelled",
    State.NEEDS_REASSIGNMENT: "No therapist",
}


def page(uow: UnitOfWork, template: str, **facts: object) -> str:
    """Render a page of the staff, with what waits for them and what is wrong in its heading."""
    raised = alarms(uow)
    mail_behind(uow, raised)
    return render_template(
        template,
        me=current_staff(),
        sees_all=isinstance(uow.actor.sees, Everything),
        now=uow.now,
        state_words=STATE_WORDS,
        open_alerts=alerts.count_open(uow),
        waiting_texts=waiting.count_waiting(uow) + len(bad_numbers.unreachable(uow)),
        alarms=raised,
        faults=[SENTENCES[word] for word in machine().last_words(uow.now)],
        private=True,
        **facts,
    )


def note_openings(subject: str, subject_ids: Sequence[UUID]) -> None:
    """Record, before they are shown, that somebody opens health data.

    In a transaction of its own, so that no page is rendered while the database waits to write.
    """
    if not subject_ids:
        return
    with unit_of_work(me()) as uow:
        for subject_id in subject_ids:
            audit(uow, action="opened", subject=subject, subject_id=subject_id)


def note_view(subject: str) -> None:
    """Record, before it is handed out, that somebody looks at a list with patients in it."""
    with unit_of_work(me()) as uow:
        audit(uow, action="viewed", subject=subject, subject_id=None)


def in_words(length: timedelta) -> str:
    """Return a length of time as people say it: 25 minutes, 2 hours, 3 days."""
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes < 90:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    hours = round(minutes / 60)
    if hours < 36:
        return f"{hours} hours"
    return f"{round(hours / 24)} days"
