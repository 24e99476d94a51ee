"""A patient's check-ins over time, for those who treat them."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from booking.checkins.rules.scores import Item
from booking.desk import calendar, records
from booking.kit.phone import mask
from booking.web.current import read_only
from booking.web.guard import staff
from booking.web.staff import trend_words
from booking.web.staff.alerts import TIER_WORDS
from booking.web.staff.charts import charts_of
from booking.web.staff.layout import audit_views, render_staff
from booking.web.staff.session import current_actor
from booking.web.zones import zone_info

bp = Blueprint("staff_patients", __name__, url_prefix="/staff/patients")


@bp.get("/<uuid:patient_id>")
@staff()
def show(patient_id: UUID) -> ResponseReturnValue:
    """Show what a patient's check-ins say, session by session, and record that it was opened."""
    with read_only(current_actor()) as uow:
        record = records.of_patient(uow, patient_id)
        zone = calendar.own_zone(uow)
        shown = render_staff(
            uow,
            "staff/patient.html",
            patient=record.patient,
            trend=record.trend,
            charts=charts_of(record.trend.sessions, zone_info(zone)),
            zone=zone,
            caption=trend_words.caption(record.trend),
            medians={item: trend_words.median_words(record.trend, item) for item in Item},
            appointments=record.appointments,
            alerts=record.open_alerts.alerts,
            causes=record.open_alerts.causes,
            tier_words=TIER_WORDS,
            unreachable=record.unreachable,
            masked=mask,
        )
    audit_views("patient", [patient_id])
    return shown
