"""The booking form: what was typed, read back whole, with a sentence for whatever is wrong."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from booking.domain.consent import ConsentKind, ConsentMissing, check_consents
from booking.domain.errors import InvalidInput
from booking.domain.intake import QUESTIONS, IntakeAnswers, parse_answers
from booking.domain.phone import parse_phone
from booking.services.appointments import Person, Wish

QUESTION = "q_"
CONSENT = "consent_"
TEXT_FIELDS = ("name", "phone", "email", "language")
LONGEST_NAME = 80
LONGEST_MAIL = 254
MAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True)
class BookingForm:
    """One filled-in form; `errors` maps the page's field names to plain sentences."""

    values: Mapping[str, str]
    chosen: Mapping[str, list[str]]
    consents: frozenset[ConsentKind]
    wants_optional_reminder: bool
    answers: IntakeAnswers | None
    errors: Mapping[str, str]

    @classmethod
    def empty(cls) -> "BookingForm":
        """Return the form as it is before anybody typed: no consent is ticked."""
        return cls({}, {}, frozenset(), False, None, {})

    @classmethod
    def read(cls, sent: MultiDict[str, str], *, region: str) -> "BookingForm":
        """Read a sent form; nothing is refused here, everything wrong is named at once."""
        values = {name: sent.get(name, "").strip() for name in TEXT_FIELDS}
        chosen = {
            key.removeprefix(QUESTION): sent.getlist(key)
            for key in sent
            if key.startswith(QUESTION)
        }
        consents = frozenset(kind for kind in ConsentKind if sent.get(CONSENT + kind.value))
        answers, wrong_answers = _answers(chosen)
        errors = {
            **_person_errors(values, region),
            **wrong_answers,
            **_consent_errors(consents),
        }
        return cls(values, chosen, consents, bool(sent.get("reminder_2h")), answers, errors)

    def with_errors(self, fields: Mapping[str, str]) -> "BookingForm":
        """Return the same form with what the service found wrong."""
        return replace(self, errors={**self.errors, **{_field(key): fields[key] for key in fields}})

    def wish(self) -> Wish:
        """Return what the patient asks for; only for a form without errors."""
        if self.errors or self.answers is None:
            raise InvalidInput("Some answers need another look.", self.errors)
        return Wish(
            person=Person(
                name=self.values["name"],
                phone=self.values["phone"],
                email=self.values["email"],
                language=self.values["language"] or "en",
            ),
            answers=self.answers,
            consents=self.consents,
            wants_optional_reminder=self.wants_optional_reminder,
        )


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


def _person_errors(values: Mapping[str, str], region: str) -> dict[str, str]:
    checks: dict[str, Callable[[str], str | None]] = {
        "name": _name_problem,
        "phone": lambda raw: _phone_problem(raw, region),
        "email": _mail_problem,
    }
    found = {name: check(values[name]) for name, check in checks.items()}
    return {name: problem for name, problem in found.items() if problem}


def _name_problem(raw: str) -> str | None:
    if not raw:
        return "Please tell us your name."
    if len(raw) > LONGEST_NAME:
        return f"Please keep your name under {LONGEST_NAME} characters."
    return None


def _phone_problem(raw: str, region: str) -> str | None:
    try:
        parse_phone(raw, region)
    except InvalidInput as wrong:
        return wrong.message
    return None


def _mail_problem(raw: str) -> str | None:
    if not raw:
        return "Please enter your mail address. Your confirmation goes there."
    if len(raw) > LONGEST_MAIL or not MAIL.fullmatch(raw):
        return "This does not look like a mail address. An example: ana@example.org."
    return None
