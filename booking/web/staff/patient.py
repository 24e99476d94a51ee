"""A patient's check-ins over time, for those who treat them."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from booking.checkins import service as check_ins
from booking.checkins.rules import Item
from booking.checkins.trend import MEDIAN_OF, Trend
from booking.desk import alert_causes, calendar
from booking.desk import bad_numbers as unreachable
from booking.kit.errors import NotFound
from booking.kit.phone import masked
from booking.patients.models import Patient
from booking.safety import alerts
from booking.scheduling.visibility import may_see_patient
from booking.web.current import clinic, now, runtime
from booking.web.guard import staff
from booking.web.staff.alerts import TIER_WORDS
from booking.web.staff.charts import charts_of
from booking.web.staff.layout import note_openings, page
from booking.web.staff.session import me
from booking.web.zones import zone_info

bp = Blueprint("staff_patients", __name__, url_prefix="/staff/patients")


@bp.get("/<uuid:patient_id>")
@staff()
def show(patient_id: UUID) -> ResponseReturnValue:
    """Show what a patient's check-ins say, session by session, and record that it was opened."""
    with runtime().database.reading() as session:
        # Who may not open a patient learns nothing, not even that there is one.
        if not may_see_patient(session, me(), patient_id) or not session.get(Patient, patient_id):
            raise NotFound("There is no such patient.")
    note_openings("patient", [patient_id])
    with runtime().database.reading() as session:
        trend = check_ins.history(session, patient_id)
        whose = me().therapist_id
        zone = clinic().zone if whose is None else calendar.home_zone(session, whose, clinic().zone)
        patient = session.get_one(Patient, patient_id)
        open_ones = alerts.of_patient(session, patient)
        return page(
            session,
            "staff/patient.html",
            patient=patient,
            trend=trend,
            charts=charts_of(trend.sessions, zone_info(zone)),
            zone=zone,
            trend_words={item: _in_words(trend, item) for item in Item},
            appointments=calendar.of_patient(session, patient_id, therapist_id=whose),
            alerts=open_ones,
            causes=alert_causes.causes(session, open_ones),
            tier_words=TIER_WORDS,
            unreachable=unreachable.unreachable(
                session, therapist_id=None, now=now(), phone=patient.phone
            ),
            masked=masked,
        )


def _in_words(trend: Trend, item: Item) -> str:
    """Say an item's median change, and call it better or worse only where the trend does."""
    found = trend.items[item]
    if found.median is None:
        return "No session has both answers yet."
    looked_at = min(trend.pairs, MEDIAN_OF)
    over = (
        "the one complete session" if looked_at == 1 else f"the last {looked_at} complete sessions"
    )
    points = f"{found.median:+g}".replace("-", "−") if found.median else "0"
    name = f": {found.label.value}" if found.label is not None else ""
    return f"Median change over {over}: {points} points{name}."
