"""What every page of the staff shares: its counts, its words for states, its audit line."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session

from booking.audit.service import record
from booking.conversations import waiting as ledger
from booking.desk import bad_numbers as unreachable
from booking.monitoring.alarms import alarms
from booking.safety import alerts
from booking.scheduling.states import State
from booking.web.alarm_mail import mail_behind
from booking.web.current import clinic, now, runtime
from booking.web.machine import SENTENCES, machine
from booking.web.staff.session import me

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


def page(session: Session, template: str, **facts: object) -> str:
    """Render a page of the staff, with what waits for them and what is wrong in its heading."""
    whose = me().therapist_id
    raised = alarms(session, clinic(), runtime().policies, now())
    mail_behind(session, raised)
    return render_template(
        template,
        me=me(),
        now=now(),
        state_words=STATE_WORDS,
        open_alerts=alerts.count_open(session, whose),
        waiting_texts=ledger.count_waiting(session, whose)
        + len(unreachable.unreachable(session, therapist_id=whose, now=now())),
        alarms=raised,
        faults=[SENTENCES[word] for word in machine().last_words(now())],
        private=True,
        **facts,
    )


def note_openings(subject: str, subject_ids: Sequence[UUID]) -> None:
    """Record, before they are shown, that somebody opens health data.

    In a transaction of its own, so that no page is rendered while the database waits to write.
    """
    if not subject_ids:
        return
    with runtime().database.transaction() as session:
        for subject_id in subject_ids:
            record(
                session,
                actor=me().actor,
                action="opened",
                subject=subject,
                subject_id=subject_id,
                now=now(),
            )


def note_view(subject: str) -> None:
    """Record, before it is handed out, that somebody looks at a list with patients in it."""
    with runtime().database.transaction() as session:
        record(
            session, actor=me().actor, action="viewed", subject=subject, subject_id=None, now=now()
        )


def in_words(length: timedelta) -> str:
    """Return a length of time as people say it: 25 minutes, 2 hours, 3 days."""
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes < 90:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    hours = round(minutes / 60)
    if hours < 36:
        return f"{hours} hours"
    return f"{round(hours / 24)} days"
