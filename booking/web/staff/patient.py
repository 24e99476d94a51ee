"""A patient's check-ins over time, for those who treat them."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from booking.checkins.rules import Item
from booking.checkins.trend import MEDIAN_OF, Trend
from booking.desk import calendar, records
from booking.kit.phone import masked
from booking.web.current import read_only
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
    with read_only(me()) as uow:
        records.get_patient(uow, patient_id)
    note_openings("patient", [patient_id])
    with read_only(me()) as uow:
        record = records.of_patient(uow, patient_id)
        zone = calendar.own_zone(uow)
        return page(
            uow,
            "staff/patient.html",
            patient=record.patient,
            trend=record.trend,
            charts=charts_of(record.trend.sessions, zone_info(zone)),
            zone=zone,
            trend_words={item: _in_words(record.trend, item) for item in Item},
            appointments=record.appointments,
            alerts=record.open_alerts.alerts,
            causes=record.open_alerts.causes,
            tier_words=TIER_WORDS,
            unreachable=record.unreachable,
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
