"""Who may be booked, and what each place asks for.

The table of places is data for a clinician to read and sign. Sources: FSMTB on the
regulation of massage in the United States; the registers and associations of the other
countries. A licence counts only where the session takes place.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from booking.therapists.credentials import (
    ASKED_EVERYWHERE,
    CREDENTIAL_RULES,
    CredentialFacts,
    CredentialFlaw,
    CredentialStatus,
    CredentialType,
    Reach,
    flaw_of,
    recheck_due,
    warnings_due,
)

__all__ = [
    "APPROVED_STATES",
    "RIGHT_TO_PRACTISE",
    "RULES_VERSION",
    "ApplicationState",
    "CredentialFacts",
    "CredentialLacking",
    "CredentialStatus",
    "CredentialType",
    "EligibilityResult",
    "NoPlaceRule",
    "NotApproved",
    "Objection",
    "holds",
    "is_autoimmune_listed",
    "is_bookable",
    "recheck_due",
    "warnings_due",
]

RULES_VERSION: Final = "2026-1"


class ApplicationState(StrEnum):
    """How far a therapist's application is, or how it ended."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    INFO_NEEDED = "info_needed"
    VERIFYING = "verifying"
    REVIEW = "review"
    APPROVED = "approved"
    APPROVED_RESTRICTED = "approved_restricted"
    DECLINED = "declined"
    SUSPENDED_LAPSE = "suspended_lapse"
    SUSPENDED_COMPLAINT = "suspended_complaint"
    WITHDRAWN = "withdrawn"


APPROVED_STATES: Final = frozenset(
    {ApplicationState.APPROVED, ApplicationState.APPROVED_RESTRICTED}
)


_LICENSED_IN_US: Final = (
    "AL AK AZ AR CO CT DE FL GA HI ID IL IN IA KY LA ME MD MA MI MS MO MT NE NV NH NJ NM NY NC "
    "ND OH OK OR PA RI SC SD TN TX UT VA WA WV WI DC GU PR VI"
)
_CANADIAN_COLLEGES: Final = ("BC", "NB", "NL", "ON", "PE")

RIGHT_TO_PRACTISE: Final[Mapping[str, tuple[CredentialType, ...]]] = MappingProxyType(
    {
        **{f"US-{state}": (CredentialType.LICENCE,) for state in _LICENSED_IN_US.split()},
        "US-VT": (CredentialType.REGISTER,),
        # Voluntary certification by the state's council, or the national board's.
        "US-CA": (CredentialType.REGISTER, CredentialType.BOARD_CERTIFICATION),
        "US-KS": (CredentialType.BOARD_CERTIFICATION,),
        "US-MN": (CredentialType.BOARD_CERTIFICATION,),
        "US-WY": (CredentialType.BOARD_CERTIFICATION,),
        **{
            f"CA-{province}": (CredentialType.REGISTER, CredentialType.LICENCE)
            for province in _CANADIAN_COLLEGES
        },
        "GB": (CredentialType.REGISTER,),
        "AU": (CredentialType.ASSOCIATION,),
    }
)
"""What gives the right to work in a place (ISO 3166 codes); any one of those named will do.

A place that is not here has no rule yet, and nobody is bookable there.
"""


@dataclass(frozen=True, slots=True)
class NotApproved:
    """The application stands where nobody may be booked."""

    state: ApplicationState


@dataclass(frozen=True, slots=True)
class NoPlaceRule:
    """Nobody has written yet what gives the right to practise in a place."""

    jurisdiction: str


@dataclass(frozen=True, slots=True)
class CredentialLacking:
    """None of the credentials that would do is there and valid; `flaws` are of those there."""

    any_of: tuple[CredentialType, ...]
    flaws: tuple[CredentialFlaw, ...]


Objection = NotApproved | NoPlaceRule | CredentialLacking


@dataclass(frozen=True, slots=True)
class EligibilityResult:
    """Whether a therapist may be booked, and what stands against it.

    The reasons are for staff, in the words of web/staff; a patient is told only that the
    therapist is unavailable.
    """

    bookable: bool
    reasons: tuple[Objection, ...]


def is_bookable(
    application_state: ApplicationState,
    credentials: Iterable[CredentialFacts],
    *,
    on: date,
    jurisdiction: str,
) -> EligibilityResult:
    """Judge whether a session may take place on that day in that place.

    Ask with the day of the session, not with today, so that a licence which lapses before
    the session stops it. All reasons are given, not only the first.
    """
    held = tuple(credentials)
    reasons: list[Objection] = []
    if application_state not in APPROVED_STATES:
        reasons.append(NotApproved(application_state))
    place, right = _place_rule(jurisdiction)
    if not right:
        reasons.append(NoPlaceRule(jurisdiction))
    for wanted in (right, *((type_,) for type_ in ASKED_EVERYWHERE)):
        reasons.extend(_missing(wanted, held, on, place))
    return EligibilityResult(not reasons, tuple(reasons))


def holds(
    type_: CredentialType, credentials: Iterable[CredentialFacts], *, on: date, jurisdiction: str
) -> bool:
    """Whether a checked credential of the type counts on that day in that place.

    For what a profile shows: the insured line and the board certification's badge.
    """
    place, _ = _place_rule(jurisdiction)
    return not [*_missing((type_,), tuple(credentials), on, place)]


def is_autoimmune_listed(credentials: Iterable[CredentialFacts], *, on: date) -> bool:
    """Whether the therapist may appear among those with autoimmune training."""
    return holds(CredentialType.AUTOIMMUNE_TRAINING, credentials, on=on, jurisdiction="")


def _place_rule(jurisdiction: str) -> tuple[str, tuple[CredentialType, ...]]:
    """Return the code the rule is kept under, and what gives the right to practise there.

    Where a whole country has one rule, its parts ("GB-SCT") fall under it.
    """
    if jurisdiction in RIGHT_TO_PRACTISE:
        return jurisdiction, RIGHT_TO_PRACTISE[jurisdiction]
    country = _country(jurisdiction)
    if country in RIGHT_TO_PRACTISE:
        return country, RIGHT_TO_PRACTISE[country]
    return jurisdiction, ()


def _missing(
    wanted: tuple[CredentialType, ...], held: tuple[CredentialFacts, ...], on: date, place: str
) -> Iterator[CredentialLacking]:
    """Yield one reason if none of the wanted types is there and valid, else nothing."""
    if not wanted:
        return
    flaws = [
        flaw_of(credential, on)
        for credential in held
        if credential.type in wanted and _reaches(credential, place)
    ]
    found = tuple(flaw for flaw in flaws if flaw is not None)
    if len(found) == len(flaws):
        yield CredentialLacking(wanted, found)


def _reaches(credential: CredentialFacts, place: str) -> bool:
    match CREDENTIAL_RULES[credential.type].reach:
        case Reach.PLACE:
            return credential.jurisdiction == place
        case Reach.COUNTRY:
            return _country(credential.jurisdiction) == _country(place)
        case Reach.ANYWHERE:
            return True


def _country(jurisdiction: str) -> str:
    return jurisdiction.partition("-")[0]
