"""Consents: what a patient agrees to, in which words, and which of them a booking needs.

A reminder two hours before is a preference, not a consent, and is kept elsewhere. A text's
version must change with its words: what is stored is the version a person agreed to.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from booking.domain.errors import InvalidInput


class ConsentKind(StrEnum):
    """The four things asked for, each on its own and never ticked beforehand."""

    TREATMENT = "treatment"
    HEALTH_DATA = "health_data"
    SHARING = "sharing"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Wording:
    """The exact words of one consent; `{clinic}` stands for the clinic's own name."""

    kind: ConsentKind
    version: str
    text: str

    def for_clinic(self, clinic: str) -> str:
        """Return the words as the patient reads them and as they are kept."""
        return self.text.replace("{clinic}", clinic)


class ConsentMissing(InvalidInput):
    """A booking lacks a consent it cannot do without; `kinds` lists them in page order."""

    code = "consent_missing"

    def __init__(self, kinds: Collection[ConsentKind]) -> None:
        self.kinds = tuple(kind for kind in ConsentKind if kind in kinds)
        super().__init__(
            "We need your agreement before we can book this session.",
            {kind.value: NEEDED[kind] for kind in self.kinds},
        )


WORDINGS: Final[Mapping[ConsentKind, Wording]] = MappingProxyType(
    {
        ConsentKind.TREATMENT: Wording(
            ConsentKind.TREATMENT,
            "treatment-1",
            "I agree to a massage session with the therapist I chose. I know that it does not "
            "replace medical care, that I can say stop or ask for a change at any moment, and "
            "that I can withdraw this agreement whenever I like.",
        ),
        ConsentKind.HEALTH_DATA: Wording(
            ConsentKind.HEALTH_DATA,
            "health-data-1",
            "I agree that {clinic} keeps the health answers I give here and in my check-ins, "
            "encrypted, to plan my sessions with care. I can ask to see, correct or delete "
            "them, and I can withdraw this agreement.",
        ),
        ConsentKind.SHARING: Wording(
            ConsentKind.SHARING,
            "sharing-1",
            "I agree that {clinic} shows these answers and my check-ins to the therapist of "
            "my session, and to nobody else outside the team that looks after my booking.",
        ),
        ConsentKind.SMS: Wording(
            ConsentKind.SMS,
            "sms-1",
            "I agree to receive automated texts from {clinic} about my sessions and check-ins "
            "at the mobile number I gave. This is my choice and no condition of booking. At "
            "most one text a day and three a week, besides answers to mine and safety "
            "messages. Message and data rates may apply. Texts are not encrypted. Reply STOP "
            "to end them, HELP for help.",
        ),
    }
)
REQUIRED: Final = frozenset({ConsentKind.TREATMENT, ConsentKind.HEALTH_DATA, ConsentKind.SHARING})
NEEDED: Final[Mapping[ConsentKind, str]] = MappingProxyType(
    {
        ConsentKind.TREATMENT: "Please agree to the session itself, or call us to talk about it.",
        ConsentKind.HEALTH_DATA: "We need this to keep your answers. Call us if you have doubts.",
        ConsentKind.SHARING: "Your therapist needs your answers to adapt the session to you.",
    }
)


def check_consents(given: Collection[ConsentKind]) -> None:
    """Refuse a booking that lacks a required consent; texts are never required.

    Raises ConsentMissing naming every consent that is missing.
    """
    missing = REQUIRED.difference(given)
    if missing:
        raise ConsentMissing(missing)
