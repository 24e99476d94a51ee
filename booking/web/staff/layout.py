"""What every page of the staff shares: its counts, its words for states, its audit line."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import render_template

from booking.audit.service import audit
from booking.clinic.actor import Everything, Nothing
from booking.clinic.unit_of_work import UnitOfWork
from booking.conversations import waiting
from booking.desk import bad_numbers
from booking.monitoring.alarms import alarms
from booking.safety import alerts
from booking.scheduling.states import State
from booking.web.alarm_mail import email_after_response
from booking.web.current import unit_of_work
from booking.web.language import gettext, marked, ngettext
from booking.web.machine import SENTENCES, machine
from booking.web.staff import alarm_words
from booking.web.staff.reason_words import error_words
from booking.web.staff.session import current_actor, current_staff, home

STATE_WORDS: Final = {
    State.HELD: marked("Being booked"),
    State.REQUESTED: marked("Needs clearance"),
    State.BOOKED: marked("Booked"),
    State.CONFIRMED: marked("Confirmed"),
    State.ARRIVED: marked("Is here"),
    State.DONE: marked("Done"),
    State.MISSED: marked("Missed"),
    State.CANCELLED: marked("Cancelled"),
    State.NEEDS_REASSIGNMENT: marked("No therapist"),
}


def render_staff(uow: UnitOfWork, template: str, **facts: object) -> str:
    """Render a page of the staff, with what waits for them and what is wrong in its heading.

    Whoever sees no patients is told of none, and of nothing that keeps messages from them.
    """
    sees_some = not isinstance(uow.actor.sees, Nothing)
    raised = alarms(uow) if sees_some else []
    email_after_response(uow, raised)
    return render_template(
        template,
        me=current_staff(),
        sees_all=isinstance(uow.actor.sees, Everything),
        now=uow.now,
        state_words=STATE_WORDS,
        sees_some=sees_some,
        home=home(current_staff().role),
        open_alerts=alerts.count_open(uow) if sees_some else 0,
        waiting_texts=_waiting_texts(uow) if sees_some else 0,
        alarms=raised,
        alarm_sentence=alarm_words.sentence,
        alarm_detail=alarm_words.detail,
        error_words=error_words,
        faults=_faults(uow) if sees_some else [],
        private=True,
        **facts,
    )


def _waiting_texts(uow: UnitOfWork) -> int:
    return waiting.count_waiting(uow) + len(bad_numbers.unreachable(uow))


def _faults(uow: UnitOfWork) -> list[str]:
    return [gettext(SENTENCES[word]) for word in machine().last_words(uow.now)]


def audit_views(subject: str, subject_ids: Sequence[UUID]) -> None:
    """Record, before its page is handed out, that somebody opens health data.

    In a transaction of its own, so that no page is rendered while the database waits to write.
    """
    if not subject_ids:
        return
    with unit_of_work(current_actor()) as uow:
        for subject_id in subject_ids:
            audit(uow, action="opened", subject=subject, subject_id=subject_id)


def note_view(subject: str) -> None:
    """Record, before it is handed out, that somebody looks at a list with patients in it."""
    with unit_of_work(current_actor()) as uow:
        audit(uow, action="viewed", subject=subject, subject_id=None)


def in_words(length: timedelta) -> str:
    """Return a length of time as people say it: 25 minutes, 2 hours, 3 days."""
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes < 90:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    hours = round(minutes / 60)
    if hours < 36:
        return ngettext("%(num)s hour", "%(num)s hours", hours)
    return ngettext("%(num)s day", "%(num)s days", round(hours / 24))
