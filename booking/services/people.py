"""Who books: reading what they typed, and keeping what they agreed to."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.domain.consent import WORDINGS, ConsentKind
from booking.domain.errors import InvalidInput
from booking.domain.phone import InvalidPhone, parse_phone
from booking.ids import new_id
from booking.models import Consent, Patient
from booking.ports import Clinic
from booking.store import patients as patient_store

LONGEST_NAME = 80
LONGEST_EMAIL = 254
# The plain form of RFC 5322 in ASCII, and no encoded words (=?...?=): a mail's header is read
# again by every program on its way, and each must find the one address that was typed.
_EMAIL = re.compile(
    r"(?!.*=\?)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?",
    re.ASCII | re.IGNORECASE,
)
_NOT_IN_A_NAME = re.compile(
    r"[\x00-\x1f\x7f<>{}\u200b-\u200f\u2028-\u202e\u2066-\u2069]|https?:|www\."
)


@dataclass(frozen=True)
class Person:
    """Who books, as typed."""

    name: str
    phone: str
    email: str
    language: str


@dataclass(frozen=True)
class ReadPerson:
    """Who books, as understood: an E.164 phone, a trimmed name and mail address."""

    name: str
    phone: str
    email: str
    language: str


def read_person(person: Person, *, clinic: Clinic) -> ReadPerson:
    """Read what was typed; raises InvalidInput naming every field that needs another look."""
    problems: dict[str, str] = {}
    name = " ".join(person.name.split())
    if not name:
        problems["name"] = "Please enter your name."
    elif len(name) > LONGEST_NAME or _NOT_IN_A_NAME.search(name):
        problems["name"] = f"Please enter a plain name of at most {LONGEST_NAME} letters."
    email = person.email.strip()
    if not email:
        problems["email"] = "Please enter your mail address."
    elif len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        problems["email"] = "This does not look like a mail address. Please check it."
    phone = ""
    try:
        phone = parse_phone(person.phone, clinic.region)
    except InvalidPhone as wrong:
        problems["phone"] = wrong.message
    if problems:
        raise InvalidInput("Some answers need another look.", problems)
    language = person.language if person.language in clinic.languages else clinic.languages[0]
    return ReadPerson(name, phone, email, language)


def find_or_add(
    session: Session,
    person: ReadPerson,
    *,
    zone: str,
    wants_optional_reminder: bool,
    discreet: bool,
    now: datetime,
) -> Patient:
    """Return this person's row; the preferences given now replace the earlier ones."""
    patient = patient_store.find_or_add(
        session,
        Patient(
            id=new_id(),
            match_key=patient_store.match_key(person.name, person.phone, person.email),
            name=person.name,
            phone=person.phone,
            email=person.email,
            zone=zone,
            language=person.language,
            wants_optional_reminder=wants_optional_reminder,
            discreet=discreet,
            created_at=now,
        ),
    )
    patient.zone = zone
    patient.language = person.language
    patient.wants_optional_reminder = wants_optional_reminder
    # A form may ask for discretion, and never takes it back: anybody can fill one in.
    patient.discreet = patient.discreet or discreet
    return patient


def record_consents(
    session: Session,
    patient: Patient,
    given: Collection[ConsentKind],
    *,
    source: str,
    clinic: Clinic,
    now: datetime,
) -> None:
    """Keep what was agreed to and what was not, in the exact words that were shown."""
    patient_store.add_consents(
        session,
        [
            {
                "patient_id": patient.id,
                "kind": kind,
                "given": kind in given,
                "version": wording.version,
                "wording": wording.for_clinic(clinic.name),
                "source": source,
                "phone": patient.phone if kind is ConsentKind.SMS else None,
                "at": now,
            }
            for kind, wording in WORDINGS.items()
        ],
    )


def change_text_consent(
    session: Session, phone: str, *, given: bool, words: str, source: str, now: datetime
) -> None:
    """Keep that a phone stopped texts or asked for them again, for everybody on that phone.

    Asking again counts only for those who had agreed before.
    """
    for patient in patient_store.of_phone(session, phone):
        if given and not patient_store.ever_agreed_to_texts(session, patient):
            continue
        session.add(
            Consent(
                patient_id=patient.id,
                kind=ConsentKind.SMS,
                given=given,
                version=WORDINGS[ConsentKind.SMS].version,
                wording=words,
                source=source,
                phone=phone,
                at=now,
            )
        )
