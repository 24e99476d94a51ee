"""Patients, their consents, and whether they may be texted."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, exists, insert, select
from sqlalchemy.orm import Session

from booking.domain.consent import ConsentKind
from booking.domain.mail_address import email_key
from booking.domain.person_name import name_key
from booking.models import Consent, Intake, OptOut, Patient
from booking.store.among import among
from booking.store.upsert import insert_or_ignore

_ADD_CONSENT = insert(cast(Table, Consent.__table__))
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


def match_key(name: str, phone: str, email: str) -> str:
    """Return the digest by which the same person booking again is recognised."""
    plain = "\n".join((name_key(name), phone, email_key(email)))
    return hashlib.sha256(plain.encode()).hexdigest()


def find_or_add(session: Session, patient: Patient) -> tuple[Patient, bool]:
    """Return the patient of this match key, and whether they are new.

    Two at once get the same row, and one of them adds it.
    """
    values = {
        column.key: getattr(patient, column.key)
        for column in Patient.__table__.columns
        if getattr(patient, column.key) is not None
    }
    is_new = insert_or_ignore(session, Patient, values, ["match_key"])
    found = select(Patient).where(Patient.match_key == patient.match_key)
    return session.scalars(found).one(), is_new


def add_consents(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep some words on consent, past the session: nobody reads them in the same breath."""
    session.flush()
    session.connection().execute(_ADD_CONSENT, [dict(row) for row in rows])


def of_phone(session: Session, phone: str) -> Sequence[Patient]:
    """Return everybody who gave this number."""
    return session.scalars(select(Patient).where(Patient.phone == phone)).all()


def may_text(session: Session, patient: Patient, sender: str) -> bool:
    """Whether the patient's last word on texts is yes, and the phone has not stopped them."""
    return bool(
        session.scalar(_MAY_TEXT, {"patient": patient.id, "phone": patient.phone, "sender": sender})
    )


def ever_agreed_to_texts(session: Session, patient: Patient) -> bool:
    """Whether the patient has ever said yes to texts."""
    return (
        session.scalar(
            select(Consent.id)
            .where(
                Consent.patient_id == patient.id,
                Consent.kind == ConsentKind.SMS,
                Consent.given,
            )
            .limit(1)
        )
        is not None
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


def unwilling(session: Session, patient_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of some patients whose last word on texts is no, or who never said one."""
    if not patient_ids:
        return frozenset()
    words = session.execute(
        select(Consent.patient_id, Consent.given)
        .where(among(session, Consent.patient_id, patient_ids), Consent.kind == ConsentKind.SMS)
        .order_by(Consent.at, Consent.id)
    )
    last = {row.patient_id: row.given for row in words}
    return frozenset(one for one in patient_ids if not last.get(one))


def opt_out(session: Session, phone: str, sender: str, *, source: str, now: datetime) -> bool:
    """Stop a sender's texts to a phone from an instant; False when they were stopped already."""
    return insert_or_ignore(
        session,
        OptOut,
        {"phone": phone, "sender": sender, "since": now, "source": source},
        ["phone", "sender"],
    )


def asked_to_stop_again(session: Session, phone: str, sender: str, at: datetime) -> None:
    """Note a later wish to stop, so that only what was texted after it starts texts again."""
    stopped = session.get(OptOut, (phone, sender))
    if stopped is not None and stopped.since < at:
        stopped.since = at


def opt_in(session: Session, phone: str, sender: str, asked_at: datetime) -> bool:
    """Let a sender's texts to a phone go on; False when they were not stopped before that."""
    stopped = session.get(OptOut, (phone, sender))
    if stopped is None or stopped.since > asked_at:
        return False
    session.delete(stopped)
    return True


def intake_of(session: Session, appointment_id: UUID) -> Intake | None:
    """Return the newest answers given for an appointment."""
    return session.scalar(
        select(Intake)
        .where(Intake.appointment_id == appointment_id)
        .order_by(Intake.created_at.desc())
        .limit(1)
    )
