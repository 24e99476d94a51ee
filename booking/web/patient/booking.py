"""Holding a slot, and the form that turns the hold into a booking."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking.clinic.actor import System
from booking.intake.rules.answers import GROUPS, QUESTIONS
from booking.kit.errors import (
    DomainError,
    HoldExpired,
    InvalidInput,
    LimitReached,
    NotFound,
    SlotNotOffered,
    SlotTaken,
    TherapistNotBookable,
)
from booking.kit.links import Scope
from booking.patients.consent import REQUIRED, WORDINGS, ConsentKind
from booking.scheduling import appointments, bookings, holds
from booking.scheduling.message_facts import LINK_TTL
from booking.scheduling.models import Appointment
from booking.web.countries import country_names
from booking.web.current import clinic, now, read_only, runtime, unit_of_work
from booking.web.formats import parse_instant
from booking.web.guard import by_link, public, subject
from booking.web.limits import BOOK_LIMIT, HOLD_LIMIT, LINK_LIMIT, limited
from booking.web.patient.booking_form import CONSENT, QUESTION, BookingForm
from booking.web.patient.evidence import visitor_evidence
from booking.web.patient.other_times import choose_another, other_starts
from booking.web.patient.search import zone_asked
from booking.web.problems import Problem, problem_of, status_of
from booking.web.send_again import shown_again_by
from booking.web.strangers import this_visitor
from booking.web.typed import read_id

bp = Blueprint("holds", __name__)

LINK_GRACE = timedelta(hours=1)
"""A hold's link outlives the hold, so that the page can still help."""

GONE = (SlotTaken, SlotNotOffered, TherapistNotBookable)


@bp.post("/holds")
@limited(HOLD_LIMIT)
@public
def create() -> ResponseReturnValue:
    """Hold the chosen slot while the patient fills in the form."""
    service_id = _service_asked()
    starts_at = parse_instant(request.form.get("starts_at", ""))
    if starts_at is None:
        raise SlotNotOffered
    try:
        held = _hold(service_id, starts_at, zone_asked(clinic().zone))
    except GONE as gone:
        return choose_another(service_id, starts_at, gone)
    return redirect(url_for("holds.show", token=_token(held)), 303)


@bp.get("/holds/<token>")
@by_link(Scope.HOLD)
def show(token: str) -> ResponseReturnValue:
    """Show the form, how long the slot is still kept, or what to do when it is not."""
    with read_only(System.BOOKING_PAGE) as uow:
        held = appointments.get(uow, subject())
        if held.patient_id is not None:
            return redirect(manage_url(held), 303)
        others = [] if holds.is_kept(held, now()) else other_starts(uow, held)
        return _form_page(held, token, BookingForm.empty(), others=others)


@bp.post("/holds/<token>")
@limited(BOOK_LIMIT)
@by_link(Scope.HOLD)
@shown_again_by(lambda why, token: _filled_in(why))
def book(token: str) -> ResponseReturnValue:
    """Book what is held; a hold that ran out is taken again where the time is still free."""
    form = BookingForm.read(request.form, clinic=clinic())
    hold_id = subject()
    try:
        booked = _book_as_it_is(form)
        if booked is None:
            hold_id = _hold_to_book(hold_id, form)
            if form.flaws:
                return _again(hold_id, form, 422)
            booked = _book(hold_id, form)
    except InvalidInput as wrong:
        return _again(hold_id, form.refused(wrong), 422)
    except (HoldExpired, LimitReached, *GONE) as gone:
        return _again(subject(), form, status_of(gone), gone=gone)
    if booked.appointment is None:
        return render_template(
            "patient/booking/stopped.html",
            assessment=booked.assessment,
            crisis=form.is_crisis,
            private=True,
        )
    if form.is_crisis:
        # Shown at once and to nobody else: the appointment's own page may be opened by others.
        onward = manage_url(booked.appointment)
        return render_template("patient/booking/help_now.html", onward=onward, private=True)
    return redirect(manage_url(booked.appointment), 303)


@bp.post("/holds/<token>/release")
@limited(LINK_LIMIT)
@by_link(Scope.HOLD)
def release(token: str) -> ResponseReturnValue:
    """Give the slot back and return to the therapist's free times."""
    with unit_of_work(System.BOOKING_PAGE) as uow:
        held = appointments.get(uow, subject())
        address = url_for("therapists.show", slug=held.therapist.slug, service=held.service_id)
        holds.release(uow, held.id)
    return redirect(address, 303)


def _filled_in(why: Problem) -> ResponseReturnValue:
    """Show the form again, filled in, where its token died with the browser's session."""
    form = BookingForm.read(request.form, clinic=clinic())
    return _again(subject(), replace(form, flaws={}), why.status.value, stale=why)


def manage_url(appointment: Appointment) -> str:
    """Return the path of an appointment's own page."""
    token = runtime().links.token(
        Scope.MANAGE,
        appointment.id,
        appointment.ends_at + LINK_TTL,
        mark=appointment.version,
    )
    return url_for("appointments.show", token=token)


def _service_asked() -> UUID:
    service_id = read_id(request.form.get("service_id", ""))
    if service_id is None:
        raise NotFound
    return service_id


def _hold(service_id: UUID, starts_at: datetime, zone: str) -> Appointment:
    with unit_of_work(System.BOOKING_PAGE) as uow:
        return holds.hold(uow, service_id, starts_at, zone, by=this_visitor())


def _book(hold_id: UUID, form: BookingForm) -> bookings.BookingResult:
    wish = replace(form.wish(), evidence=visitor_evidence())
    with unit_of_work(System.BOOKING_PAGE) as uow:
        return bookings.book(uow, hold_id, wish, by=this_visitor())


def _book_as_it_is(form: BookingForm) -> bookings.BookingResult | None:
    """Book the very hold where that is all there is to do, as it nearly always is; else None."""
    if form.flaws or "starts_at" in request.form:
        return None
    try:
        return _book(subject(), form)
    except HoldExpired:
        return None


def _hold_to_book(hold_id: UUID, form: BookingForm) -> UUID:
    chosen = parse_instant(request.form.get("starts_at", ""))
    with unit_of_work(System.BOOKING_PAGE) as uow:
        return holds.hold_to_book(
            uow, hold_id, chosen, needs_look=bool(form.flaws), by=this_visitor()
        )


def _token(held: Appointment) -> str:
    until = held.hold_expires_at or now()
    return runtime().links.token(Scope.HOLD, held.id, until + LINK_GRACE)


def _again(
    hold_id: UUID,
    form: BookingForm,
    status: int,
    *,
    gone: DomainError | None = None,
    stale: Problem | None = None,
) -> ResponseReturnValue:
    """Show the form again with everything that was typed."""
    with read_only(System.BOOKING_PAGE) as uow:
        held = appointments.get(uow, hold_id)
        others = [] if holds.is_kept(held, now()) and not gone else other_starts(uow, held)
        page = _form_page(held, _token(held), form, others=others, gone=gone, stale=stale)
    return page, status


def _form_page(
    held: Appointment,
    token: str,
    form: BookingForm,
    *,
    others: Sequence[datetime],
    gone: DomainError | None = None,
    stale: Problem | None = None,
) -> str:
    return render_template(
        "patient/booking/show.html",
        held=held,
        token=token,
        form=form,
        others=others,
        kept=holds.is_kept(held, now()),
        problem=problem_of(gone) if gone else None,
        stale=stale,
        texted_countries=country_names(clinic().texted_countries),
        is_texted=form.is_texted,
        crisis=form.is_crisis,
        now=now(),
        groups=GROUPS,
        questions=QUESTIONS,
        labels={QUESTION + question.key: question.label for question in QUESTIONS},
        consents=[(kind, WORDINGS[kind].named(**clinic().names)) for kind in ConsentKind],
        required=REQUIRED,
        q=QUESTION,
        c=CONSENT,
        private=True,
    )
