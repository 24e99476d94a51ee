"""Whether this process lives, whether it can serve, and whether messages get out."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from booking.clinic.actor import System
from booking.kit.faults import fault_of
from booking.monitoring import heartbeat, metrics
from booking.monitoring.alarms import alarms
from booking.monitoring.levels import queue_levels
from booking.monitoring.metrics import Level
from booking.web import processes
from booking.web.alarm_mail import email_after_response
from booking.web.current import now, read_only, runtime
from booking.web.guard import may_see_details, monitoring, public
from booking.web.machine import machine
from booking.web.visitor import proxy_fault

bp = Blueprint("health", __name__)

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/livez")
@public
def livez() -> ResponseReturnValue:
    """Say that the process answers."""
    return "ok\n", 200, PLAIN


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Say whether the database answers."""
    try:
        with read_only(System.MONITORING) as uow:
            heartbeat.read_probe(uow)
    except SQLAlchemyError:
        return "the database does not answer\n", 503, PLAIN
    return "ok\n", 200, PLAIN


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Say whether all is well, or what is not: a word a line, to those who may know.

    What is wrong would tell a stranger when to try what, so others get the status alone.
    """
    stands, over = _faults(), []
    try:
        with read_only(System.MONITORING) as uow:
            raised = alarms(uow)
            email_after_response(uow, raised)
    except SQLAlchemyError as error:
        stands.insert(0, fault_of(error) or "database")
    else:
        # What happened and is over is told, and must not hide for a day what stands in the way.
        over = [alarm.code for alarm in raised if alarm.last is not None]
        stands = [*(alarm.code for alarm in raised if alarm.last is None), *stands]
    status = 503 if stands else 200
    if not may_see_details():
        return "not well\n" if stands else "ok\n", status, PLAIN
    named = "".join(f"{word}\n" for word in dict.fromkeys([*stands, *over]))
    return named or "ok\n", status, PLAIN


def _faults() -> list[str]:
    """Return a word for whatever is wrong outside the messages."""
    proxy = proxy_fault()
    return [
        *machine().words(now()),
        *([proxy] if proxy else []),
        *processes.down(runtime().settings.data_dir),
    ]


@bp.get("/metrics")
@monitoring
def collect() -> ResponseReturnValue:
    """Give all counts, and how messages stand now, to a Prometheus server."""
    return metrics.exposition(_levels()), 200, {"Content-Type": metrics.CONTENT_TYPE}


def _levels() -> list[Level]:
    """Read what stands in the database; nothing where it does not answer."""
    try:
        with read_only(System.MONITORING) as uow:
            found = queue_levels(uow)
    except SQLAlchemyError:
        return []
    return [
        Level(
            "lupine_queue_depth",
            "Messages that are due and have not left",
            "lane",
            {lane.name.lower(): float(number) for lane, number in found.due.items()},
        ),
        Level(
            "lupine_unknown",
            "Texts of which nobody knows yet whether they left",
            "channel",
            {"sms": float(found.unknown)},
        ),
        Level(
            "lupine_alarm",
            "Whether an alarm is raised",
            "code",
            {code.value: float(is_raised) for code, is_raised in found.alarms.items()},
        ),
    ]
