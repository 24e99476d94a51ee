"""Who of the clinic's staff reads and answers what patients text."""

from uuid import UUID

from booking.clinic.actor import Actor, StaffActor
from booking.kit.errors import NotPermitted


def staff_id(actor: Actor) -> UUID:
    """Return the account of the person who acts; raises NotPermitted where it is no person."""
    if not isinstance(actor, StaffActor):
        raise NotPermitted("Only staff answers and marks what patients text.")
    return actor.user_id
