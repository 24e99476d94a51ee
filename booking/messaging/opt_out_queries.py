"""Phones that stopped our texts."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from booking.kit.any_of import among
from booking.kit.upsert import insert_or_ignore
from booking.messaging.models import OptOut
from booking.patients.consent import ConsentKind
from booking.patients.models import Consent, Patient

_MAY_TEXT = (
    select(
        Consent.given
        & ~exists().where(
            OptOut.phone == bindparam("phone", type_=OptOut.phone.type),
            OptOut.sender == bindparam("sender", type_=OptOut.sender.type),
        )
    )
    .where(
        Consent.patient_id == bindparam("patient", type_=Consent.patient_id.type),
        Consent.kind == ConsentKind.SMS,
    )
    .order_by(Consent.at.desc(), Consent.id.desc())
    .limit(1)
)


def may_text(session: Session, patient: Patient, sender: str) -> bool:
    """Whether the patient's last word on texts is yes, and the phone has not stopped them."""
    return bool(
        session.scalar(_MAY_TEXT, {"patient": patient.id, "phone": patient.phone, "sender": sender})
    )


def has_opted_out(session: Session, phone: str, sender: str) -> bool:
    """Whether the phone has stopped this sender's texts."""
    return session.get(OptOut, (phone, sender)) is not None


def opted_out(session: Session, phones: Collection[str], sender: str) -> frozenset[str]:
    """Return those of some phones that have stopped this sender's texts."""
    if not phones:
        return frozenset()
    rows = session.scalars(
        select(OptOut.phone).where(among(session, OptOut.phone, phones), OptOut.sender == sender)
    )
    return frozenset(rows)


def opt_out(session: Session, phone: str, sender: str, *, source: str, now: datetime) -> bool:
    """Stop a sender's texts to a phone from an instant; False when they were stopped already."""
    return insert_or_ignore(
        session,
        OptOut,
        {"phone": phone, "sender": sender, "opted_out_at": now, "source": source},
        ["phone", "sender"],
    )


def asked_to_stop_again(session: Session, phone: str, sender: str, at: datetime) -> None:
    """Note a later wish to stop, so that only what was texted after it starts texts again."""
    stopped = session.get(OptOut, (phone, sender))
    if stopped is not None and stopped.opted_out_at < at:
        stopped.opted_out_at = at


def opt_in(session: Session, phone: str, sender: str, asked_at: datetime) -> bool:
    """Let a sender's texts to a phone go on; False when they were not stopped before that."""
    stopped = session.get(OptOut, (phone, sender))
    if stopped is None or stopped.opted_out_at > asked_at:
        return False
    session.delete(stopped)
    return True
