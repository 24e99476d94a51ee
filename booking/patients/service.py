"""Who books: reading what they typed, and keeping what they agreed to."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from booking.clinic.clinic import Clinic
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import Flaw, InvalidInput
from booking.kit.ids import new_id
from booking.kit.mail_address import parse_email
from booking.kit.phone import parse_phone
from booking.patients import queries as patient_store
from booking.patients.consent import WORDINGS, ConsentKind
from booking.patients.models import Consent, Patient
from booking.patients.person_name import parse_name


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
    problems: dict[str, Flaw] = {}
    name = _read("name", lambda: parse_name(person.name), problems)
    phone = _read("phone", lambda: parse_phone(person.phone, clinic.region), problems)
    email = _read("email", lambda: parse_email(person.email), problems)
    if problems:
        raise InvalidInput(**problems)
    language = person.language if person.language in clinic.languages else clinic.languages[0]
    return ReadPerson(name, phone, email, language)


def _read(field: str, parse: Callable[[], str], problems: dict[str, Flaw]) -> str:
    try:
        return parse()
    except InvalidInput as wrong:
        problems[field] = wrong.flaw
        return ""


def find_or_add(
    uow: UnitOfWork,
    person: ReadPerson,
    *,
    zone: str,
    wants_optional_reminder: bool,
    discreet: bool,
) -> tuple[Patient, bool]:
    """Return this person's row, and whether it is new.

    One that was there stays as it is: anybody may know a name, a phone and a mail address.
    """
    return patient_store.find_or_add(
        uow.session,
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
            created_at=uow.now,
        ),
    )


@dataclass(frozen=True)
class ConsentForm:
    """Where consents were asked for: which of them, for which booking, and by whom as we saw it."""

    source: str
    appointment_id: UUID | None = None
    kinds: frozenset[ConsentKind] = frozenset(ConsentKind)
    evidence: str | None = None
    """What a visitor's browser said of itself, kept with a word on texts alone."""


def record_consents(
    uow: UnitOfWork, patient: Patient, given: Collection[ConsentKind], *, form: ConsentForm
) -> None:
    """Keep what was agreed to and what was not, in the exact words that were shown."""
    patient_store.add_consents(
        uow.session,
        [
            {
                "patient_id": patient.id,
                "kind": kind,
                "given": kind in given,
                "version": wording.version,
                "wording": wording.named(**uow.clinic.names),
                "source": form.source,
                "phone": patient.phone if kind is ConsentKind.SMS else None,
                "at": uow.now,
                "appointment_id": form.appointment_id,
                "evidence": form.evidence if kind is ConsentKind.SMS else None,
            }
            for kind, wording in WORDINGS.items()
            if kind in form.kinds
        ],
    )


def change_text_consent(
    uow: UnitOfWork, phone: str, *, given: bool, words: str, source: str
) -> None:
    """Keep that a phone stopped texts or asked for them again, for everybody on that phone.

    Asking again counts only for those who had agreed before.
    """
    for patient in patient_store.of_phone(uow.session, phone):
        if given and not patient_store.ever_agreed_to_texts(uow.session, patient):
            continue
        uow.session.add(
            Consent(
                patient_id=patient.id,
                kind=ConsentKind.SMS,
                given=given,
                version=WORDINGS[ConsentKind.SMS].version,
                wording=words,
                source=source,
                phone=phone,
                at=uow.now,
            )
        )
