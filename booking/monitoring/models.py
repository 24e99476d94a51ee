"""Heartbeats of what must keep going."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from booking.kit.base import Base


class Heartbeat(Base):
    """When a part of Lupine that must keep going was last seen going."""

    __tablename__ = "tick"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
