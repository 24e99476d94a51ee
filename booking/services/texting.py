"""Whether what has to be told may be told by text."""

from sqlalchemy.orm import Session

from booking.models import Patient
from booking.ports import Clinic
from booking.store import patients as patient_store


def may_text(session: Session, patient: Patient, clinic: Clinic) -> bool:
    """Whether the patient's last word on texts is yes, and our texts go to that number."""
    return clinic.texts(patient.phone) and patient_store.may_text(session, patient, clinic.sender)
