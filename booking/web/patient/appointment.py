"""An appointment's own page, opened by its link: see, confirm, move, cancel, keep."""

from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking.checkins import service as check_ins
from booking.clinic.actor import System
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import CutOffPassed, DomainError, InvalidTransition, SlotNotOffered
from booking.kit.links import Scope
from booking.scheduling import appointment_links as links
from booking.scheduling import appointments, proofs, web_budget
from booking.scheduling import ics as invitations
from booking.scheduling.models import Appointment
from booking.scheduling.states import OPEN_STATES
from booking.web.countries import country_names
from booking.web.current import clinic, now, read_only, runtime
from booking.web.formats import parse_instant
from booking.web.guard import by_link, link_mark, subject
from booking.web.language import gettext
from booking.web.limits import LINK_LIMIT, limited
from booking.web.patient.asked_settings import asked_settings
from booking.web.patient.booking import GONE, manage_url
from booking.web.patient.link_holder import speak_as_booked, unit_of_work_of_holder
from booking.web.patient.search import week_of_slots
from booking.web.problems import problem_of, status_of
from booking.web.zones import visitor_zone, zone_options

bp = Blueprint("appointments", __name__)

DAY = timedelta(days=1)


@bp.get("/a/<token>")
@by_link(Scope.MANAGE)
def show(token: str) -> ResponseReturnValue:
    """Show what, when and where, and what can be done about it."""
    return _page(token)


@bp.get("/a/<token>/calendar.ics")
@by_link(Scope.MANAGE)
def calendar_file(token: str) -> ResponseReturnValue:
    """Hand out the session as a calendar file."""
    with read_only(System.BOOKING_PAGE) as uow:
        appointment = appointments.get(uow, subject())
        # Published, not sent: whoever holds the link learns no name and no mail address.
        patient = appointment.patient
        content = invitations.invitation(
            appointment,
            clinic=clinic(),
            language=patient.language if patient else clinic().languages[0],
            method="PUBLISH",
            now=now(),
        )
    named = {"Content-Disposition": 'attachment; filename="session.ics"'}
    return Response(content, content_type="text/calendar; charset=utf-8", headers=named)


@bp.post("/a/<token>/confirm")
@limited(LINK_LIMIT)
@by_link(Scope.MANAGE)
def confirm(token: str) -> ResponseReturnValue:
    """Note that the patient will come."""
    try:
        with unit_of_work_of_holder() as uow:
            appointments.confirm_by_link(uow, subject(), link_mark())
    except InvalidTransition as refused:
        return _page(token, refused)
    flash(gettext("Thank you. Your therapist knows you are coming."))
    return redirect(url_for("appointments.show", token=token), 303)


@bp.post("/a/<token>/settings")
@limited(LINK_LIMIT)
@by_link(Scope.MANAGE)
def settings(token: str) -> ResponseReturnValue:
    """Take the settings the form asked for from now on, or leave the patient's own."""
    takes = request.form.get("takes") == "yes"
    with unit_of_work_of_holder() as uow:
        is_done = proofs.decide(uow, subject(), link_mark(), takes=takes)
    if is_done:
        flash(
            gettext("These settings hold from now on.")
            if takes
            else gettext("Everything stays as it was.")
        )
    return redirect(url_for("appointments.show", token=token), 303)


@bp.post("/a/<token>/close-links")
@limited(LINK_LIMIT)
@by_link(Scope.MANAGE)
def close_links(token: str) -> ResponseReturnValue:
    """Close every other link to this appointment, where one fell into other hands."""
    with unit_of_work_of_holder() as uow:
        links.close_all(uow, subject(), but=link_mark())
    flash(gettext("Every other link to this session is closed. This page stays open to you."))
    return redirect(url_for("appointments.show", token=token), 303)


@bp.get("/a/<token>/cancel")
@by_link(Scope.MANAGE)
def ask_cancel(token: str) -> ResponseReturnValue:
    """Ask once more before a session is given up."""
    with read_only(System.BOOKING_PAGE) as uow:
        appointment = appointments.get(uow, subject())
        if not _may_change(uow, appointment):
            return redirect(url_for("appointments.show", token=token), 303)
        speak_as_booked(appointment)
        return render_template(
            "patient/appointment/cancel.html",
            appointment=appointment,
            zone=visitor_zone(appointment.patient_zone),
            token=token,
            private=True,
        )


@bp.post("/a/<token>/cancel")
@limited(LINK_LIMIT)
@by_link(Scope.MANAGE)
def cancel(token: str) -> ResponseReturnValue:
    """Cancel the session; its reminders end with it."""
    try:
        with unit_of_work_of_holder() as uow:
            appointments.cancel(uow, subject())
    except (CutOffPassed, InvalidTransition) as refused:
        return _page(token, refused)
    return redirect(url_for("appointments.show", token=token), 303)


@bp.get("/a/<token>/move")
@by_link(Scope.MANAGE)
def choose_time(token: str) -> ResponseReturnValue:
    """Show the free times of the same therapist and service."""
    return _move_page(token)


@bp.post("/a/<token>/move")
@limited(LINK_LIMIT)
@by_link(Scope.MANAGE)
def move(token: str) -> ResponseReturnValue:
    """Move the session to the chosen time."""
    starts_at = parse_instant(request.form.get("starts_at", ""))
    try:
        if starts_at is None:
            raise SlotNotOffered
        with unit_of_work_of_holder() as uow:
            moved = appointments.move_by_link(uow, subject(), starts_at, link_mark())
    except GONE as gone:
        return _move_page(token, gone)
    except (CutOffPassed, InvalidTransition) as refused:
        return _page(token, refused)
    flash(
        gettext(
            "Your session is moved. We write to you about it in a minute; reminders follow it too."
        )
    )
    # A new link: the old one closes some time after the old date.
    return redirect(manage_url(moved), 303)


def _may_change(uow: UnitOfWork, appointment: Appointment) -> bool:
    return appointment.state in OPEN_STATES and appointments.may_change(uow, appointment)


def _check_in_address(uow: UnitOfWork, appointment: Appointment) -> str | None:
    """Return where to give the three numbers before the session, on its day."""
    baseline = check_ins.baseline_to_answer(uow, appointment)
    if baseline is None:
        return None
    token = runtime().links.token(
        Scope.CHECK_IN, baseline.id, baseline.closes_at + DAY, mark=link_mark()
    )
    return url_for("check_ins.show", token=token)


def _page(token: str, refused: DomainError | None = None) -> ResponseReturnValue:
    cutoff = runtime().policies.booking.change_cutoff
    with read_only(System.BOOKING_PAGE) as uow:
        appointment = appointments.get(uow, subject())
        speak_as_booked(appointment)
        page = render_template(
            "patient/appointment/show.html",
            appointment=appointment,
            state=appointment.state.value,
            zone=visitor_zone(appointment.patient_zone),
            token=token,
            may_change=_may_change(uow, appointment),
            check_in_address=_check_in_address(uow, appointment),
            upcoming=appointment.starts_at > now(),
            change_until=appointments.change_until(uow, appointment),
            cutoff_hours=cutoff.total_seconds() / 3_600,
            is_texted=appointment.patient is None or clinic().texts(appointment.patient.phone),
            texts_rest=web_budget.texts_rest(uow, appointment),
            texts_are_stopped=proofs.may_learn_of_stop(uow, appointment, link_mark()),
            texts_number=clinic().sender if clinic().sender.startswith("+") else "",
            texted_countries=country_names(clinic().texted_countries),
            problem=problem_of(refused) if refused else None,
            asked=asked_settings(uow, appointment, link_mark()),
            private=True,
        )
    return page, status_of(refused) if refused else 200


def _move_page(token: str, gone: DomainError | None = None) -> ResponseReturnValue:
    with read_only(System.BOOKING_PAGE) as uow:
        appointment = appointments.get(uow, subject())
        if not _may_change(uow, appointment):
            return redirect(url_for("appointments.show", token=token), 303)
        speak_as_booked(appointment)
        zone = visitor_zone(appointment.patient_zone)
        page = render_template(
            "patient/appointment/move.html",
            appointment=appointment,
            token=token,
            zone=zone,
            zones=zone_options(zone, appointment.location.zone),
            week=week_of_slots(uow, appointment.service_id, zone, moving=appointment.id),
            problem=problem_of(gone) if gone else None,
            private=True,
        )
    return page, status_of(gone) if gone else 200
