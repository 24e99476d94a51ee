"""How many messages acts on the web may set off: to one recipient, about one session, in all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from booking.clinic.policy import AbusePolicy, Allowance
from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import set_off_queries
from booking.messaging.kinds import Channel
from booking.messaging.models import Message
from booking.messaging.set_off_queries import Used

LOOKED_AT_AGAIN = timedelta(minutes=10)
"""Where all that may go in all has gone, what waits is looked at again after so long."""


@dataclass(frozen=True)
class Allowances:
    """What one channel may carry."""

    to_one: Allowance
    about_one: Allowance
    in_all: Allowance


@dataclass
class WebBudget:
    """What the web has set off lately, as far as the messages of a batch need to know."""

    policy: AbusePolicy
    to_each: dict[str, list[datetime]]
    about_each: dict[tuple[UUID, Channel], list[datetime]]
    in_all: dict[Channel, Used]

    def room_at(self, message: Message, now: datetime) -> datetime | None:
        """Return when there is room for a message that has to wait; None: it may go now."""
        recipient, channel = message.counted_as, message.channel
        if recipient is None:
            return None
        allowed = allowances(self.policy, channel)
        waits = [allowed.to_one.room_at(self.to_each.get(recipient, ()), now)]
        if message.appointment_id is not None:
            about = self.about_each.get((message.appointment_id, channel), ())
            waits.append(allowed.about_one.room_at(about, now))
        if is_spent(self.in_all[channel], allowed.in_all):
            waits.append(now + LOOKED_AT_AGAIN)
        return max((at for at in waits if at is not None), default=None)

    def count(self, message: Message, now: datetime) -> None:
        """Note that a message is about to leave, for those after it in the batch."""
        recipient, channel = message.counted_as, message.channel
        if recipient is None:
            return
        self.to_each.setdefault(recipient, []).append(now)
        if message.appointment_id is not None:
            self.about_each.setdefault((message.appointment_id, channel), []).append(now)
        in_hour, in_day = self.in_all[channel]
        self.in_all[channel] = Used(in_hour + 1, in_day + 1)


def turns_of(messages: Sequence[Message]) -> set[str]:
    """Return over what turns have to be taken before the budget of some messages is read."""
    counted = [one for one in messages if one.counted_as is not None]
    return {one.counted_as or "" for one in counted} | {f"every {one.channel}" for one in counted}


def read(uow: UnitOfWork, messages: Sequence[Message]) -> WebBudget:
    """Read what decides about some messages; nothing where the web set off none of them."""
    session, now = uow.session, uow.now
    counted = [one for one in messages if one.counted_as is not None]
    return WebBudget(
        uow.policies.abuse,
        set_off_queries.to_each(session, {one.counted_as or "" for one in counted}, now),
        set_off_queries.about_each(
            session, {one.appointment_id for one in counted if one.appointment_id}, now
        ),
        {
            channel: set_off_queries.in_all(session, channel, now)
            for channel in {one.channel for one in counted}
        },
    )


def allowances(policy: AbusePolicy, channel: Channel) -> Allowances:
    """Return what a channel may carry."""
    if channel is Channel.SMS:
        return Allowances(policy.texts_to_one, policy.texts_about_one, policy.texts_in_all)
    return Allowances(policy.mails_to_one, policy.mails_about_one, policy.mails_in_all)


def is_spent(used: Used, allowed: Allowance) -> bool:
    """Whether an hour or a day has had all it may."""
    return used.in_hour >= allowed.per_hour or used.in_day >= allowed.per_day
