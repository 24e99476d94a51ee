"""What a public profile says about a therapist's credentials, in the words the clinic may use."""

from dataclasses import dataclass
from datetime import date

from booking.therapists.eligibility import CredentialType, holds
from booking.therapists.models import Credential, Therapist
from booking.web.formats import month_and_year
from booking.web.language import gettext, marked, ngettext

# In the order a profile shows them: what gives the right to practise comes first.
NAMES = {
    CredentialType.LICENCE: marked("Licence"),
    CredentialType.REGISTER: marked("Register entry"),
    CredentialType.BOARD_CERTIFICATION: marked("Board certification"),
    CredentialType.ASSOCIATION: marked("Association membership"),
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

    def counts(held: Credential) -> bool:
        return holds(held.type, [held.claim()], on=on, jurisdiction=jurisdiction)

    valid = [held for held in therapist.credentials if counts(held)]
    shown = [_shown(held) for kind in NAMES for held in valid if held.type is kind]
    return Profile(
        credentials=shown,
        insured=any(held.type is CredentialType.INSURANCE for held in valid),
        training=[
            _training(held) for held in valid if held.type is CredentialType.AUTOIMMUNE_TRAINING
        ],
        checked_on=shown[0].checked_on if shown else None,
    )


def _shown(held: Credential) -> ShownCredential:
    # Only an address that browsers open safely; the register is another site.
    url = held.source_url or ""
    register_url = url if url.startswith("https://") else None
    return ShownCredential(
        gettext(NAMES[held.type]), held.issuer, held.number, register_url, held.checked_on
    )


def _training(held: Credential) -> str:
    parts = [held.issuer]
    if held.training_hours:
        parts.append(ngettext("%(num)s hour", "%(num)s hours", held.training_hours))
    if held.issued_on:
        parts.append(month_and_year(held.issued_on))
    parts.append(gettext("certificate seen"))
    return ", ".join(parts)
