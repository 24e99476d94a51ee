"""The booking form: what was typed, read back whole, with a sentence for whatever is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from booking.clinic.clinic import Clinic
from booking.intake.answers import QUESTIONS, IntakeAnswers, parse_answers
from booking.kit.errors import InvalidInput
from booking.kit.phone import InvalidPhone, parse_phone
from booking.patients.consent import ConsentKind, ConsentMissing, check_consents
from booking.patients.service import Person, ReadPerson, read_person
from booking.safety.screening import is_crisis
from booking.scheduling.bookings import Wish

QUESTION = "q_"
CONSENT = "consent_"
TEXT_FIELDS = ("name", "phone", "email", "language")


@dataclass(frozen=True)
class BookingForm:
    """One filled-in form; `errors` maps the page's field names to plain sentences."""

    values: Mapping[str, str]
    chosen: Mapping[str, list[str]]
    consents: frozenset[ConsentKind]
    wants_optional_reminder: bool
    answers: IntakeAnswers | None
    errors: Mapping[str, str]
    person: ReadPerson | None = None
    """Who books, where all of it could be read."""
    is_texted: bool = True
    """Whether our texts go to the number; True where it cannot be read."""

    @classmethod
    def empty(cls) -> "BookingForm":
        """Return the form as it is before anybody typed: no consent is ticked."""
        return cls({}, {}, frozenset(), wants_optional_reminder=False, answers=None, errors={})

    @classmethod
    def read(cls, sent: MultiDict[str, str], *, clinic: Clinic) -> "BookingForm":
        """Read a sent form; nothing is refused here, everything wrong is named at once."""
        values = {name: sent.get(name, "").strip() for name in TEXT_FIELDS}
        chosen = {
            key.removeprefix(QUESTION): sent.getlist(key)
            for key in sent
            if key.startswith(QUESTION)
        }
        consents = frozenset(kind for kind in ConsentKind if sent.get(CONSENT + kind.value))
        answers, wrong_answers = _answers(chosen)
        person, wrong_person = _person(values, clinic)
        errors = {
            **wrong_person,
            **wrong_answers,
            **_consent_errors(consents),
        }
        return cls(
            values,
            chosen,
            consents,
            wants_optional_reminder=bool(sent.get("reminder_2h")),
            answers=answers,
            errors=errors,
            person=person,
            is_texted=clinic.texts(person.phone) if person else _is_texted(values["phone"], clinic),
        )

    @property
    def is_crisis(self) -> bool:
        """Whether the patient's own words tell of a crisis, which the next page answers."""
        return self.answers is not None and is_crisis(self.answers.texts.values())

    def with_errors(self, fields: Mapping[str, str]) -> "BookingForm":
        """Return the same form with what the service found wrong."""
        return replace(self, errors={**self.errors, **{_field(key): fields[key] for key in fields}})

    def wish(self) -> Wish:
        """Return what the patient asks for; only for a form without errors."""
        if self.errors or self.answers is None or self.person is None:
            raise InvalidInput("Some answers need another look.", self.errors)
        return Wish(
            person=self.person,
            answers=self.answers,
            consents=self.consents,
            wants_optional_reminder=self.wants_optional_reminder,
        )


def _person(
    values: Mapping[str, str], clinic: Clinic
) -> tuple[ReadPerson | None, Mapping[str, str]]:
    typed = Person(values["name"], values["phone"], values["email"], values["language"])
    try:
        return read_person(typed, clinic=clinic), {}
    except InvalidInput as wrong:
        return None, wrong.fields


def _is_texted(phone: str, clinic: Clinic) -> bool:
    try:
        return clinic.texts(parse_phone(phone, clinic.region))
    except InvalidPhone:
        return True


def _field(key: str) -> str:
    if key in {kind.value for kind in ConsentKind}:
        return CONSENT + key
    if key in {question.key for question in QUESTIONS}:
        return QUESTION + key
    return key


def _answers(chosen: Mapping[str, list[str]]) -> tuple[IntakeAnswers | None, dict[str, str]]:
    try:
        return parse_answers(chosen), {}
    except InvalidInput as wrong:
        return None, {QUESTION + key: message for key, message in wrong.fields.items()}


def _consent_errors(given: Iterable[ConsentKind]) -> dict[str, str]:
    try:
        check_consents(frozenset(given))
    except ConsentMissing as missing:
        return {CONSENT + key: message for key, message in missing.fields.items()}
    return {}
