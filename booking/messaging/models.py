"""Messages to patients: the outbox that owns when each is due and what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.kit.base import Base, Counter, Id
from booking.kit.column_types import EncryptedText, EncryptedWord, Word
from booking.messaging.kinds import KINDS, Channel, Kind
from booking.messaging.message import (
    IS_NOT_ARRIVED,
    IS_UNSETTLED,
    MessageEventType,
    MessageState,
    RepeatedAs,
)
from booking.messaging.reason import Reason

_COUNTED = "counted_as IS NOT NULL"
_IS_REPEAT = "repeats IS NOT NULL"


class Message(Base):
    """One text or mail, written in the transaction that causes it.

    The words are made when it leaves, from its kind and the facts of that moment; only their
    digest is kept, to recognise the text in the carrier's list.
    """

    __tablename__ = "message"

    id: Mapped[Id]
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    sealed_kind: Mapped[Kind | None] = mapped_column(EncryptedWord(Kind), deferred=True)
    """Which safety text it is: that stands beside a patient, so it is not readable."""
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    lane: Mapped[int]
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    appointment_version: Mapped[int | None]
    check_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("check_in.id"), index=True)
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("patient.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(254))
    counted_as: Mapped[str | None] = mapped_column(String(254))
    """The recipient spelled one way, where a patient's act on the web set the message off."""
    language: Mapped[str] = mapped_column(String(8))
    zone: Mapped[str] = mapped_column(String(64))
    repeats: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))
    """The message that did not arrive, in whose place this one was written."""
    repeated_as: Mapped[RepeatedAs | None] = mapped_column(Word(RepeatedAs))
    lead_hours: Mapped[int | None]
    """How long before its session a reminder was planned to come: it tells one from another."""
    variables: Mapped[dict[str, Any]] = mapped_column("facts", key="variables")
    """Small extras a template needs beside the appointment's own facts; never health words."""
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    state: Mapped[MessageState] = mapped_column(Word(MessageState))
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    send_started_at: Mapped[datetime | None]
    provider_sid: Mapped[str | None] = mapped_column(String(64), unique=True)
    error_code: Mapped[int | None]
    reason: Mapped[Reason | None] = mapped_column("reason_code", Word(Reason), key="reason")
    """Why it stands where it does."""
    reason_before: Mapped[str | None] = mapped_column("reason", String(120), key="reason_before")
    """How the version before worded it; nothing is written there any more."""
    body_digest: Mapped[str | None] = mapped_column(String(64))
    body: Mapped[str | None] = mapped_column("words", EncryptedText, key="body")
    """What a person of the clinic wrote; every other text is made from its template."""
    checked_at: Mapped[datetime | None]
    """When the carrier's list was last searched for it."""
    first_missing_at: Mapped[datetime | None] = mapped_column("absent_at", key="first_missing_at")
    """When it was first found missing there."""
    segments: Mapped[int | None]
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_message_pending",
            "channel",
            "lane",
            "next_attempt_at",
            postgresql_where=text("state = 'pending'"),
            sqlite_where=text("state = 'pending'"),
        ),
        Index(
            "ix_message_in_flight",
            "lease_until",
            postgresql_where=text("state IN ('claimed', 'sending')"),
            sqlite_where=text("state IN ('claimed', 'sending')"),
        ),
        Index(
            "ix_message_unsettled",
            "send_started_at",
            postgresql_where=text(IS_UNSETTLED),
            sqlite_where=text(IS_UNSETTLED),
        ),
        Index(
            "ix_message_not_arrived",
            "final_at",
            postgresql_where=text(IS_NOT_ARRIVED),
            sqlite_where=text(IS_NOT_ARRIVED),
        ),
        Index(
            "ix_message_repeats",
            "repeats",
            postgresql_where=text(_IS_REPEAT),
            sqlite_where=text(_IS_REPEAT),
        ),
        Index("ix_message_due_at_id", "due_at", "id"),
        Index(
            "ix_message_counted_as",
            "counted_as",
            "send_started_at",
            postgresql_where=text(_COUNTED),
            sqlite_where=text(_COUNTED),
        ),
        Index(
            "ix_message_counted",
            "channel",
            "send_started_at",
            postgresql_where=text(_COUNTED),
            sqlite_where=text(_COUNTED),
        ),
        Index("ix_message_recipient_send_started_at", "recipient", "send_started_at"),
    )

    @property
    def template(self) -> Kind:
        """The kind whose words it has: which safety text it is, where it is one."""
        return (self.sealed_kind or self.kind) if KINDS[self.kind].is_cover else self.kind


class MessageEvent(Base):
    """One step of a message, or one report about it; only ever added."""

    __tablename__ = "message_event"

    id: Mapped[Counter]
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(40))
    """What the version before reads; it is written for one more release."""
    type: Mapped[MessageEventType | None] = mapped_column(Word(MessageEventType))
    """What happened; absent only where that version wrote the line."""
    state: Mapped[MessageState] = mapped_column(Word(MessageState))
    detail: Mapped[dict[str, Any]]


class OptOut(Base):
    """A phone that stopped one sender's texts, until it starts them again."""

    __tablename__ = "opt_out"

    phone: Mapped[str] = mapped_column(String(16), primary_key=True)
    sender: Mapped[str] = mapped_column(String(40), primary_key=True)
    opted_out_at: Mapped[datetime] = mapped_column("since", key="opted_out_at")
    source: Mapped[str] = mapped_column(String(40))


class Sender(Base):
    """The number texts come from: whether it may send now, and how fast.

    `tokens` is what its bucket held at `refilled_at`, in segments; it may be below zero when
    texts turned out longer than was paid for.
    """

    __tablename__ = "sender"

    address: Mapped[str] = mapped_column(String(40), primary_key=True)
    stopped_at: Mapped[datetime | None]
    error_code: Mapped[int | None]
    paused_until: Mapped[datetime | None]
    tokens: Mapped[float]
    refilled_at: Mapped[datetime]
