"""The record of who did what: read by auditors and administrators, changed by nobody."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from booking.accounts.models import Role
from booking.audit.audit_query import AuditQuery
from booking.audit.models import AuditEvent
from booking.clinic.actor import System
from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import audit_trail
from booking.desk.audit_trail import BY_PATIENT, READERS, actor_id
from booking.kit.local_time import local_instant
from booking.web.current import clinic, read_only
from booking.web.guard import staff
from booking.web.language import gettext, marked
from booking.web.staff.clinic.layout import PAGES
from booking.web.staff.layout import note_view, render_staff
from booking.web.staff.session import current_actor, current_staff
from booking.web.typed import read_day, read_id, read_number

bp = Blueprint("staff_record", __name__, url_prefix="/staff/clinic/record")

MOST: Final = 999_999_999
LONGEST_ACTION: Final = 40
SHOWN_OF_ID: Final = 8
PARTS: Final = {
    System.BOOKING_PAGE: marked("The booking page"),
    System.SIGN_IN: marked("Somebody not signed in"),
    System.CONSOLE: marked("The console"),
    System.WORKERS: marked("The workers"),
    System.CARRIER: marked("The carrier"),
    System.ZONE_RULES: marked("The zone rules"),
    System.MONITORING: marked("The monitoring"),
}


@bp.get("")
@staff(*READERS)
def index() -> ResponseReturnValue:
    """Show a page of the record."""
    typed = {name: request.args.get(name, "").strip()[:60] for name in _FIELDS}
    with read_only(current_actor()) as uow:
        page = audit_trail.read(uow, _query(typed))
        shown = render_staff(
            uow,
            "staff/clinic/record.html",
            clinic_pages=PAGES if current_staff().role is Role.ADMINISTRATOR else {},
            lines=[_line(event, page) for event in page.events],
            typed=typed,
            choices=_choices(uow),
            next_page={**typed, "before": page.next_before} if page.next_before else None,
            zone=uow.clinic.zone,
        )
    note_view("record")
    return shown


_FIELDS: Final = ("first", "last", "who", "act", "about")


def _query(typed: dict[str, str]) -> AuditQuery:
    """Return what is looked for; what cannot be read counts as everything."""
    first, last = read_day(typed["first"]), read_day(typed["last"])
    who = read_id(typed["who"])
    parts = {part.value for part in System}
    actor = f"user:{who}" if who else (typed["who"] if typed["who"] in parts else None)
    return AuditQuery(
        since=_midnight(first) if first else None,
        until=_midnight(last + timedelta(days=1)) if last else None,
        actor=actor,
        action=typed["act"][:LONGEST_ACTION] or None,
        subject_id=read_id(typed["about"]),
        before=read_number(request.args.get("before", ""), MOST),
    )


def _midnight(day: date) -> datetime:
    return local_instant(day, time(0), ZoneInfo(clinic().zone))


def _choices(uow: UnitOfWork) -> dict[str, list[tuple[str, str]]]:
    everybody = [("", gettext("Everybody"))]
    people = [(str(one.id), one.name) for one in audit_trail.staff(uow)]
    parts = [(part.value, gettext(words)) for part, words in PARTS.items()]
    acts = [(one, act_words(one)) for one in audit_trail.actions(uow)]
    return {"who": [*everybody, *people, *parts], "act": [("", gettext("All")), *acts]}


def _line(event: AuditEvent, page: audit_trail.Page) -> dict[str, object]:
    """Return an act in words: staff by name, patients and sessions by a part of their number."""
    holder = page.names.get(event.subject_id) if event.subject_id else None
    return {
        "at": event.at,
        "who": _who(event, page),
        "act": act_words(event.action),
        "about": event.subject.replace("_", " "),
        "which": holder or (str(event.subject_id)[-SHOWN_OF_ID:] if event.subject_id else ""),
        "subject_id": event.subject_id,
    }


def _who(event: AuditEvent, page: audit_trail.Page) -> str:
    user_id = actor_id(event.actor)
    if user_id is not None:
        return page.names.get(user_id, gettext("A former colleague"))
    if event.actor.startswith(BY_PATIENT):
        return gettext("Patient %(number)s", number=event.actor[-SHOWN_OF_ID:])
    known = {part.value: words for part, words in PARTS.items()}
    return gettext(known[event.actor]) if event.actor in known else event.actor


def act_words(action: str) -> str:
    """Return what an act is called: its word on the record, as one reads it."""
    return action.replace("_", " ").capitalize()
