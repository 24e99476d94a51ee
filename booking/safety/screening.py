"""Judging what patients tell by numbers and notes: what of it a person must look at."""

from collections.abc import Iterable

from booking.clinic.unit_of_work import UnitOfWork
from booking.safety.queries import AlertSubject
from booking.safety.raise_alert import raise_alert
from booking.safety.rules.red_flags import Tier, find_red_flags
from booking.safety.safety_texts import phone_to_answer
from booking.scheduling.events import IntakeGiven
from booking.scheduling.notices import patient_of


def screen_intake(uow: UnitOfWork, event: IntakeGiven) -> None:
    """Raise what a patient's own words in an intake call for.

    A crisis counts in full. Any other sign is for a person to read the same day: these fields
    ask for diagnoses and medicines, so most of what they name is past or known, and what is
    so today has questions of its own, which stop a booking. The page that follows answers a
    crisis; a text goes only to a phone that has shown itself.
    """
    found = [flag.tier for text in event.texts if (flag := find_red_flags(text)) is not None]
    if not found:
        return
    appointment, patient = event.appointment, patient_of(event.appointment)
    tier = Tier.CRISIS if Tier.CRISIS in found else Tier.REVIEW
    raise_alert(
        uow,
        tier,
        f"booking:{appointment.id}",
        AlertSubject(
            patient,
            phone_to_answer(uow, patient, tier, consent_suffices=False),
            appointment_id=appointment.id,
        ),
    )


def is_crisis(texts: Iterable[str]) -> bool:
    """Whether any of a patient's own texts tells of a crisis."""
    flags = (find_red_flags(text) for text in texts)
    return any(flag is not None and flag.tier is Tier.CRISIS for flag in flags)
