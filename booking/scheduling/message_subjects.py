"""Everything a batch of messages is judged by, read at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.checkins import queries as check_in_store
from booking.checkins.models import CheckIn
from booking.clinic.clinic import Clinic
from booking.clinic.policy import ClinicPolicies
from booking.kit.advisory_locks import Space, take_turns
from booking.messaging import opt_out_queries
from booking.messaging import queries as message_store
from booking.messaging.kinds import KINDS, PROACTIVE, Channel
from booking.messaging.models import Message
from booking.messaging.send_rules import WEEK, AppointmentFacts, Situation
from booking.patients import queries as patient_store
from booking.scheduling import queries as appointment_store
from booking.scheduling import web_budget
from booking.scheduling.models import Appointment
from booking.scheduling.notice_plan import KEEPS_QUIET_HOURS
from booking.scheduling.web_budget import WebBudget
from booking.therapists import queries as therapist_store
from booking.therapists.eligibility import Credential, is_bookable


@dataclass
class Surroundings:
    """What a batch of messages is about; a constant number of statements, however many."""

    messages: Sequence[Message]
    appointments: dict[UUID, Appointment]
    claims: dict[int, list[Credential]]
    """What each therapist holds."""
    check_ins: dict[UUID, CheckIn]
    answered: frozenset[UUID]
    opted_out: frozenset[str]
    unwilling: frozenset[UUID]
    """The patients who do not agree to texts."""
    abroad: frozenset[str]
    """The phones of countries that the clinic does not text."""
    budget: WebBudget
    """What acts on the web have set off already."""
    sent: dict[str, list[datetime]] = field(default_factory=dict)

    def appointment(self, message: Message) -> Appointment | None:
        """Return the appointment a message is about."""
        return self.appointments.get(message.appointment_id) if message.appointment_id else None

    def check_in(self, message: Message) -> CheckIn | None:
        """Return the check-in a message is about."""
        return self.check_ins.get(message.check_in_id) if message.check_in_id else None

    def situation(self, message: Message, now: datetime) -> Situation:
        """Return everything that decides about one message."""
        zone = ZoneInfo(message.zone)
        is_text = message.channel is Channel.SMS
        sent = self.sent.get(message.recipient, []) if is_text else []
        today = now.astimezone(zone).date()
        return Situation(
            kind=message.kind,
            channel=message.channel,
            expires_at=message.expires_at,
            zone=zone,
            version=message.appointment_version,
            appointment=self._facts(self.appointment(message)),
            opted_out=is_text and message.recipient in self.opted_out,
            agrees_to_texts=self._agrees_to_texts(message),
            is_texted=message.recipient not in self.abroad,
            answered=message.check_in_id in self.answered,
            keeps_quiet_hours=bool(message.facts.get(KEEPS_QUIET_HOURS)),
            texts_today=sum(at.astimezone(zone).date() == today for at in sent),
            texts_this_week=sum(at > now - WEEK for at in sent),
            room_at=self.budget.room_at(message, now),
        )

    def _agrees_to_texts(self, message: Message) -> bool:
        appointment = self.appointment(message)
        is_refused = appointment is not None and appointment.by_mail_only
        return not is_refused and message.patient_id not in self.unwilling

    def count(self, message: Message, now: datetime) -> None:
        """Note that a message is about to leave, for those after it in the batch."""
        if message.channel is Channel.SMS and KINDS[message.kind].proactive:
            self.sent.setdefault(message.recipient, []).append(now)
        self.budget.count(message, now)

    def _facts(self, appointment: Appointment | None) -> AppointmentFacts | None:
        if appointment is None:
            return None
        return AppointmentFacts(
            state=appointment.state,
            version=appointment.version,
            starts_at=appointment.starts_at,
            therapist_vetted=self._is_vetted(appointment),
        )

    def _is_vetted(self, appointment: Appointment) -> bool:
        """Whether the therapist may work on the session's own day, where it takes place."""
        place = appointment.service.location
        return is_bookable(
            appointment.therapist.application_state,
            self.claims[appointment.therapist_id],
            on=appointment.starts_at.astimezone(ZoneInfo(place.zone)).date(),
            jurisdiction=place.jurisdiction,
        ).bookable


def read(
    session: Session,
    ids: Sequence[UUID],
    *,
    clinic: Clinic,
    policies: ClinicPolicies,
    now: datetime,
) -> Surroundings:
    """Lock the appointments of some messages, then the messages, and read what matters.

    In this order because whoever moves or cancels an appointment locks it before its messages.
    """
    appointments = appointment_store.lock_of_messages(session, ids)
    messages = message_store.of_ids(session, ids)
    check_in_ids = {one.check_in_id for one in messages if one.check_in_id}
    phones = {one.recipient for one in messages if one.channel is Channel.SMS}
    counted = {one.recipient for one in messages if KINDS[one.kind].proactive} & phones
    asking = {one.recipient for one in messages if KINDS[one.kind].asks} & phones
    # Before anything is counted or asked: another sender may have the same phones in hand, and
    # two that count one phone's texts at once would each find room for one more.
    take_turns(session, Space.SENDING, counted | asking | web_budget.turns_of(messages))
    return Surroundings(
        messages=messages,
        appointments={one.id: one for one in appointments},
        claims=therapist_store.claims(session, {one.therapist_id for one in appointments}),
        check_ins={one.id: one for one in check_in_store.of_ids(session, check_in_ids)},
        answered=check_in_store.answered(session, check_in_ids),
        opted_out=opt_out_queries.opted_out(session, phones, clinic.sender),
        abroad=frozenset(phone for phone in phones if not clinic.texts(phone)),
        unwilling=patient_store.unwilling(session, _asked_for_consent(messages)),
        budget=web_budget.read(session, messages, policies.abuse, now),
        sent=message_store.started_texts(session, counted, PROACTIVE, now - WEEK),
    )


def _asked_for_consent(messages: Sequence[Message]) -> set[UUID]:
    """Return the patients whose word on texts decides about one of some messages."""
    return {
        one.patient_id
        for one in messages
        if one.patient_id and one.channel is Channel.SMS and KINDS[one.kind].needs_consent
    }
