"""Alarms: what keeps messages from getting out, told before a patient misses one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.domain.carrier_errors import CARRIER_ERRORS
from booking.domain.message import Channel, Kind
from booking.domain.policy import ClinicPolicies
from booking.models import Sender
from booking.ports import Clinic
from booking.services.outbox import Draft, queue
from booking.store import alarms as store
from booking.store import ticks

MAIL_KEEPS = timedelta(hours=1)
"""After that the next mail says whether it is still so."""


class AlarmCode(StrEnum):
    """What can be wrong; the words stand in addresses of monitors, so they stay as they are."""

    LATE = "messages_late"
    STOPPED = "sender_stopped"
    NO_SENDER = "no_sender"


@dataclass(frozen=True)
class Alarm:
    """One thing that is wrong, in a sentence for staff; never anything about a patient.

    `since` is None where it has never been right.
    """

    code: AlarmCode
    sentence: str
    since: datetime | None
    detail: str = ""


def alarms(
    session: Session, clinic: Clinic, policies: ClinicPolicies, now: datetime
) -> list[Alarm]:
    """Return what is wrong now, the cause before what follows from it."""
    looked_for = (
        _no_sender(session, policies, now),
        _sender_stopped(session, clinic),
        _messages_late(session, policies, now),
    )
    return [alarm for alarm in looked_for if alarm is not None]


def mail_alarms(
    session: Session, clinic: Clinic, policies: ClinicPolicies, now: datetime
) -> list[Alarm]:
    """Write a mail for each alarm that was not mailed lately; returns those written."""
    told = []
    for alarm in alarms(session, clinic, policies, now):
        if store.take_turn(session, f"alarm:{alarm.code}", now, policies.alarms.mail_every):
            queue(session, _mail(alarm, clinic, now), now=now)
            told.append(alarm)
    return told


def _no_sender(session: Session, policies: ClinicPolicies, now: datetime) -> Alarm | None:
    seen = ticks.last(session, ticks.SENDING)
    if seen is not None and now - seen <= policies.alarms.silence:
        return None
    return Alarm(
        AlarmCode.NO_SENDER,
        "Nothing sends our messages: no sender has been seen at work for a minute.",
        seen,
    )


def _sender_stopped(session: Session, clinic: Clinic) -> Alarm | None:
    sender = session.get(Sender, clinic.sender)
    if sender is None or sender.stopped_at is None:
        return None
    known = CARRIER_ERRORS.get(sender.error_code or 0)
    why = known.for_staff if known else f"The carrier's error is {sender.error_code}."
    return Alarm(AlarmCode.STOPPED, f"Our texts are stopped. {why}", sender.stopped_at, why)


def _messages_late(session: Session, policies: ClinicPolicies, now: datetime) -> Alarm | None:
    oldest = store.oldest_due(session, now)
    if oldest is None or now - oldest <= policies.alarms.overdue:
        return None
    return Alarm(
        AlarmCode.LATE, "Messages wait too long: the oldest should have left by now.", oldest
    )


def _mail(alarm: Alarm, clinic: Clinic, now: datetime) -> Draft:
    on_call = clinic.on_call or ""
    return Draft(
        kind=Kind.ALARM,
        channel=Channel.EMAIL,
        recipient=on_call if "@" in on_call else clinic.email,
        language=clinic.languages[0],
        zone=clinic.zone,
        due_at=now,
        expires_at=now + MAIL_KEEPS,
        subject=alarm.code,
        parts=(now.isoformat(),),
        facts={
            "alarm": alarm.code.value,
            "since": _in_words(alarm.since or now, clinic.zone),
            "detail": alarm.detail,
        },
    )


def _in_words(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"
