"""One appointment for whoever gives it: the intake in front, the next step at hand."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import records
from booking.desk.records import AppointmentRecord
from booking.kit.errors import Flaw, InvalidInput, InvalidTransition
from booking.kit.phone import mask
from booking.scheduling import appointments, bookings
from booking.scheduling import attendance as sessions
from booking.scheduling.bookings import ClearanceNote
from booking.scheduling.models import Appointment
from booking.scheduling.states import State, Transition
from booking.web.current import now, read_only, unit_of_work
from booking.web.guard import staff
from booking.web.language import gettext, marked
from booking.web.problems import status_of
from booking.web.send_again import shown_again_by
from booking.web.sentences import field_sentences, nothing_changed
from booking.web.staff.alerts import TIER_WORDS
from booking.web.staff.charts import charts_of
from booking.web.staff.intake import intake_view
from booking.web.staff.layout import audit_views, render_staff
from booking.web.staff.message_lines import kind_words, ledger_lines
from booking.web.staff.session import current_actor
from booking.web.typed import read_day
from booking.web.zones import zone_info

bp = Blueprint("staff_appointments", __name__, url_prefix="/staff/appointments")

SESSIONS_IN_SHORT: Final = 6

Step = Callable[[UnitOfWork, UUID], Appointment]
STEPS: Final[Mapping[str, tuple[Transition, Step, str]]] = {
    "arrive": (Transition.ARRIVE, sessions.arrive, marked("Noted: the patient is here.")),
    "done": (Transition.FINISH, sessions.finish, marked("Noted: the session took place.")),
    "missed": (Transition.MISS, sessions.miss, marked("Noted: the patient did not come.")),
    "cancel": (Transition.CANCEL, appointments.cancel, marked("The appointment is cancelled.")),
}


@bp.get("/<uuid:appointment_id>")
@staff()
def show(appointment_id: UUID) -> ResponseReturnValue:
    """Show an appointment with its intake, and record that it was opened."""
    return _shown(appointment_id)


@bp.get("/<uuid:appointment_id>/<any(missed, cancel):step>")
@staff()
def ask(appointment_id: UUID, step: str) -> ResponseReturnValue:
    """Ask once more before a step that cannot be taken back."""
    with read_only(current_actor()) as uow:
        appointment = records.get_appointment(uow, appointment_id)
        if step not in _steps(uow, appointment):
            return redirect(url_for(".show", appointment_id=appointment_id), 303)
        return render_staff(uow, "staff/ask.html", appointment=appointment, step=step)


@bp.post("/<uuid:appointment_id>/<any(arrive, done, missed, cancel):step>")
@staff()
def take(appointment_id: UUID, step: str) -> ResponseReturnValue:
    """Take a step of an appointment."""
    _transition, service, words = STEPS[step]
    said = gettext(words)
    try:
        with unit_of_work(current_actor()) as uow:
            records.get_appointment(uow, appointment_id)
            service(uow, appointment_id)
    except InvalidTransition as refused:
        # Somebody else was quicker, or the page was old: the page says where things stand.
        said = nothing_changed(refused)
    flash(said)
    return redirect(url_for(".show", appointment_id=appointment_id), 303)


@bp.post("/<uuid:appointment_id>/clearance")
@staff()
@shown_again_by(
    lambda why, appointment_id: _shown(appointment_id, errors={"clinician": why.message})
)
def clear(appointment_id: UUID) -> ResponseReturnValue:
    """Record a clinician's clearance, which books the session."""
    try:
        with unit_of_work(current_actor()) as uow:
            records.get_appointment(uow, appointment_id)
            bookings.grant(uow, appointment_id, _clearance_note())
    except InvalidInput as wrong:
        return _shown(appointment_id, errors=field_sentences(wrong)), status_of(wrong)
    except InvalidTransition as refused:
        flash(nothing_changed(refused))
    else:
        flash(gettext("The clearance is recorded and the session is booked."))
    return redirect(url_for(".show", appointment_id=appointment_id), 303)


def _steps(uow: UnitOfWork, appointment: Appointment) -> list[str]:
    open_ones = sessions.open_steps(uow, appointment)
    return [step for step, (transition, _, _) in STEPS.items() if transition in open_ones]


def _shown(appointment_id: UUID, *, errors: Mapping[str, str] | None = None) -> str:
    with read_only(current_actor()) as uow:
        record = records.of_appointment(uow, appointment_id)
        appointment = record.appointment
        shown = render_staff(
            uow,
            "staff/appointment.html",
            appointment=appointment,
            zone=appointment.location.zone,
            steps=_steps(uow, appointment),
            is_ahead=now() < appointment.starts_at,
            wants_clearance=appointment.state is State.REQUESTED,
            clearances=record.clearances,
            errors=errors or {},
            typed=request.form,
            **_health(record),
            messages=ledger_lines(uow, record.messages, zone=appointment.location.zone),
            links=[(link, kind_words(link.kind)) for link in record.links],
            unreachable=record.unreachable,
            masked=mask,
        )
    audit_views("appointment", [appointment_id])
    return shown


def _health(record: AppointmentRecord) -> dict[str, object]:
    visits = record.trend.sessions if record.trend else ()
    zone = zone_info(record.appointment.location.zone)
    return {
        "is_theirs": record.trend is not None,
        "intake": intake_view(*record.intake) if record.intake else None,
        "alerts": record.open_alerts.alerts,
        "causes": record.open_alerts.causes,
        "tier_words": TIER_WORDS,
        "charts": charts_of(visits[-SESSIONS_IN_SHORT:], zone),
        "visits": len(visits),
    }


def _clearance_note() -> ClearanceNote:
    wrong = {}
    dates = {}
    for name in ("given_on", "expires_on"):
        day = read_day(request.form.get(name, ""))
        if day is None:
            wrong[name] = Flaw("date_missing")
        else:
            dates[name] = day
    for name in ("clinician", "scope"):
        if not request.form.get(name, "").strip():
            wrong[name] = Flaw("missing")
    if wrong:
        raise InvalidInput(**wrong)
    return ClearanceNote(
        clinician=request.form["clinician"].strip()[:200],
        scope=request.form["scope"].strip()[:1_000],
        **dates,
    )
