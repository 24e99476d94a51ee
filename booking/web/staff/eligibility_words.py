"""Why a therapist may not be booked, as staff reads it."""

from typing import Final, assert_never

from booking.therapists.credentials import CredentialFlaw, CredentialType, FlawKind
from booking.therapists.eligibility import (
    ApplicationState,
    CredentialLacking,
    NoPlaceRule,
    NotApproved,
    Objection,
)
from booking.web.language import gettext, marked

CREDENTIAL_WORDS: Final[dict[CredentialType, str]] = {
    CredentialType.LICENCE: marked("licence"),
    CredentialType.REGISTER: marked("register entry"),
    CredentialType.ASSOCIATION: marked("association membership"),
    CredentialType.INSURANCE: marked("liability insurance"),
    CredentialType.IDENTITY: marked("identity"),
    CredentialType.BACKGROUND_CHECK: marked("background check"),
    CredentialType.FIRST_AID: marked("CPR / first aid"),
    CredentialType.BOARD_CERTIFICATION: marked("board certification"),
    CredentialType.AUTOIMMUNE_TRAINING: marked("autoimmune training"),
}
FLAW_WORDS: Final[dict[FlawKind, str]] = {
    FlawKind.PENDING: marked("pending"),
    FlawKind.SUSPENDED: marked("suspended"),
    FlawKind.REVOKED: marked("revoked"),
    FlawKind.REJECTED: marked("rejected"),
    FlawKind.UNCHECKED: marked("not checked at its source"),
    FlawKind.EXPIRED: marked("expired on %(day)s"),
}
APPLICATION_WORDS: Final[dict[ApplicationState, str]] = {
    ApplicationState.DRAFT: marked("draft"),
    ApplicationState.SUBMITTED: marked("submitted"),
    ApplicationState.INFO_NEEDED: marked("info needed"),
    ApplicationState.VERIFYING: marked("verifying"),
    ApplicationState.REVIEW: marked("review"),
    ApplicationState.APPROVED: marked("approved"),
    ApplicationState.APPROVED_RESTRICTED: marked("approved restricted"),
    ApplicationState.DECLINED: marked("declined"),
    ApplicationState.SUSPENDED_LAPSE: marked("suspended lapse"),
    ApplicationState.SUSPENDED_COMPLAINT: marked("suspended complaint"),
    ApplicationState.WITHDRAWN: marked("withdrawn"),
}


def objection_words(objection: Objection) -> str:
    """Return what stands against booking a therapist."""
    match objection:
        case NotApproved(state):
            return gettext("application is %(state)s", state=gettext(APPLICATION_WORDS[state]))
        case NoPlaceRule(jurisdiction):
            return gettext("no vetting rule for %(place)s", place=jurisdiction)
        case CredentialLacking(any_of, flaws):
            names = f" {gettext('or')} ".join(gettext(CREDENTIAL_WORDS[one]) for one in any_of)
            found = ", ".join(_flaw_words(flaw) for flaw in flaws)
            return f"{names}: {found or gettext('none that counts here')}"
        case other:
            assert_never(other)


def _flaw_words(flaw: CredentialFlaw) -> str:
    day = flaw.expired_on.isoformat() if flaw.expired_on else ""
    return gettext(FLAW_WORDS[flaw.kind], day=day)
