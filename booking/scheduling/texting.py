"""Whether what has to be told may be told by text."""

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import opt_out_queries
from booking.patients import queries as patient_store
from booking.patients.models import Patient
from booking.scheduling.models import Appointment
from booking.scheduling.states import WEAK

TEXTS_STOPPED = "texts_stopped"
"""The fact that tells a mail to say how texts are taken up again."""


def may_text(uow: UnitOfWork, patient: Patient, appointment: Appointment | None = None) -> bool:
    """Whether the patient's last word on texts is yes, and our texts go to that number.

    None goes about an appointment whose form said no to them.
    """
    if appointment is not None and appointment.by_mail_only:
        return False
    clinic = uow.clinic
    return clinic.texts(patient.phone) and opt_out_queries.may_text(
        uow.session, patient, clinic.sender
    )


def is_stopped_all_the_same(uow: UnitOfWork, patient: Patient, appointment: Appointment) -> bool:
    """Whether who booked agreed to texts, and yet the phone has stopped them.

    Agreeing on a page does not undo a STOP: the carrier goes on refusing until a START.
    """
    if not uow.clinic.texts(patient.phone) or appointment.by_mail_only:
        return False
    if not opt_out_queries.has_opted_out(uow.session, patient.phone, uow.clinic.sender):
        return False
    # Of somebody who was known the form's yes is not among their consents.
    is_again = appointment.proven_by is None or appointment.proven_by not in WEAK
    return is_again or not patient_store.unwilling(uow.session, [patient.id])
