"""What hangs on an account that is about to be switched off: what others have to take over."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from booking.accounts import administration
from booking.accounts.models import Role
from booking.accounts.service import actor_of, is_usable
from booking.clinic.unit_of_work import UnitOfWork
from booking.conversations import waiting
from booking.desk import calendar_queries
from booking.safety import alerts
from booking.scheduling.models import Appointment


@dataclass(frozen=True)
class Hanging:
    """What somebody leaves behind."""

    sessions: Sequence[Appointment]
    """What patients still expect of them, the earliest first."""
    alerts_in_hand: int
    alerts_of_patients: int
    texts: int
    """Texts of their own patients that nobody has read."""
    is_on_call: bool

    @property
    def is_nothing(self) -> bool:
        """Whether nothing waits for anybody."""
        waits = (self.alerts_in_hand, self.alerts_of_patients, self.texts, self.is_on_call)
        return not (self.sessions or any(waits))


def hanging_on(uow: UnitOfWork, user_id: UUID) -> Hanging:
    """Return what hangs on an account; only administrators ask."""
    user = administration.get(uow, user_id)
    sessions: Sequence[Appointment] = ()
    of_patients = texts = 0
    if user.role is Role.THERAPIST and user.therapist_id is not None and is_usable(user):
        sessions = calendar_queries.coming_of(uow.session, uow.actor, user.therapist_id, uow.now)
        theirs = uow.acting_as(actor_of(user))
        of_patients, texts = alerts.count_open(theirs), waiting.count_waiting(theirs)
    return Hanging(
        sessions=sessions,
        alerts_in_hand=alerts.count_in_hand(uow, user_id),
        alerts_of_patients=of_patients,
        texts=texts,
        is_on_call=(uow.clinic.on_call or "").casefold() == user.email,
    )
