"""What messages say and ask about appointments, and whether it is still so as they leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import KINDS, Topic
from booking.messaging.models import Message
from booking.messaging.ports import CalendarFile, Links
from booking.messaging.reason import Reason
from booking.scheduling import message_facts
from booking.scheduling import queries as appointment_queries
from booking.scheduling.ics import invitation
from booking.scheduling.models import Appointment
from booking.scheduling.rules.staleness import AppointmentFacts, staleness
from booking.therapists import queries as therapist_store
from booking.therapists.eligibility import CredentialFacts, is_bookable


@dataclass(frozen=True)
class AppointmentSubjects:
    """The appointments that messages are about."""

    links: Links

    def lock(self, uow: UnitOfWork, message_ids: Sequence[UUID]) -> "LockedAppointments":
        """Lock the appointments of some messages, always in the same order."""
        found = appointment_queries.lock_of_messages(uow.session, message_ids)
        return LockedAppointments(uow, self.links, {one.id: one for one in found})

    def is_current(self, uow: UnitOfWork, message: Message) -> bool:
        """Return whether the appointment has the time still that a message was written for."""
        if message.appointment_id is None:
            return True
        appointment = appointment_queries.find(uow.session, message.appointment_id)
        return appointment is None or appointment.version == message.appointment_version


@dataclass(frozen=True)
class LockedAppointments:
    """The appointments of some messages, locked."""

    uow: UnitOfWork
    links: Links
    appointments: dict[UUID, Appointment]

    def read(self, _messages: Sequence[Message]) -> "AppointmentBatch":
        """Read what their therapists hold."""
        therapists = {one.therapist_id for one in self.appointments.values()}
        claims = therapist_store.claims(self.uow.session, therapists)
        return AppointmentBatch(self.uow, self.links, self.appointments, claims)


@dataclass(frozen=True)
class AppointmentBatch:
    """The appointments of some messages, and what their therapists hold."""

    uow: UnitOfWork
    links: Links
    appointments: dict[UUID, Appointment]
    claims: dict[int, list[CredentialFacts]]

    def staleness(self, message: Message) -> Reason | None:
        """Return why a message would no longer be true of its appointment, or None."""
        appointment = self._of(message)
        if appointment is None:
            return None
        facts = AppointmentFacts(
            state=appointment.state,
            version=appointment.version,
            starts_at=appointment.starts_at,
            therapist_vetted=self._is_vetted(appointment),
        )
        return staleness(message.kind, message.appointment_version, facts, self.uow.now)

    def allows_texts(self, message: Message) -> bool:
        """Return whether the form that booked the session agreed to texts about it."""
        appointment = self._of(message)
        return appointment is None or not appointment.by_mail_only

    def question(self, message: Message) -> OpenQuestion | None:
        """Return whether the patient will come, where a text asks it."""
        appointment = self._of(message)
        if appointment is None or KINDS[message.kind].asks is not Topic.ATTENDANCE:
            return None
        return message_facts.question_about(
            message,
            appointment,
            Topic.ATTENDANCE,
            asked_at=self.uow.now,
            expires_at=appointment.starts_at,
        )

    def facts(self, message: Message) -> Mapping[str, object]:
        """Return what a template tells of the session."""
        appointment = self._of(message)
        if appointment is None:
            return {}
        return message_facts.facts_of(message, appointment, self.links)

    def calendar(self, message: Message) -> CalendarFile | None:
        """Return the session as a calendar file, where a mail of this kind brings it."""
        appointment = self._of(message)
        asked = KINDS[message.kind].invitation
        if appointment is None or asked is None:
            return None
        content = invitation(
            appointment,
            clinic=self.uow.clinic,
            language=message.language,
            method=asked.value,
            now=self.uow.now,
        )
        return CalendarFile(asked.value, content)

    def _of(self, message: Message) -> Appointment | None:
        return self.appointments.get(message.appointment_id) if message.appointment_id else None

    def _is_vetted(self, appointment: Appointment) -> bool:
        """Whether the therapist may work on the session's own day, where it takes place."""
        place = appointment.service.location
        return is_bookable(
            appointment.therapist.application_state,
            self.claims[appointment.therapist_id],
            on=appointment.starts_at.astimezone(ZoneInfo(place.zone)).date(),
            jurisdiction=place.jurisdiction,
        ).bookable
