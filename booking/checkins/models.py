"""Check-ins: three numbers around a session, and the alerts that answers raise."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.checkins.rules.scores import CheckInKind, Scores
from booking.kit.base import Base, Id
from booking.kit.column_types import EncryptedScores, EncryptedText, Numbers, Word


class CheckIn(Base):
    """One time of asking: planned with the session, open until its window closes."""

    __tablename__ = "check_in"

    id: Mapped[Id]
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    kind: Mapped[CheckInKind] = mapped_column(Word(CheckInKind))
    due_at: Mapped[datetime]
    nudge_at: Mapped[datetime | None]
    closes_at: Mapped[datetime]
    created_at: Mapped[datetime]

    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.at")

    __table_args__ = (UniqueConstraint("appointment_id", "kind"),)


class Answer(Base):
    """The three numbers, 0 none to 10 worst; a correction replaces and keeps the earlier one."""

    __tablename__ = "answer"

    id: Mapped[Id]
    check_in_id: Mapped[UUID] = mapped_column(ForeignKey("check_in.id"), index=True)
    numbers: Mapped[Numbers] = mapped_column(EncryptedScores)
    """Pain, tiredness and stiffness, then sleep and stress, which need not be given."""
    note: Mapped[str | None] = mapped_column(EncryptedText)
    source: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_answer_current",
            "check_in_id",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
            sqlite_where=text("replaced_at IS NULL"),
        ),
    )

    @property
    def scores(self) -> Scores:
        """The three numbers that every answer has."""
        pain, tiredness, stiffness = self.numbers[:3]
        if pain is None or tiredness is None or stiffness is None:
            raise ValueError("an answer lacks one of its three numbers")
        return Scores(pain, tiredness, stiffness)

    @property
    def pain(self) -> int:
        """How much it hurt."""
        return self.scores.pain

    @property
    def tiredness(self) -> int:
        """How tired."""
        return self.scores.tiredness

    @property
    def stiffness(self) -> int:
        """How stiff."""
        return self.scores.stiffness

    @property
    def sleep(self) -> int | None:
        """How the night was, where it was told."""
        return self.numbers[3]

    @property
    def stress(self) -> int | None:
        """How much there is to carry, where it was told."""
        return self.numbers[4]


def numbers_of(scores: Scores, sleep: int | None = None, stress: int | None = None) -> Numbers:
    """Return what an answer keeps of its numbers."""
    return (scores.pain, scores.tiredness, scores.stiffness, sleep, stress)
