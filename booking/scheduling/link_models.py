"""Links that were closed before their time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from booking.kit.base import Base


class ClosedLink(Base):
    """One of several links to an appointment and its check-ins that opens nothing any more.

    `mark` is what tells links to one appointment apart: see booking.links.mark_of.
    """

    __tablename__ = "closed_link"

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"), primary_key=True)
    mark: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    closed_at: Mapped[datetime]
