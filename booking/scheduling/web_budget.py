"""What acts on the web have used of what they may set off and keep, as pages and alarms ask."""

from enum import StrEnum
from typing import NamedTuple

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import set_off_queries
from booking.messaging.kinds import Channel
from booking.messaging.web_budget import allowances, is_spent
from booking.scheduling import hold_queries as live_holds
from booking.scheduling.models import Appointment
from booking.scheduling.texting import may_text


def texts_rest(uow: UnitOfWork, appointment: Appointment) -> bool:
    """Whether what its patient does on the web now would be told by mail alone for a while."""
    session, now, patient = uow.session, uow.now, appointment.patient
    if patient is None or not may_text(uow, patient):
        return False
    allowed = allowances(uow.policies.abuse, Channel.SMS)
    to = set_off_queries.to_each(session, {patient.phone}, now).get(patient.phone, ())
    about = set_off_queries.about_each(session, {appointment.id}, now).get(
        (appointment.id, Channel.SMS), ()
    )
    return (
        allowed.to_one.room_at(to, now) is not None
        or allowed.about_one.room_at(about, now) is not None
        or is_spent(set_off_queries.in_all(session, Channel.SMS, now), allowed.in_all)
    )


class BudgetName(StrEnum):
    """What strangers may cause."""

    TEXTS_IN_HOUR = "texts_in_hour"
    TEXTS_IN_DAY = "texts_in_day"
    MAILS_IN_HOUR = "mails_in_hour"
    MAILS_IN_DAY = "mails_in_day"
    HOLDS = "holds"


_OF_CHANNEL = {
    Channel.SMS: (BudgetName.TEXTS_IN_HOUR, BudgetName.TEXTS_IN_DAY),
    Channel.EMAIL: (BudgetName.MAILS_IN_HOUR, BudgetName.MAILS_IN_DAY),
}


class Budget(NamedTuple):
    """How much of what strangers may cause in all is used."""

    name: BudgetName
    used: int
    most: int


def budgets(uow: UnitOfWork) -> list[Budget]:
    """Return every budget of the whole site, as it stands."""
    session, now, policy = uow.session, uow.now, uow.policies.abuse
    found = []
    for channel, (in_hour, in_day) in _OF_CHANNEL.items():
        used, allowed = (
            set_off_queries.in_all(session, channel, now),
            allowances(policy, channel).in_all,
        )
        found.append(Budget(in_hour, used.in_hour, allowed.per_hour))
        found.append(Budget(in_day, used.in_day, allowed.per_day))
    kept = live_holds.in_all(session, now)
    return [*found, Budget(BudgetName.HOLDS, kept, policy.holds_in_all)]
