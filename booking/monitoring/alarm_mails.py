"""Mails about alarms: through the outbox, or past it where nobody empties it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from booking.clinic.actor import Actor, System
from booking.clinic.clinic import Clinic
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.clock_skew import is_ahead
from booking.kit.ids import new_id
from booking.messaging.kinds import Channel, Kind
from booking.messaging.outbox import NewMessage, queue
from booking.messaging.ports import EmailGateway, MessageRenderer, OutgoingEmail, SendOutcome
from booking.monitoring import heartbeat_queries as ticks
from booking.monitoring import queries as monitoring_queries
from booking.monitoring.alarms import Alarm, AlarmCode, alarms

ALARM_MAIL_TTL = timedelta(hours=1)
"""After that the next mail says whether it is still so."""

DIRECT_CODES = frozenset({AlarmCode.NO_SENDER})
"""A mail about these would wait for the very sender that is missing."""


class Mailer(Protocol):
    """A process that can mail by itself; the runtime is one."""

    def unit_of_work(
        self, actor: Actor, now: datetime | None = None
    ) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work that writes; it is kept when the block ends well."""
        ...

    @property
    def email(self) -> EmailGateway:
        """The mail server."""
        ...

    @property
    def texts(self) -> MessageRenderer:
        """What makes the words."""
        ...

    @property
    def clinic(self) -> Clinic:
        """Who is told."""
        ...


def mail_alarms(uow: UnitOfWork) -> list[Alarm]:
    """Write a mail for each alarm that was not mailed lately; returns those written.

    What must go past the outbox is left to `send_directly`.
    """
    told = []
    for alarm in alarms(uow):
        if alarm.code in DIRECT_CODES or _is_old_news(uow, alarm):
            continue
        if monitoring_queries.claim_interval(
            uow.session, _turn(alarm), uow.now, uow.policies.alarms.mail_every
        ):
            queue(uow, _draft(alarm, uow.clinic, uow.now))
            told.append(alarm)
    return told


def due_for_direct_email(uow: UnitOfWork, raised: Sequence[Alarm]) -> list[Alarm]:
    """Return those alarms whose mail goes past the outbox and is due; only reads."""
    return [
        alarm
        for alarm in raised
        if alarm.code in DIRECT_CODES
        and _is_free(ticks.last(uow.session, _turn(alarm)), uow.policies.alarms.mail_every, uow.now)
    ]


def _is_free(last: datetime | None, every: timedelta, now: datetime) -> bool:
    """Whether it is time again; a last time that is yet to come is a wrong clock's."""
    return last is None or now - last >= every or is_ahead(last, now)


def send_directly(due: Sequence[Alarm], mailer: Mailer, now: datetime) -> list[Alarm]:
    """Hand mails about alarms to the mail server here and now; returns those it took.

    Of any number of processes that ask, one gets the turn for an hour. It has it for a minute
    only until the mail is taken, so that a mail server that fails, or a process that dies in
    the middle, keeps nobody from being told.
    """
    told = []
    for alarm in due:
        if not _take_turn(alarm, mailer, now):
            continue
        [result] = mailer.email.send([_mail(alarm, mailer, now)])
        if result.outcome is SendOutcome.ACCEPTED:
            with mailer.unit_of_work(System.MONITORING, now) as uow:
                ticks.mark(uow.session, _turn(alarm), now)
            told.append(alarm)
    return told


def _take_turn(alarm: Alarm, mailer: Mailer, now: datetime) -> bool:
    with mailer.unit_of_work(System.MONITORING, now) as uow:
        policy = uow.policies.alarms
        taken = monitoring_queries.claim_interval(uow.session, _turn(alarm), now, policy.mail_every)
        if taken:
            again_at = now - policy.mail_every + policy.mail_again
            monitoring_queries.set_last_run(uow.session, _turn(alarm), again_at)
    return taken


def _is_old_news(uow: UnitOfWork, alarm: Alarm) -> bool:
    """Whether what happens now and then has not happened since it was last mailed."""
    told = ticks.last(uow.session, _turn(alarm))
    return alarm.last is not None and told is not None and alarm.last <= told


def _turn(alarm: Alarm) -> str:
    return f"alarm:{alarm.code}"


def _draft(alarm: Alarm, clinic: Clinic, now: datetime) -> NewMessage:
    return NewMessage(
        kind=Kind.ALARM,
        channel=Channel.EMAIL,
        recipient=_recipient(clinic),
        language=clinic.languages[0],
        zone=clinic.zone,
        due_at=now,
        expires_at=now + ALARM_MAIL_TTL,
        subject=alarm.code,
        parts=(now.isoformat(),),
        variables=_variables(alarm, clinic, now),
    )


def _mail(alarm: Alarm, mailer: Mailer, now: datetime) -> OutgoingEmail:
    clinic = mailer.clinic
    variables = {**_variables(alarm, clinic, now), "clinic": clinic.name}
    subject, text, html = mailer.texts.email(Kind.ALARM, clinic.languages[0], variables)
    return OutgoingEmail(new_id(), _recipient(clinic), subject, text, html)


def _recipient(clinic: Clinic) -> str:
    on_call = clinic.on_call or ""
    return on_call if "@" in on_call else clinic.email


def _variables(alarm: Alarm, clinic: Clinic, now: datetime) -> dict[str, object]:
    return {
        **alarm.fields,
        "alarm": alarm.code.value,
        "since": _in_words(alarm.since or now, clinic.zone),
        # The version before wrote words here, and its templates ask for them for one more release.
        "detail": "",
    }


def _in_words(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"
