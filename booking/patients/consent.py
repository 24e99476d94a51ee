"""Consents: what a patient agrees to, in which words, and which of them a booking needs.

A reminder two hours before is a preference, not a consent, and is kept elsewhere.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from booking.kit.errors import Flaw, InvalidInput
from booking.patients.consent_words import NOW_ASKED, WORDING_BY_VERSION, Wording


class ConsentKind(StrEnum):
    """The four things asked for, each on its own and never ticked beforehand."""

    TREATMENT = "treatment"
    HEALTH_DATA = "health_data"
    SHARING = "sharing"
    SMS = "sms"


class ConsentMissing(InvalidInput):
    """A booking lacks a consent it cannot do without; `kinds` lists them in page order."""

    code = "consent_missing"

    def __init__(self, kinds: Collection[ConsentKind]) -> None:
        self.kinds = tuple(kind for kind in ConsentKind if kind in kinds)
        flaws = {kind.value: Flaw(f"consent_needed_{kind}") for kind in self.kinds}
        super().__init__(**flaws)


WORDINGS: Final[Mapping[ConsentKind, Wording]] = MappingProxyType(
    {ConsentKind(name): WORDING_BY_VERSION[version] for name, version in NOW_ASKED.items()}
)
REQUIRED: Final = frozenset({ConsentKind.TREATMENT, ConsentKind.HEALTH_DATA, ConsentKind.SHARING})


def check_consents(given: Collection[ConsentKind]) -> None:
    """Refuse a booking that lacks a required consent; texts are never required.

    Raises ConsentMissing naming every consent that is missing.
    """
    missing = REQUIRED.difference(given)
    if missing:
        raise ConsentMissing(missing)
