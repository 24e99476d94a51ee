"""Puts appointments in every stage of their life, with a history that makes a real chart."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.checkins import service as check_ins
from booking.checkins.rules.scores import CheckInKind, Scores
from booking.checkins.service import NewAnswer
from booking.clinic.actor import Actor, PatientActor, StaffActor, System
from booking.clinic.quiet_hours import QuietHours
from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging.kinds import Kind
from booking.messaging.message import MessageEventType, MessageState
from booking.messaging.transitions import transition
from booking.patients.consent import ConsentKind
from booking.patients.service import Person, read_person
from booking.scheduling import attendance as sessions
from booking.scheduling import availability, bookings, holds
from booking.scheduling.models import Appointment
from booking.therapists.models import Service, Therapist
from demo import queries
from demo.answers import answers
from demo.cast import DemoPatient

SOON = timedelta(seconds=20)
"""What a reader watches for comes this long after the start."""

HISTORY: tuple[tuple[int, tuple[int, int, int] | None, tuple[int, int, int] | None], ...] = (
    (70, (7, 8, 6), (5, 7, 5)),
    (63, (6, 7, 6), (5, 6, 4)),
    (56, (7, 7, 5), None),
    (49, (5, 6, 5), (4, 6, 3)),
    (42, (6, 8, 6), (6, 6, 4)),
    (35, None, (4, 5, 3)),
    (28, (6, 6, 5), (3, 5, 3)),
    (21, (5, 7, 4), (5, 7, 5)),
    (14, (6, 6, 5), (3, 4, 3)),
    (7, (5, 5, 4), (3, 5, 2)),
)
"""Days ago, the numbers before, and the numbers a day after; the gaps are part of it."""


@dataclass
class Stage:
    """Books for the demo's patients through the same services as everybody else."""

    uow: UnitOfWork
    coordinator: StaffActor

    @property
    def now(self) -> datetime:
        """Return when somebody looks at the demo."""
        return self.uow.now

    def _as_of(self, at: datetime, actor: Actor) -> UnitOfWork:
        """Return the unit of work as somebody would have had it at some time in the past."""
        return replace(self.uow, now=at, actor=actor)

    def book(
        self,
        therapist: Therapist,
        patient: DemoPatient,
        starts_at: datetime,
        *,
        booked_at: datetime,
        **intake: str | list[str],
    ) -> Appointment:
        """Book the free slot nearest to an instant, as of some time in the past."""
        service = min(therapist.services, key=lambda one: abs(one.minutes - 60))
        uow = self._as_of(booked_at, System.BOOKING_PAGE)
        slot = _nearest_slot(uow, service, starts_at)
        held = holds.hold(uow, service.id, slot, service.location.zone)
        typed = Person(patient.name, patient.phone, patient.email, patient.language)
        wish = bookings.BookingRequest(
            person=read_person(typed, clinic=uow.clinic),
            answers=answers(**intake),
            consents=frozenset(ConsentKind),
        )
        booked = bookings.book(uow, held.id, wish).appointment
        if booked is None:
            raise LookupError("the demo's answers must allow a booking")
        return booked

    def step(
        self,
        verb: Callable[[UnitOfWork, UUID], Appointment],
        appointment: Appointment,
        at: datetime,
    ) -> None:
        """Take one step of an appointment at some time in the past."""
        verb(self._as_of(at, self.coordinator), appointment.id)

    def done(
        self,
        therapist: Therapist,
        patient: DemoPatient,
        day: datetime,
        before: tuple[int, int, int] | None,
        after: tuple[int, int, int] | None,
    ) -> Appointment:
        """Add a session of the past with the numbers around it."""
        appointment = self.book(
            therapist, patient, day, booked_at=day - timedelta(days=9), pressure="2"
        )
        self._answer(appointment, CheckInKind.BASELINE, before, appointment.starts_at)
        self.step(sessions.finish, appointment, appointment.ends_at)
        asked_at = appointment.ends_at + timedelta(hours=25)
        self._answer(appointment, CheckInKind.AFTER_24H, after, asked_at)
        self.settle(appointment)
        return appointment

    def settle(self, appointment: Appointment) -> None:
        """Let every message that was due in the past have arrived when it was due."""
        self.uow.session.flush()
        for message in queries.due_messages(self.uow.session, appointment.id, self.now):
            message.accepted_at = message.due_at + timedelta(seconds=1)
            arrived = replace(self.uow, now=message.due_at + timedelta(seconds=3))
            transition(arrived, message, MessageState.DELIVERED, event=MessageEventType.DELIVERED)

    def bring_forward(self, appointment: Appointment, kind: Kind) -> None:
        """Let the next message of a kind come due within the first minute."""
        message = queries.next_message(self.uow.session, appointment.id, kind)
        if message is not None:
            message.due_at = message.next_attempt_at = self.now + SOON

    def _answer(
        self,
        appointment: Appointment,
        kind: CheckInKind,
        numbers: tuple[int, int, int] | None,
        at: datetime,
    ) -> None:
        check_in = queries.check_in(self.uow.session, appointment.id, kind)
        if numbers is None or check_in is None:
            return
        at = min(at, check_in.closes_at - timedelta(minutes=1))
        uow = self._as_of(at, PatientActor(check_in.patient_id))
        check_ins.record_scores(uow, check_in.id, NewAnswer(Scores(*numbers), "sms"))


def _nearest_slot(uow: UnitOfWork, service: Service, at: datetime) -> datetime:
    zone = ZoneInfo(service.location.zone)
    free = availability.free_slots(
        uow,
        service.id,
        first=at.astimezone(zone).date() - timedelta(days=1),
        days=6,
        zone=zone,
    )
    return min((slot.starts_at for slot in free), key=lambda start: abs(start - at))


def awake(zones: list[str], quiet: QuietHours, now: datetime) -> str:
    """Return the first of these zones in which texts may go now and for the next minutes."""
    soon = now + timedelta(minutes=10)
    for zone in zones:
        place = ZoneInfo(zone)
        if not quiet.is_quiet(now, place) and not quiet.is_quiet(soon, place):
            return zone
    return zones[0]


def at_local(day: datetime, wall: time, zone: str) -> datetime:
    """Return a wall time on the local day of an instant."""
    local = day.astimezone(ZoneInfo(zone))
    return local.replace(
        hour=wall.hour, minute=wall.minute, second=0, microsecond=0, fold=0
    ).astimezone(day.tzinfo)
