"""The settings a form asked for, in words, for the patient to take or to leave."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from booking.clinic.unit_of_work import UnitOfWork
from booking.scheduling import proofs
from booking.scheduling.models import Appointment
from booking.web.language import gettext, marked
from booking.web.zone_names import zone_name

LANGUAGES: Final = {"en": "English", "es": "Español"}
_YES_OR_NO: Final = {True: marked("Yes"), False: marked("No")}
_WORDS: Final[Mapping[str, tuple[str, Callable[[Any], str]]]] = {
    "language": (marked("Language"), lambda code: LANGUAGES.get(code, code)),
    "zone": (marked("Time zone"), zone_name),
    "texts": (
        marked("Texts"),
        lambda yes: gettext(marked("Yes") if yes else marked("No, everything by mail")),
    ),
    "reminder": (
        marked("One more reminder 2 hours before"),
        lambda yes: gettext(_YES_OR_NO[yes]),
    ),
    "discreet": (
        marked("Texts that carry only a link"),
        lambda yes: gettext(_YES_OR_NO[yes]),
    ),
}


def asked_settings(uow: UnitOfWork, appointment: Appointment, mark: int) -> list[tuple[str, str]]:
    """Return what the form asked for: only to who has a link that was sent to the patient.

    A browser that just booked learns nothing by it, not even that there is such a patient.
    """
    asked = appointment.asked_settings
    if asked is None or proofs.link_proof(uow, appointment, mark) is None:
        return []
    return [(gettext(_WORDS[name][0]), _WORDS[name][1](value)) for name, value in asked.items()]
