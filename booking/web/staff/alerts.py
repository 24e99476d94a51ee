"""Alerts: what a person must look at, taken in hand and closed."""

from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from booking.desk import alert_causes
from booking.kit.errors import InvalidInput
from booking.safety import alerts
from booking.safety.rules.red_flags import Tier
from booking.web.current import read_only, unit_of_work
from booking.web.guard import staff
from booking.web.language import gettext, marked
from booking.web.problems import status_of
from booking.web.send_again import shown_again_by
from booking.web.sentences import sentence
from booking.web.staff.layout import audit_views, render_staff
from booking.web.staff.session import current_actor
from booking.web.typed import read_number

bp = Blueprint("staff_alerts", __name__, url_prefix="/staff/alerts")

OUTCOMES: Final = {
    "spoke": marked("Spoke with the patient"),
    "doctor": marked("Patient sees a doctor"),
    "emergency": marked("Emergency services were called"),
    "unreachable": marked("Could not be reached after several tries"),
    "no_action": marked("Read; nothing to do"),
    "false_alarm": marked("False alarm"),
}
LONGEST_NOTE: Final = 1_000
MOST_JOINED: Final = 999_999

TIER_WORDS: Final = {
    Tier.RED: (marked("Emergency signs"), marked("Call the patient now.")),
    Tier.CRISIS: (marked("Crisis"), marked("Call the patient now. Not to be discussed by text.")),
    Tier.AMBER: (marked("Needs a call"), marked("Within one business day.")),
    Tier.REVIEW: (marked("To be read"), marked("Today.")),
}


@bp.get("")
@staff()
def index() -> ResponseReturnValue:
    """Show the alerts nobody has closed, most urgent first."""
    return _list()


@bp.post("/<uuid:alert_id>/acknowledge")
@staff()
def acknowledge(alert_id: UUID) -> ResponseReturnValue:
    """Take an alert in hand."""
    with unit_of_work(current_actor()) as uow:
        alerts.acknowledge(uow, alert_id)
    flash(gettext("The alert is in your hands."))
    return redirect(url_for("staff_alerts.index"), 303)


@bp.post("/<uuid:alert_id>/close")
@staff()
@shown_again_by(lambda why, alert_id: _list(tried=alert_id, problem=why.message))
def close(alert_id: UUID) -> ResponseReturnValue:
    """Close an alert with what came of it."""
    try:
        with unit_of_work(current_actor()) as uow:
            alerts.get(uow, alert_id)
            alerts.close(uow, alert_id, _outcome(), seen=_seen())
    except InvalidInput as wrong:
        return _list(tried=alert_id, problem=sentence(wrong)), status_of(wrong)
    flash(gettext("The alert is closed."))
    return redirect(url_for("staff_alerts.index"), 303)


def _list(*, tried: UUID | None = None, problem: str = "") -> str:
    """Render the list; `tried` is the alert whose form needs another look."""
    with read_only(current_actor()) as uow:
        found = alerts.open_alerts(uow)
        ids = [alert.id for alert in found]
        shown = render_staff(
            uow,
            "staff/alerts.html",
            alerts=found,
            causes=alert_causes.causes(uow, found),
            names=alerts.assignees(uow, found),
            tier_words=TIER_WORDS,
            outcomes=OUTCOMES,
            tried=tried,
            problem=problem,
            typed=request.form,
        )
    audit_views("alert", ids)
    return shown


def _seen() -> int:
    """Return how many joined texts and answers the page told of that is answered here."""
    return read_number(request.form.get("seen", ""), MOST_JOINED) or 0


def _outcome() -> str:
    chosen = OUTCOMES.get(request.form.get("outcome", ""))
    note = request.form.get("note", "").strip()
    if chosen is None:
        raise InvalidInput("outcome_not_chosen")
    if len(note) > LONGEST_NOTE:
        raise InvalidInput("outcome_note_too_long", longest=LONGEST_NOTE)
    return f"{chosen}. {note}".strip()
