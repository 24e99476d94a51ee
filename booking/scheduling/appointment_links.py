"""The links to an appointment: which there are, and closing them one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import LinkClosed
from booking.kit.links import mark_of
from booking.messaging import outbox
from booking.messaging.kinds import KINDS, Channel, Kind
from booking.scheduling import link_queries as closed_links
from booking.scheduling import notices
from booking.scheduling.lookup import locked, note
from booking.scheduling.models import Appointment
from booking.scheduling.states import OPEN_STATES
from booking.scheduling.texting import may_text


@dataclass(frozen=True)
class SentLink:
    """A link that a message carried."""

    mark: int
    kind: Kind
    channel: Channel
    sent_at: datetime | None
    is_closed: bool


def of_appointment(uow: UnitOfWork, appointment: Appointment) -> Sequence[SentLink]:
    """Return the links to an appointment that messages carried, the newest first."""
    closed = closed_links.closed_marks(uow.session, appointment.id)
    return [
        SentLink(
            mark_of(one.id), one.kind, one.channel, one.send_started_at, mark_of(one.id) in closed
        )
        for one in closed_links.sent_about(uow.session, appointment.id)
        if KINDS[one.kind].carries_link
    ]


def check_open(uow: UnitOfWork, appointment_id: UUID, mark: int) -> None:
    """Raise LinkClosed where this link to an appointment was closed."""
    if closed_links.is_closed(uow.session, appointment_id, mark):
        raise LinkClosed


def close(uow: UnitOfWork, appointment_id: UUID, mark: int) -> Appointment:
    """Close one link to an appointment; it opens neither the appointment nor its check-ins."""
    appointment = locked(uow, appointment_id)
    closed_links.close(uow.session, appointment.id, {mark}, uow.now)
    note(uow, appointment, "link closed")
    return appointment


def close_all(uow: UnitOfWork, appointment_id: UUID, *, but: int | None = None) -> Appointment:
    """Close every link to an appointment that anybody may hold, except the one marked `but`."""
    appointment = locked(uow, appointment_id)
    marks = _all_marks(uow, appointment) - {but}
    closed_links.close(uow.session, appointment.id, marks, uow.now)
    note(uow, appointment, "links closed")
    return appointment


def renew(uow: UnitOfWork, appointment_id: UUID) -> bool:
    """Close every link, and send a new one where there is still something to open it for."""
    appointment = close_all(uow, appointment_id)
    is_open = appointment.state in OPEN_STATES
    if is_open:
        send_new(uow, appointment)
    return is_open


def send_new(uow: UnitOfWork, appointment: Appointment) -> None:
    """Send a new link to the mail address on file, and to the phone where texts may go.

    At any hour: staff sends it to somebody who asks for it at that moment.
    """
    patient = notices.patient_of(appointment)
    channels = {Channel.EMAIL: outbox.MAIL_TTL}
    if may_text(uow, patient, appointment):
        channels[Channel.SMS] = outbox.ANSWER_TEXT_TTL
    for channel, keeps in channels.items():
        draft = notices.draft_for(
            appointment,
            Kind.MOVE_LINK,
            channel,
            due_at=uow.now,
            expires_at=uow.now + keeps,
            parts=(uow.now.isoformat(),),
        )
        outbox.queue(uow, draft)


def _all_marks(uow: UnitOfWork, appointment: Appointment) -> frozenset[int]:
    """Return the marks of links that messages carried, and of those the site itself gave.

    The site marks a link with the appointment's version; links of before there were marks
    have 0.
    """
    sent = {mark_of(one.id) for one in closed_links.sent_about(uow.session, appointment.id)}
    return frozenset(sent) | frozenset(range(appointment.version + 1))
