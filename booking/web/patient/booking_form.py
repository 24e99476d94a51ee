"""The booking form: what was typed, read back whole, with all that is wrong named at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from werkzeug.datastructures import MultiDict

from booking.clinic.clinic import Clinic
from booking.intake.rules.answers import QUESTIONS, IntakeAnswers, parse_answers
from booking.kit.errors import Flaw, InvalidInput
from booking.kit.phone import InvalidPhone, parse_phone
from booking.patients.consent import ConsentKind, ConsentMissing, check_consents
from booking.patients.service import Person, ReadPerson, read_person
from booking.safety.screening import is_crisis
from booking.scheduling.bookings import BookingRequest
from booking.web.sentences import sentence

QUESTION = "q_"
CONSENT = "consent_"
TEXT_FIELDS = ("name", "phone", "email", "language")


@dataclass(frozen=True)
class BookingForm:
    """One filled-in form; `flaws` maps the page's field names to what is wrong there."""

    values: Mapping[str, str]
    chosen: Mapping[str, list[str]]
    consents: frozenset[ConsentKind]
    wants_optional_reminder: bool
    answers: IntakeAnswers | None
    flaws: Mapping[str, Flaw]
    person: ReadPerson | None = None
    """Who books, where all of it could be read."""
    is_texted: bool = True
    """Whether our texts go to the number; True where it cannot be read."""

    @classmethod
    def empty(cls) -> "BookingForm":
        """Return the form as it is before anybody typed: no consent is ticked."""
        return cls({}, {}, frozenset(), wants_optional_reminder=False, answers=None, flaws={})

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
        flaws = {**wrong_person, **wrong_answers, **_consent_flaws(consents)}
        return cls(
            values,
            chosen,
            consents,
            wants_optional_reminder=bool(sent.get("reminder_2h")),
            answers=answers,
            flaws=flaws,
            person=person,
            is_texted=clinic.texts(person.phone) if person else _is_texted(values["phone"], clinic),
        )

    @property
    def is_crisis(self) -> bool:
        """Whether the patient's own words tell of a crisis, which the next page answers."""
        return self.answers is not None and is_crisis(self.answers.texts.values())

    @cached_property
    def errors(self) -> Mapping[str, str]:
        """What the page says of each field that needs another look."""
        return {name: sentence(flaw) for name, flaw in self.flaws.items()}

    def refused(self, wrong: InvalidInput) -> "BookingForm":
        """Return the same form with what the service found wrong."""
        found = {_field(key): flaw for key, flaw in wrong.flaws.items()}
        return replace(self, flaws={**self.flaws, **found})

    def wish(self) -> BookingRequest:
        """Return what the patient asks for; only for a form without errors."""
        if self.flaws or self.answers is None or self.person is None:
            raise InvalidInput(**self.flaws)
        return BookingRequest(
            person=self.person,
            answers=self.answers,
            consents=self.consents,
            wants_optional_reminder=self.wants_optional_reminder,
        )


def _person(
    values: Mapping[str, str], clinic: Clinic
) -> tuple[ReadPerson | None, Mapping[str, Flaw]]:
    typed = Person(values["name"], values["phone"], values["email"], values["language"])
    try:
        return read_person(typed, clinic=clinic), {}
    except InvalidInput as wrong:
        return None, wrong.flaws


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


def _answers(chosen: Mapping[str, list[str]]) -> tuple[IntakeAnswers | None, Mapping[str, Flaw]]:
    try:
        return parse_answers(chosen), {}
    except InvalidInput as wrong:
        return None, {QUESTION + key: flaw for key, flaw in wrong.flaws.items()}


def _consent_flaws(given: Iterable[ConsentKind]) -> Mapping[str, Flaw]:
    try:
        check_consents(frozenset(given))
    except ConsentMissing as missing:
        return {CONSENT + key: flaw for key, flaw in missing.flaws.items()}
    return {}
