"""What a therapist can show, and how each kind of proof is treated.

The table is data for a clinician to read and sign. An upload is no verification: a person
looks the number up at the primary source, and `checked_on` is the day of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final


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


class Reach(StrEnum):
    """Where a credential counts."""

    PLACE = "place"
    COUNTRY = "country"
    ANYWHERE = "anywhere"


class Effect(StrEnum):
    """What hangs on a credential."""

    RIGHT_TO_PRACTISE = "right_to_practise"
    """No booking in the places whose rule names it."""

    BOOKING = "booking"
    """No booking anywhere without it."""

    BADGE = "badge"
    """A badge on the profile; no more, except in the places whose rule names it."""

    LISTING = "listing"
    """The listing among those with autoimmune training; never booking."""


@dataclass(frozen=True, slots=True)
class CredentialRule:
    """How one type of credential is treated.

    `recheck_every` None: it is looked at again when it expires (identity: when the name
    changes). `grace` is how long after its end it still counts.
    """

    reach: Reach
    effect: Effect
    recheck_every: timedelta | None = None
    grace: timedelta = timedelta(0)


CREDENTIAL_RULES: Final[Mapping[CredentialType, CredentialRule]] = MappingProxyType(
    {
        # A person also looks these three up again on the day of a session.
        CredentialType.LICENCE: CredentialRule(
            Reach.PLACE, Effect.RIGHT_TO_PRACTISE, recheck_every=timedelta(days=30)
        ),
        CredentialType.REGISTER: CredentialRule(
            Reach.PLACE, Effect.RIGHT_TO_PRACTISE, recheck_every=timedelta(days=30)
        ),
        CredentialType.ASSOCIATION: CredentialRule(
            Reach.COUNTRY, Effect.RIGHT_TO_PRACTISE, recheck_every=timedelta(days=30)
        ),
        CredentialType.INSURANCE: CredentialRule(Reach.COUNTRY, Effect.BOOKING),
        CredentialType.IDENTITY: CredentialRule(Reach.ANYWHERE, Effect.BOOKING),
        CredentialType.BACKGROUND_CHECK: CredentialRule(
            Reach.ANYWHERE, Effect.BOOKING, recheck_every=timedelta(days=365)
        ),
        CredentialType.FIRST_AID: CredentialRule(
            Reach.ANYWHERE, Effect.BOOKING, grace=timedelta(days=30)
        ),
        CredentialType.BOARD_CERTIFICATION: CredentialRule(Reach.COUNTRY, Effect.BADGE),
        CredentialType.AUTOIMMUNE_TRAINING: CredentialRule(
            Reach.ANYWHERE, Effect.LISTING, recheck_every=timedelta(days=730)
        ),
    }
)

ASKED_EVERYWHERE: Final = tuple(
    type_ for type_, rule in CREDENTIAL_RULES.items() if rule.effect is Effect.BOOKING
)

WARNING_DAYS: Final = (90, 60, 30, 7)


@dataclass(frozen=True, slots=True)
class CredentialFacts:
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


class FlawKind(StrEnum):
    """What is wrong with a credential: what the person found who looked it up, or that nobody did.

    The first four are those of CredentialStatus.
    """

    PENDING = "pending"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REJECTED = "rejected"
    UNCHECKED = "unchecked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CredentialFlaw:
    """What is wrong with a credential, and its last day where that is over."""

    kind: FlawKind
    expired_on: date | None = None


def flaw_of(credential: CredentialFacts, on: date) -> CredentialFlaw | None:
    """Return what is wrong with a credential on that day, or None."""
    if credential.status is not CredentialStatus.VALID:
        return CredentialFlaw(FlawKind(credential.status.value))
    if credential.checked_on is None:
        return CredentialFlaw(FlawKind.UNCHECKED)
    if credential.expires_on is None:
        return None
    if on > credential.expires_on + CREDENTIAL_RULES[credential.type].grace:
        return CredentialFlaw(FlawKind.EXPIRED, credential.expires_on)
    return None


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


def recheck_due(credential: CredentialFacts, today: date) -> bool:
    """Whether a person should look this credential up at its source (again)."""
    if credential.checked_on is None:
        return True
    ends = credential.expires_on
    if ends is not None and credential.checked_on < ends <= today:
        return True
    every = CREDENTIAL_RULES[credential.type].recheck_every
    return every is not None and today - credential.checked_on >= every
