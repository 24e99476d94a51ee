"""What a public profile says about a therapist's credentials, in the words the clinic may use."""

from dataclasses import dataclass
from datetime import date

from booking.domain.vetting import CredentialStatus, CredentialType
from booking.models import Credential, Therapist

RIGHT_TO_PRACTISE = (
    CredentialType.LICENCE,
    CredentialType.REGISTER,
    CredentialType.BOARD_CERTIFICATION,
    CredentialType.ASSOCIATION,
)

NAMES = {
    CredentialType.LICENCE: "Licence",
    CredentialType.REGISTER: "Register entry",
    CredentialType.BOARD_CERTIFICATION: "Board certification",
    CredentialType.ASSOCIATION: "Association membership",
}


@dataclass(frozen=True)
class ShownCredential:
    """One line of the profile: what it is, its number, and where anybody can look it up."""

    name: str
    issuer: str
    number: str
    register_url: str | None
    checked_on: date | None


@dataclass(frozen=True)
class Profile:
    """The checked facts of a profile; there is no certificate to treat lupus, so none is shown."""

    credentials: list[ShownCredential]
    insured: bool
    training: list[str]
    checked_on: date | None


def profile_of(therapist: Therapist, jurisdiction: str, *, on: date) -> Profile:
    """Return what may be shown on a date about a therapist who works at a place."""
    valid = [held for held in therapist.credentials if _counts(held, on)]
    shown = [
        ShownCredential(
            NAMES[held.type], held.issuer, held.number, _web_address(held), held.checked_on
        )
        for held in valid
        if held.type in RIGHT_TO_PRACTISE and _reaches(held, jurisdiction)
    ]
    return Profile(
        credentials=shown,
        insured=any(held.type is CredentialType.INSURANCE for held in valid),
        training=[_training(held) for held in valid if _is_training(held)],
        checked_on=max((one.checked_on for one in shown if one.checked_on), default=None),
    )


def _counts(held: Credential, on: date) -> bool:
    in_time = held.expires_on is None or held.expires_on >= on
    return in_time and held.checked_on is not None and held.status == CredentialStatus.VALID


def _reaches(held: Credential, jurisdiction: str) -> bool:
    return held.jurisdiction in {jurisdiction, jurisdiction.split("-", 1)[0]}


def _is_training(held: Credential) -> bool:
    return held.type is CredentialType.AUTOIMMUNE_TRAINING


def _training(held: Credential) -> str:
    parts = [held.issuer]
    if held.training_hours:
        parts.append(f"{held.training_hours} hours")
    if held.issued_on:
        parts.append(f"{held.issued_on:%B %Y}")
    return ", ".join(parts) + ", certificate seen"


def _web_address(held: Credential) -> str | None:
    url = held.source_url or ""
    return url if url.startswith("https://") else None
