"""Whether a danger told on the web is answered by text too; its page answers in any case.

A form takes anybody's number, so a text could frighten somebody who has told us nothing.
"""

from datetime import timedelta

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.advisory_locks import LockSpace, lock_keys
from booking.patients.models import Patient
from booking.safety import queries as alert_store
from booking.safety.raise_alert import ANSWERS
from booking.safety.rules.red_flags import Tier
from booking.scheduling import stranger_queries as strangers
from booking.scheduling.texting import may_text

ONE_OF_A_KIND_IN = timedelta(days=1)


def phone_to_answer(
    uow: UnitOfWork, patient: Patient, tier: Tier, *, consent_suffices: bool
) -> str | None:
    """Return the phone that a danger told on the web is answered at, or None where none is.

    It has shown itself, by a text of its own or by somebody who came to a session; or, where
    `consent_suffices`, it agreed to texts. Within a day it gets one text of a kind.
    """
    session, now, kind = uow.session, uow.now, ANSWERS.get(tier)
    if kind is None or not uow.clinic.texts(patient.phone):
        return None
    agreed = consent_suffices and may_text(uow, patient)
    if not (agreed or strangers.is_proven(session, patient.phone)):
        return None
    lock_keys(session, LockSpace.STRANGERS, [patient.phone])
    since = now - ONE_OF_A_KIND_IN
    was_told = alert_store.was_answered(session, kind, patient.phone, since=since, now=now)
    return None if was_told else patient.phone
