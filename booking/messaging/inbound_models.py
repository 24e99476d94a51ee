"""What patients text to the clinic, and the question each answer belongs to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.kit.base import Base, Id
from booking.kit.column_types import EncryptedText, EncryptedWord, Word
from booking.messaging.handover import Handover
from booking.messaging.kinds import Topic
from booking.messaging.meaning import Meaning


class OpenQuestion(Base):
    """A question put to a phone; at most one of a topic is open at a time."""

    __tablename__ = "question"

    id: Mapped[Id]
    phone: Mapped[str] = mapped_column(String(16))
    topic: Mapped[Topic] = mapped_column(Word(Topic))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"), index=True)
    check_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("check_in.id"))
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), index=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_question_open",
            "phone",
            "topic",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
            sqlite_where=text("closed_at IS NULL"),
        ),
    )


class InboundMessage(Base):
    """A text from a phone, kept once by the carrier's id; its words are encrypted."""

    __tablename__ = "inbound_message"

    sid: Mapped[str] = mapped_column(String(64), primary_key=True)
    phone: Mapped[str] = mapped_column(String(16), index=True)
    recipient: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(EncryptedText)
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    """When it was acted on; one that was only kept is taken up again by the workers."""
    attempts: Mapped[int] = mapped_column(default=0)
    meaning: Mapped[Meaning | None] = mapped_column(EncryptedWord(Meaning))
    """How it was read: never the patient's own word, and yet it tells of health."""
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("patient.id"), index=True)
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("question.id"))
    needs_person: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[Handover | None] = mapped_column(Word(Handover))
    """Why it needs a person, where its words do not say it."""
    media_count: Mapped[int] = mapped_column(default=0, server_default="0")
    media_types: Mapped[list[str] | None]
    """What came with it, such as image/jpeg; the pictures themselves stay with the carrier."""
    read_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        Index(
            "ix_inbound_message_waiting",
            "received_at",
            postgresql_where=text("handled_at IS NULL"),
            sqlite_where=text("handled_at IS NULL"),
        ),
    )
