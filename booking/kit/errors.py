"""What can go wrong in the clinic's own terms: codes and values; the website has the words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar


class DomainError(Exception):
    """Something the clinic's rules refuse.

    `code` names the kind, `why` tells one case of it from the others where somebody is told
    the difference, `fields` holds the values that the sentence about it needs.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, why: str = "", /, **fields: object) -> None:
        super().__init__(f"{self.code}: {why}" if why else self.code)
        self.why = why
        self.fields: Mapping[str, object] = fields


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one field of a form: `why`, and the values its sentence needs."""

    why: str
    fields: Mapping[str, object] = field(default_factory=dict)


class NotFound(DomainError):
    """Nothing of that name, or nothing this person may see."""

    code = "not_found"


class NotPermitted(DomainError):
    """The person is known but may not do this."""

    code = "not_permitted"


class InvalidInput(DomainError):
    """What was typed needs another look: one value, or those that `fields` maps to a Flaw."""

    code = "invalid_input"

    @property
    def flaws(self) -> dict[str, Flaw]:
        """What is wrong with each field, where this is about a form's."""
        return {name: one for name, one in self.fields.items() if isinstance(one, Flaw)}

    @property
    def flaw(self) -> Flaw:
        """What is wrong, as the form says it that the value stands in."""
        return Flaw(self.why, self.fields)


class SlotTaken(DomainError):
    """The slot was just taken; `next_free` holds the next starts that are still open."""

    code = "slot_taken"

    def __init__(self, next_free: Sequence[datetime] = ()) -> None:
        self.next_free = tuple(next_free)
        super().__init__(next_free=self.next_free)


class SlotNotOffered(DomainError):
    """No such slot is on offer: outside the hours, too soon, too far, or off the step."""

    code = "slot_not_offered"


class HoldExpired(DomainError):
    """The slot was kept for a while and is no longer."""

    code = "hold_expired"


class TherapistNotBookable(DomainError):
    """The therapist takes no bookings for that day; why is never told to a patient."""

    code = "therapist_not_bookable"


class CutOffPassed(DomainError):
    """It is too late to change this online; the clinic's phone number is the way."""

    code = "cut_off_passed"


class InvalidTransition(DomainError):
    """A machine cannot take a step as it stands: which machine, from which state, which step."""

    code = "move_not_allowed"

    def __init__(self, why: str = "", *, machine: str, state: str, step: str) -> None:
        super().__init__(why, machine=machine, state=state, step=step)
        self.machine, self.state, self.step = machine, state, step


class LimitReached(DomainError):
    """A stranger has caused as much as one may for now; the clinic's phone is the way."""

    code = "limit_reached"


class TooManyHolds(LimitReached):
    """Too many times are kept at once: for this visitor, or for all."""

    code = "too_many_holds"


class CalendarKept(LimitReached):
    """Others who fill in forms just now keep too much of this therapist's time."""

    code = "calendar_kept"


class TooManyBookings(LimitReached):
    """Too many sessions were booked that nobody has confirmed."""

    code = "too_many_bookings"


class LinkInvalid(DomainError):
    """The link is damaged, forged, or made for another purpose."""

    code = "link_invalid"


class LinkExpired(DomainError):
    """The link was right once and is too old now."""

    code = "link_expired"


class LinkClosed(LinkExpired):
    """The link was closed before its time, by the patient or by staff."""

    code = "link_closed"
