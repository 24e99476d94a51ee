"""Why a message stands where it does, as staff reads it."""

from typing import Final

from booking.messaging.reason import Reason
from booking.messaging.rules.carrier_errors import CARRIER_ERRORS
from booking.web.language import gettext, marked

REASON_WORDS: Final[dict[Reason, str]] = {
    Reason.QUIET_HOURS: marked("quiet hours"),
    Reason.ENOUGH_TEXTS: marked("enough texts to this phone"),
    Reason.ENOUGH_SET_OFF: marked("enough set off from the web"),
    Reason.OPTED_OUT: marked("the phone has stopped our texts"),
    Reason.NO_CONSENT: marked("the patient does not agree to texts"),
    Reason.COUNTRY_NOT_TEXTED: marked("our texts do not go to this country"),
    Reason.TOO_LATE: marked("too late to be of use"),
    Reason.TOO_LATE_STOPPED: marked("too late: texts were stopped"),
    Reason.OTHER_TIME: marked("the appointment has another time now"),
    Reason.IS_HELD: marked("the appointment is held"),
    Reason.IS_ARRIVED: marked("the appointment is arrived"),
    Reason.IS_DONE: marked("the appointment is done"),
    Reason.IS_MISSED: marked("the appointment is missed"),
    Reason.IS_CANCELLED: marked("the appointment is cancelled"),
    Reason.NEEDS_REASSIGNMENT: marked("the appointment waits for a new therapist"),
    Reason.HAS_BEGUN: marked("the session has begun"),
    Reason.THERAPIST_NOT_ELIGIBLE: marked("the therapist may not work that day"),
    Reason.MOVED: marked("appointment moved"),
    Reason.CANCELLED: marked("appointment cancelled"),
    Reason.SESSION_DONE: marked("session is done"),
    Reason.SESSION_MISSED: marked("session was missed"),
    Reason.PATIENT_HERE: marked("patient is here"),
    Reason.ZONE_RULES: marked("zone rules changed"),
    Reason.THERAPIST_UNAVAILABLE: marked("therapist unavailable"),
    Reason.ANSWERED: marked("already answered"),
    Reason.LINK_CLOSED: marked("its link opens nothing any more"),
    Reason.BY_CLINIC: marked("called off by the clinic"),
    Reason.NEVER_TAKEN: marked("never taken"),
    Reason.NEVER_TAKEN_TOO_LATE: marked("never taken, and too late now"),
    Reason.WORKER_STOPPED: marked("the sender stopped in the middle"),
    Reason.UNRENDERABLE: marked("its words cannot be made"),
    Reason.OTHER_SIDE: marked("the other side did not take it"),
}
_SENTENCES_BEFORE: Final = {"the appointment is needs reassignment": Reason.NEEDS_REASSIGNMENT}
"""What the version before wrote and nobody should read; its other sentences read well."""


def reason_words(code: str) -> str:
    """Return the words for a reason as a history holds it: a word of the list, or a sentence.

    The version before wrote sentences there, and no line of a history is ever changed.
    """
    known = _SENTENCES_BEFORE.get(code, code)
    return gettext(REASON_WORDS[Reason(known)]) if known in set(Reason) else code.replace("_", " ")


def error_words(code: int | None) -> str:
    """Return what a carrier's error code means, or nothing where there is none."""
    known = CARRIER_ERRORS.get(code or 0)
    if known is not None:
        return gettext(known.for_staff)
    return gettext("The carrier's error %(code)s.", code=code) if code else ""
