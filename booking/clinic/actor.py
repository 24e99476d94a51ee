"""Who acts, and how far they see."""

from dataclasses import dataclass
from enum import StrEnum, unique
from uuid import UUID

from booking.kit.errors import NotPermitted


@dataclass(frozen=True, slots=True)
class Everything:
    """All patients and all sessions of the clinic."""


@dataclass(frozen=True, slots=True)
class OwnPatients:
    """The sessions of one therapist, and the patients who have any with them."""

    therapist_id: int


@dataclass(frozen=True, slots=True)
class Themselves:
    """One patient."""

    patient_id: UUID


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nobody's data."""


Sees = Everything | OwnPatients | Themselves | Nothing


@dataclass(frozen=True, slots=True)
class PatientActor:
    """A patient, through a signed link or a text from their phone."""

    patient_id: UUID

    @property
    def sees(self) -> Sees:
        """Return how far they see: their own."""
        return Themselves(self.patient_id)

    def __str__(self) -> str:
        """Return how the audit names them."""
        return f"patient:{self.patient_id}"


@dataclass(frozen=True, slots=True)
class StaffActor:
    """Somebody signed in; what they see follows from their role as they sign in."""

    user_id: UUID
    sees: Everything | OwnPatients | Nothing

    def __str__(self) -> str:
        """Return how the audit names them."""
        return f"user:{self.user_id}"


@unique
class System(StrEnum):
    """A part of Lupine that acts by itself, as the audit names it."""

    BOOKING_PAGE = "booking page"
    """Whoever holds a slot: nobody yet, who sees nothing."""
    SIGN_IN = "stranger"
    """Whoever tries to sign in: nobody yet either."""
    CONSOLE = "console"
    """Whoever may run commands on the machine itself."""
    WORKERS = "workers"
    CARRIER = "carrier"
    ZONE_RULES = "zone rules"
    MONITORING = "monitoring"
    """What looks whether messages get out: never at whom they are for."""

    @property
    def sees(self) -> Sees:
        """Return how far it sees."""
        blind = (System.BOOKING_PAGE, System.SIGN_IN, System.CONSOLE, System.MONITORING)
        return Nothing() if self in blind else Everything()


Actor = PatientActor | StaffActor | System


def staff_id(actor: Actor) -> UUID:
    """Return the account of the person who acts; raises NotPermitted where it is no person."""
    if not isinstance(actor, StaffActor):
        raise NotPermitted
    return actor.user_id
