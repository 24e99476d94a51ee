"""What every verb works with: one transaction, one instant, one actor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.clinic.actor import Actor
from booking.clinic.clinic import Clinic
from booking.clinic.policy import ClinicPolicies

Handler = Callable[["UnitOfWork", Any], None]
Handlers = Mapping[type[object], tuple[Handler, ...]]


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """One transaction in the hands of somebody, at one instant.

    Routes and tasks open and end it; a verb takes it as it is.
    """

    session: Session
    now: datetime
    actor: Actor
    clinic: Clinic
    policies: ClinicPolicies
    handlers: Handlers

    def emit(self, event: object) -> None:
        """Let all that is listed for an event act, in order, in this transaction."""
        for handle in self.handlers.get(type(event), ()):
            handle(self, event)

    def acting_as(self, actor: Actor) -> "UnitOfWork":
        """Return the same transaction in the hands of somebody else."""
        return replace(self, actor=actor)
