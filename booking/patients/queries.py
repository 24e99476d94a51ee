"""Patients, their consents, and whether they may be texted."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from booking.kit.any_of import among
from booking.kit.mail_address import email_key
from booking.kit.upsert import as_stored, insert_or_ignore
from booking.patients.consent import ConsentKind
from booking.patients.models import Consent, Patient
from booking.patients.person_name import name_key

_ADD_CONSENT = insert(cast(Table, Consent.__table__))


def get(session: Session, patient_id: UUID) -> Patient | None:
    """Return a patient; one whom the session has is not read again."""
    return session.get(Patient, patient_id)


def get_one(session: Session, patient_id: UUID) -> Patient:
    """Return a patient whom something refers to; one whom the session has is not read again."""
    return session.get_one(Patient, patient_id)


def by_ids(session: Session, patient_ids: Collection[UUID]) -> Sequence[Patient]:
    """Return patients by id."""
    return session.scalars(select(Patient).where(Patient.id.in_(patient_ids))).all()


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
    if insert_or_ignore(session, Patient, values, ["match_key"]):
        return as_stored(session, patient), True
    found = select(Patient).where(Patient.match_key == patient.match_key)
    return session.scalars(found).one(), False


def add_consents(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep some words on consent, past the session: nobody reads them in the same breath."""
    session.flush()
    session.connection().execute(_ADD_CONSENT, [dict(row) for row in rows])


def of_phone(session: Session, phone: str) -> Sequence[Patient]:
    """Return everybody who gave this number."""
    return session.scalars(select(Patient).where(Patient.phone == phone)).all()


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
