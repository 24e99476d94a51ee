"""Whether what has to be told may be told by text."""

from sqlalchemy.orm import Session

from booking.models import Patient
from booking.ports import Clinic
from booking.store import patients as patient_store

TEXTS_STOPPED = "texts_stopped"
"""The fact that tells a mail to say how texts are taken up again."""


def may_text(session: Session, patient: Patient, clinic: Clinic) -> bool:
    """Whether the patient's last word on texts is yes, and our texts go to that number."""
    return clinic.texts(patient.phone) and patient_store.may_text(session, patient, clinic.sender)


def is_stopped_all_the_same(session: Session, patient: Patient, clinic: Clinic) -> bool:
    """Whether the patient's last word on texts is yes, and yet the phone has stopped them.

    Agreeing on a page does not undo a STOP: the carrier goes on refusing until a START.
    """
    return (
        clinic.texts(patient.phone)
        and patient_store.has_opted_out(session, patient.phone, clinic.sender)
        and not patient_store.unwilling(session, [patient.id])
    )
