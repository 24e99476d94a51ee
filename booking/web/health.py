"""Whether this process lives, whether it can serve, and whether messages get out."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from booking import metrics
from booking.metrics import Level
from booking.services.alarms import alarms
from booking.services.metrics import standing
from booking.web import processes
from booking.web.access import monitoring, public
from booking.web.alarm_mail import mail_behind
from booking.web.current import clinic, now, runtime
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
        with runtime().database.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "the database does not answer\n", 503, PLAIN
    return "ok\n", 200, PLAIN


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Say whether messages get out, or name each alarm by its code, one a line."""
    stopped = "".join(f"{word}\n" for word in processes.down(runtime().settings.data_dir))
    try:
        with runtime().database.reading() as session:
            raised = alarms(session, clinic(), runtime().policies, now())
            mail_behind(session, raised)
    except SQLAlchemyError:
        return f"database\n{stopped}", 503, PLAIN
    fault = proxy_fault()
    named = "".join(f"{code}\n" for code in [*(alarm.code for alarm in raised), fault] if code)
    named += stopped
    # What happened and is over is told, and must not hide for a day what stands in the way now.
    stands = bool(stopped or fault) or any(alarm.last is None for alarm in raised)
    return named or "ok\n", 503 if stands else 200, PLAIN


@bp.get("/metrics")
@monitoring
def collect() -> ResponseReturnValue:
    """Give all counts, and how messages stand now, to a Prometheus server."""
    return metrics.exposition(_levels()), 200, {"Content-Type": metrics.CONTENT_TYPE}


def _levels() -> list[Level]:
    """Read what stands in the database; nothing where it does not answer."""
    try:
        with runtime().database.reading() as session:
            found = standing(session, clinic(), runtime().policies, now())
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
