"""The texts that wait for a person to read them."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from booking.domain.phone import masked
from booking.services import ledger
from booking.web.access import staff
from booking.web.current import runtime
from booking.web.staff_pages import note_openings, page
from booking.web.staff_session import me

bp = Blueprint("staff_inbox", __name__, url_prefix="/staff/inbox")


@bp.get("")
@staff()
def index() -> ResponseReturnValue:
    """Show the unread texts, oldest first."""
    with runtime().database.reading() as session:
        waiting = ledger.waiting_for_person(session, me().therapist_id)
        shown = {text.sid for text in waiting}
        patients = {text.patient_id for text in waiting if text.patient_id}
    note_openings("texts_of_patient", sorted(patients))
    with runtime().database.reading() as session:
        waiting = [
            text
            for text in ledger.waiting_for_person(session, me().therapist_id)
            if text.sid in shown
        ]
        return page(
            session,
            "staff/inbox.html",
            texts=waiting,
            writers=ledger.writers(session, waiting),
            masked=masked,
        )


@bp.post("/<sid>/seen")
@staff()
def seen(sid: str) -> ResponseReturnValue:
    """Note that a text was read."""
    with runtime().database.transaction() as session:
        ledger.mark_read(session, sid, user_id=me().user_id, therapist_id=me().therapist_id)
    flash("Marked as read.")
    return redirect(url_for("staff_inbox.index"), 303)
