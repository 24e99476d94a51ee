"""One appointment for whoever gives it: the intake in front, the next step at hand."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from booking.checkins import service as check_ins
from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import alert_causes, message_history
from booking.desk import bad_numbers as unreachable
from booking.desk.bad_numbers import Unreachable
from booking.intake import clearances
from booking.intake import service as intakes
from booking.kit.errors import InvalidInput, MoveNotAllowed, NotFound
from booking.kit.phone import masked
from booking.safety import alerts
from booking.scheduling import appointment_links as links
from booking.scheduling import appointments, bookings
from booking.scheduling import attendance as sessions
from booking.scheduling.bookings import ClearanceNote
from booking.scheduling.models import Appointment
from booking.scheduling.states import MOVES, Move, State
from booking.scheduling.visibility import may_see, may_see_patient
from booking.web.current import clinic, now, read_only, unit_of_work
from booking.web.guard import staff
from booking.web.problems import status_of
from booking.web.send_again import shown_again_by
from booking.web.staff.alerts import TIER_WORDS
from booking.web.staff.charts import charts_of
from booking.web.staff.intake import intake_view
from booking.web.staff.layout import note_openings, page
from booking.web.staff.message_lines import kind_words, ledger_lines
from booking.web.staff.session import me
from booking.web.typed import read_day
from booking.web.zones import zone_info

bp = Blueprint("staff_appointments", __name__, url_prefix="/staff/appointments")

AT_THE_DOOR: Final = timedelta(hours=12)
"""Nobody arrives longer before a session than this: a slip of the finger, not a fact."""

SESSIONS_IN_SHORT: Final = 6

Step = Callable[[UnitOfWork, UUID], Appointment]
STEPS: Final[Mapping[str, tuple[Move, Step, str]]] = {
    "arrive": (Move.ARRIVE, sessions.arrive, "Noted: the patient is here."),
    "done": (Move.FINISH, sessions.finish, "Noted: the session took place."),
    "missed": (Move.MISS, sessions.miss, "Noted: the patient did not come."),
    "cancel": (Move.CANCEL, appointments.cancel, "The appointment is cancelled."),
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
    with read_only(me().acting) as uow:
        appointment = mine(uow, appointment_id)
        if step not in steps_for(appointment):
            return redirect(url_for(".show", appointment_id=appointment_id), 303)
        return page(uow.session, "staff/ask.html", appointment=appointment, step=step)


@bp.post("/<uuid:appointment_id>/<any(arrive, done, missed, cancel):step>")
@staff()
def take(appointment_id: UUID, step: str) -> ResponseReturnValue:
    """Take a step of an appointment."""
    _move, service, said = STEPS[step]
    try:
        with unit_of_work(me().acting) as uow:
            mine(uow, appointment_id)
            service(uow, appointment_id)
    except MoveNotAllowed as refused:
        # Somebody else was quicker, or the page was old: the page says where things stand.
        said = f"Nothing changed. {refused.message}"
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
        with unit_of_work(me().acting) as uow:
            mine(uow, appointment_id)
            bookings.grant(uow, appointment_id, _clearance_note())
    except InvalidInput as wrong:
        return _shown(appointment_id, errors=wrong.fields), status_of(wrong)
    except MoveNotAllowed as refused:
        flash(f"Nothing changed. {refused.message}")
    else:
        flash("The clearance is recorded and the session is booked.")
    return redirect(url_for(".show", appointment_id=appointment_id), 303)


def steps_for(appointment: Appointment) -> list[str]:
    """Return the steps that make sense now, in the order they are offered."""
    begun = now() >= appointment.starts_at
    near = now() >= appointment.starts_at - AT_THE_DOOR
    timely = {"arrive": near, "done": begun, "missed": begun, "cancel": True}
    return [
        step
        for step, (move, _service, _said) in STEPS.items()
        if (appointment.state, move) in MOVES and timely[step]
    ]


def _shown(appointment_id: UUID, *, errors: Mapping[str, str] | None = None) -> str:
    with read_only(me().acting) as uow:
        mine(uow, appointment_id)
    note_openings("appointment", [appointment_id])
    with read_only(me().acting) as uow:
        session = uow.session
        appointment = mine(uow, appointment_id)
        return page(
            session,
            "staff/appointment.html",
            appointment=appointment,
            zone=appointment.location.zone,
            steps=steps_for(appointment),
            is_ahead=now() < appointment.starts_at,
            wants_clearance=appointment.state is State.REQUESTED,
            clearances=clearances.of_appointment(session, appointment.id),
            errors=errors or {},
            typed=request.form,
            **_health(uow, appointment),
            messages=ledger_lines(
                session,
                message_history.of_appointment(session, appointment.id),
                sender=clinic().sender,
                zone=appointment.location.zone,
                now=now(),
            ),
            links=[
                (link, kind_words(link.kind)) for link in links.of_appointment(uow, appointment)
            ],
            unreachable=_unreachable(uow, appointment),
            masked=masked,
        )


def _unreachable(uow: UnitOfWork, appointment: Appointment) -> list[Unreachable]:
    if appointment.patient is None:
        return []
    phone = appointment.patient.phone
    return unreachable.unreachable(uow.session, therapist_id=None, now=now(), phone=phone)


def _health(uow: UnitOfWork, appointment: Appointment) -> dict[str, object]:
    session = uow.session
    found = intakes.latest(session, appointment.id)
    patient = appointment.patient
    # A session that was cancelled does not open what the patient shares with others since.
    is_theirs = patient is not None and may_see_patient(session, me(), patient.id)
    open_ones = alerts.of_patient(session, patient) if patient and is_theirs else []
    visits = check_ins.history(session, patient.id).sessions if patient and is_theirs else ()
    return {
        "is_theirs": is_theirs,
        "intake": intake_view(*found) if found else None,
        "alerts": open_ones,
        "causes": alert_causes.causes(session, open_ones),
        "tier_words": TIER_WORDS,
        "charts": charts_of(visits[-SESSIONS_IN_SHORT:], zone_info(appointment.location.zone)),
        "visits": len(visits),
    }


def mine(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Return an appointment this person may open; any other does not exist for them."""
    appointment = appointments.get(uow, appointment_id)
    # A hold, or one that lapsed, has no patient: there is nobody to treat.
    if appointment.patient is None or not may_see(me(), appointment):
        raise NotFound("There is no such appointment.")
    return appointment


def _clearance_note() -> ClearanceNote:
    wrong = {}
    dates = {}
    for name in ("given_on", "expires_on"):
        day = read_day(request.form.get(name, ""))
        if day is None:
            wrong[name] = "Please enter a date."
        else:
            dates[name] = day
    for name in ("clinician", "scope"):
        if not request.form.get(name, "").strip():
            wrong[name] = "Please fill this in."
    if wrong:
        raise InvalidInput("The clearance needs another look.", wrong)
    return ClearanceNote(
        clinician=request.form["clinician"].strip()[:200],
        scope=request.form["scope"].strip()[:1_000],
        **dates,
    )
