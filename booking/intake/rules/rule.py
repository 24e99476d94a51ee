"""What a safety rule of the intake is made of, and how its table is read.

Read each rule so: if the answers named under `when` all apply, the outcome and the cautions
follow. Where several rules apply the strongest outcome decides and all cautions add up. For
fever, clots, antiphospholipid antibodies, blood thinners and red signs "I am not sure"
counts as yes. Patients are never told that something is safe, what they have, or anything
about their medicines. The rows stand in stop, clear, local and
adapt; change `RULES_VERSION` in assessment with every change there.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final


class AssessmentOutcome(IntEnum):
    """What the answers lead to, weakest first, so that the strongest is the greatest."""

    OK = 0  # book as usual
    ADAPT = 1  # book; the therapist sees caps and cautions
    LOCAL = 2  # book; places are marked "avoid" on the therapist's body map
    CLEAR = 3  # may ask for a session; it is held until a clearance is recorded
    STOP = 4  # cannot book; is told what to do instead


class Source(StrEnum):
    """Where a rule comes from; to be checked by the clinician who signs."""

    FOUNDATION = "Lupus Foundation of America, resource on massage"
    DURCAN_PETRI = "Durcan and Petri 2017: lupus anticoagulant in 26 % of SLE, clots"
    GONTERO = "Gontero 2014: osteonecrosis in 9.5 %"
    EMBOLISM_CASES = "Case reports of embolism after leg massage"
    WERNER = "Werner, A Massage Therapist's Guide to Pathology"
    WALTON = "Walton, Medical Conditions and Massage Therapy"


@dataclass(frozen=True, slots=True)
class When:
    """One answer that must apply: the question has at least one of these values."""

    key: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    `pressure_cap` is the firmest touch allowed, 1-5. `avoid` names techniques to leave out,
    `regions` places always marked besides those the patient marked, `blocked` products.
    """

    id: str
    when: tuple[When, ...]
    outcome: AssessmentOutcome
    therapist: str
    patient: str
    source: Source
    pressure_cap: int | None = None
    avoid: tuple[str, ...] = ()
    regions: frozenset[str] = frozenset()
    blocked: tuple[str, ...] = ()


# What patients read, by kind of answer.
EMERGENCY: Final = (
    "Please do not wait: call {emergency_number} now, or have someone take you to the nearest "
    "emergency department. We have not booked a session."
)
URGENT: Final = (
    "Please have this looked at by a doctor today, at urgent care or wherever you are seen "
    "soonest. If you get chest pain or trouble breathing, call {emergency_number}. We have not "
    "booked a session."
)
REST: Final = (
    "Please rest, and call your doctor about how you feel. You are welcome to book again once "
    "you have been well for 48 hours."
)
RHEUMATOLOGIST: Final = (
    "Please ask your rheumatologist first. You are welcome to book again when the flare has "
    "settled."
)
WE_CALL: Final = (
    "You can ask for this session. We keep the time for you, and before it is confirmed we need "
    "a word from your clinician; someone from our team will be in touch."
)
LEFT_ALONE: Final = "Your therapist leaves the places you marked alone."
GENTLER: Final = "Your therapist knows about this and adapts the session."
PRODUCT: Final = "Your therapist leaves out the products you named."


def any_of(key: str, *values: str) -> When:
    """Say that one question has at least one of these values."""
    return When(key, frozenset(values))
