"""The cast: who treats whom, who shares a phone, and who must have no access to what.

DANA treats ALICE, CARMEN, DORA, EMMA and FAYE. THEO treats BOB and nobody else: he must never
see anything of the others. BOB is ALICE's son and has no phone of his own: hers is the number
he gave, and neither may ever be taken for the other. Nobody of the cast has STRANGERS_PHONE.
CORA coordinates and sees everybody. All numbers come from the range kept for fiction.
"""

from dataclasses import dataclass
from datetime import time
from uuid import UUID

ALICES_PHONE = "+12125550111"
STRANGERS_PHONE = "+12125550199"
ON_CALL_PHONE = "+12125550190"
NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"


@dataclass(frozen=True)
class TherapistOfCast:
    """A therapist of New York, licensed until the middle of next year."""

    slug: str
    name: str
    opens: time
    closes: time


@dataclass(frozen=True)
class PatientOfCast:
    """A patient with what the booking form is told."""

    name: str
    phone: str
    email: str
    language: str = "en"
    zone: str = NEW_YORK
    agrees_to_texts: bool = True
    discreet: bool = False
    wants_optional_reminder: bool = False


@dataclass(frozen=True)
class StaffOfCast:
    """Somebody of the clinic who signs in."""

    id: UUID
    name: str
    email: str


DANA = TherapistOfCast("dana-demo", "Dana Demo", time(9), time(17))
THEO = TherapistOfCast("theo-demo", "Theo Demo", time(12), time(20))

ALICE = PatientOfCast("Alice Example", ALICES_PHONE, "alice@example.org")
BOB = PatientOfCast("Bob Example", ALICES_PHONE, "bob@example.org")
CARMEN = PatientOfCast("Carmen Ejemplo", "+12125550113", "carmen@example.org", language="es")
DORA = PatientOfCast("Dora Discreet", "+12125550114", "dora@example.org", discreet=True)
EMMA = PatientOfCast("Emma Mail", "+12125550115", "emma@example.org", agrees_to_texts=False)
FAYE = PatientOfCast("Faye Faraway", "+12125550116", "faye@example.org", zone=LOS_ANGELES)

CORA = StaffOfCast(
    UUID("00000000-0000-7000-8000-0000000000c0"), "Cora Coordinator", "cora@example.org"
)
