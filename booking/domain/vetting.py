"""Who may be booked: credentials, what each place asks for, and when to look again.

The tables are data for a clinician to read and sign. Sources: FSMTB on the regulation of
massage in the United States; the registers and associations of the other countries. A
licence counts only where the session takes place; an upload is no verification: a person
looks the number up at the primary source, and `checked_on` is the day of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

RULES_VERSION: Final = "2026-1"


class CredentialType(StrEnum):
    """What a therapist can show."""

    LICENCE = "licence"
    REGISTER = "register"
    ASSOCIATION = "association"
    INSURANCE = "insurance"
    IDENTITY = "identity"
    BACKGROUND_CHECK = "background_check"
    FIRST_AID = "first_aid"
    BOARD_CERTIFICATION = "board_certification"
    AUTOIMMUNE_TRAINING = "autoimmune_training"


class CredentialStatus(StrEnum):
    """What the person who looked it up found."""

    PENDING = "pending"
    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REJECTED = "rejected"


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


class Reach(StrEnum):
    """Where a credential counts."""

    PLACE = "place"
    COUNTRY = "country"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class CredentialRule:
    """How one type of credential is treated.

    `blocks` is what the type does where a place asks for it; `recheck_every` None means it is
    looked at again when it expires (or, for identity, when the name changes).
    """

    name: str
    reach: Reach
    blocks: bool
    recheck_every: timedelta | None = None
    grace: timedelta = timedelta(0)


CREDENTIAL_RULES: Final[Mapping[CredentialType, CredentialRule]] = MappingProxyType(
    {
        # A person also looks these three up again on the day of a session.
        CredentialType.LICENCE: CredentialRule(
            "licence", Reach.PLACE, blocks=True, recheck_every=timedelta(days=30)
        ),
        CredentialType.REGISTER: CredentialRule(
            "register entry", Reach.PLACE, blocks=True, recheck_every=timedelta(days=30)
        ),
        CredentialType.ASSOCIATION: CredentialRule(
            "association membership", Reach.COUNTRY, blocks=True, recheck_every=timedelta(days=30)
        ),
        CredentialType.INSURANCE: CredentialRule("liability insurance", Reach.COUNTRY, blocks=True),
        CredentialType.IDENTITY: CredentialRule("identity", Reach.ANYWHERE, blocks=True),
        CredentialType.BACKGROUND_CHECK: CredentialRule(
            "background check", Reach.ANYWHERE, blocks=True, recheck_every=timedelta(days=365)
        ),
        CredentialType.FIRST_AID: CredentialRule(
            "CPR / first aid", Reach.ANYWHERE, blocks=True, grace=timedelta(days=30)
        ),
        # Drops a badge only, except where a place asks for it instead of a licence.
        CredentialType.BOARD_CERTIFICATION: CredentialRule(
            "board certification", Reach.COUNTRY, blocks=False
        ),
        # Gates the autoimmune listing, never booking.
        CredentialType.AUTOIMMUNE_TRAINING: CredentialRule(
            "autoimmune training", Reach.ANYWHERE, blocks=False, recheck_every=timedelta(days=730)
        ),
    }
)

ASKED_EVERYWHERE: Final = (
    CredentialType.INSURANCE,
    CredentialType.IDENTITY,
    CredentialType.BACKGROUND_CHECK,
    CredentialType.FIRST_AID,
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

WARNING_DAYS: Final = (90, 60, 30, 7)


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential as a person recorded it.

    `jurisdiction` is where it was given (ISO 3166: "US-NY", "US", "GB"); it counts up to and
    including `expires_on` (None: it does not expire); `checked_on` is None until a person
    looked it up at its primary source.
    """

    type: CredentialType
    jurisdiction: str
    expires_on: date | None
    status: CredentialStatus
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a therapist may be booked, and what stands against it.

    The reasons are for staff; a patient is told only that the therapist is unavailable.
    """

    bookable: bool
    reasons: tuple[str, ...]


def is_bookable(
    application_state: ApplicationState,
    credentials: Iterable[Credential],
    *,
    on: date,
    jurisdiction: str,
) -> Verdict:
    """Judge whether a session may take place on that day in that place.

    Ask with the day of the session, not with today, so that a licence which lapses before
    the session stops it. All reasons are given, not only the first.
    """
    held = tuple(credentials)
    reasons = [*_application_reasons(application_state)]
    place, right = _place_rule(jurisdiction)
    if not right:
        reasons.append(f"no vetting rule for {jurisdiction}")
    for wanted in (right, *((type_,) for type_ in ASKED_EVERYWHERE)):
        reasons.extend(_missing(wanted, held, on, place))
    return Verdict(not reasons, tuple(reasons))


def holds(
    type_: CredentialType, credentials: Iterable[Credential], *, on: date, jurisdiction: str
) -> bool:
    """Whether a checked credential of the type counts on that day in that place.

    For what a profile shows: the insured line and the board certification's badge.
    """
    place, _ = _place_rule(jurisdiction)
    return not [*_missing((type_,), tuple(credentials), on, place)]


def is_autoimmune_listed(credentials: Iterable[Credential], *, on: date) -> bool:
    """Whether the therapist may appear among those with autoimmune training."""
    return holds(CredentialType.AUTOIMMUNE_TRAINING, credentials, on=on, jurisdiction="")


def warnings_due(expires_on: date, today: date) -> int | None:
    """Return which warning (90, 60, 30 or 7 days ahead) a therapist should have had by today.

    The nearest one only, so that a day without a run delays a warning instead of losing it
    and a credential added late does not set off all of them; the caller sends each one once.
    None while it is early, and once it has expired.
    """
    days_left = (expires_on - today).days
    if days_left < 0:
        return None
    return min((ahead for ahead in WARNING_DAYS if days_left <= ahead), default=None)


def recheck_due(credential: Credential, today: date) -> bool:
    """Whether a person should look this credential up at its source (again)."""
    if credential.checked_on is None:
        return True
    ends = credential.expires_on
    if ends is not None and credential.checked_on < ends <= today:
        return True
    every = CREDENTIAL_RULES[credential.type].recheck_every
    return every is not None and today - credential.checked_on >= every


def _application_reasons(state: ApplicationState) -> Iterator[str]:
    if state not in APPROVED_STATES:
        yield f"application is {state.value.replace('_', ' ')}"


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
    wanted: tuple[CredentialType, ...], held: tuple[Credential, ...], on: date, place: str
) -> Iterator[str]:
    """Yield one reason if none of the wanted types is there and valid, else nothing."""
    if not wanted:
        return
    flaws = [
        _flaw(credential, on)
        for credential in held
        if credential.type in wanted and _reaches(credential, place)
    ]
    found = [flaw for flaw in flaws if flaw is not None]
    if len(found) < len(flaws):
        return
    names = " or ".join(CREDENTIAL_RULES[type_].name for type_ in wanted)
    yield f"{names}: {', '.join(found) or 'none that counts here'}"


def _flaw(credential: Credential, on: date) -> str | None:
    """Return what is wrong with a credential on that day, or None."""
    if credential.status is not CredentialStatus.VALID:
        return credential.status.value
    if credential.checked_on is None:
        return "not checked at its source"
    if credential.expires_on is None:
        return None
    if on > credential.expires_on + CREDENTIAL_RULES[credential.type].grace:
        return f"expired on {credential.expires_on.isoformat()}"
    return None


def _reaches(credential: Credential, place: str) -> bool:
    match CREDENTIAL_RULES[credential.type].reach:
        case Reach.PLACE:
            return credential.jurisdiction == place
        case Reach.COUNTRY:
            return _country(credential.jurisdiction) == _country(place)
        case Reach.ANYWHERE:
            return True


def _country(jurisdiction: str) -> str:
    return jurisdiction.partition("-")[0]
