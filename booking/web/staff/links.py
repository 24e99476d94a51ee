"""The links a patient was sent: staff closes one, or all of them and sends a new one."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from booking.desk import records
from booking.scheduling import appointment_links as links
from booking.web.current import unit_of_work
from booking.web.guard import staff
from booking.web.language import gettext
from booking.web.staff.session import current_actor

bp = Blueprint(
    "staff_links", __name__, url_prefix="/staff/appointments/<uuid:appointment_id>/links"
)


@bp.post("/<int(max=16777215):mark>/close")
@staff()
def close(appointment_id: UUID, mark: int) -> ResponseReturnValue:
    """Close one link."""
    with unit_of_work(current_actor()) as uow:
        records.get_appointment(uow, appointment_id)
        links.close(uow, appointment_id, mark)
    return _back(appointment_id, gettext("That link opens nothing any more."))


@bp.post("/renew")
@staff()
def renew(appointment_id: UUID) -> ResponseReturnValue:
    """Close every link, and send a new one where there is still something to open it for."""
    with unit_of_work(current_actor()) as uow:
        records.get_appointment(uow, appointment_id)
        is_sent = links.renew(uow, appointment_id)
    return _back(
        appointment_id,
        gettext("All links are closed. A new one is on its way to the patient.")
        if is_sent
        else gettext("All links are closed."),
    )


def _back(appointment_id: UUID, said: str) -> ResponseReturnValue:
    flash(said)
    address = url_for("staff_appointments.show", appointment_id=appointment_id, _anchor="links")
    return redirect(address, 303)
