"""The words of messages, from templates/messages/<kind>/<channel>.<language>.txt."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from babel.core import UnknownLocaleError
from babel.dates import format_datetime, get_timezone_location
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from booking.messaging.kinds import Kind
from booking.messaging.ports import RenderError
from booking.messaging.rules.carrier_errors import CARRIER_ERRORS
from booking.messaging.rules.sms_segments import segments, to_gsm7

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "messages"
_SHORT = {"en": "EEE d MMM, h:mm a", "es": "EEE d MMM, H:mm"}
_LONG = {"en": "EEEE, d MMMM y, h:mm a", "es": "EEEE d 'de' MMMM 'de' y, H:mm"}
_CITY_TIME = {"en": "{city} time", "es": "hora de {city}"}
_BRIEF = "brief_zone"
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
LONGEST_NAME = 12
_TITLES = frozenset({"dr", "dra", "prof", "mr", "mrs", "ms", "mx", "sr", "sra", "srta", "lic"})
SHORTER_NAMES = (LONGEST_NAME, 8, 5)
"""How much of a therapist's first name a text keeps: less where that saves a segment."""

# A template or a fact that is not there, or a fact of a shape that its template cannot use.
_CANNOT_BE_MADE = (
    TemplateError,
    UnknownLocaleError,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
)


class MessageTexts:
    """Renders templates; an unknown fact is an error, never an empty place in a text."""

    def __init__(self) -> None:
        self._plain = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701 - texts and plain mails; HTML has its own below
        )
        self._html = Environment(
            loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, autoescape=True
        )
        for environment in (self._plain, self._html):
            environment.filters |= {"short": _short, "long": _long, "first": _first_name}
            environment.filters["carrier_error"] = _carrier_error

    def sms(self, kind: Kind, language: str, facts: Mapping[str, object]) -> str:
        """Return the body of a text, in GSM-7 and in one segment wherever the names allow it."""
        with _writing(kind, language):
            template = self._plain.get_template(f"{kind}/sms.{language}.txt")
            bodies = (
                to_gsm7(_one_line(template.render({**facts, **shorter}, language=language)))
                for shorter in _shorter_and_shorter(facts)
            )
            longest_body = next(bodies)
            if segments(longest_body) == 1:
                return longest_body
            return next((body for body in bodies if segments(body) == 1), longest_body)

    def email(self, kind: Kind, language: str, facts: Mapping[str, object]) -> tuple[str, str, str]:
        """Return a mail's subject, plain text and HTML; a template's first line is the subject."""
        with _writing(kind, language):
            template = self._plain.get_template(f"{kind}/email.{language}.txt")
            subject, _, body = template.render(facts, language=language).partition("\n")
            text = body.strip() + "\n"
            html = self._html.get_template("layout.html").render(
                facts, language=language, subject=subject, paragraphs=_paragraphs(text)
            )
            return subject.strip(), text, html


@contextmanager
def _writing(kind: Kind, language: str) -> Iterator[None]:
    """Say of whatever goes wrong only what it is: its own words may quote a fact."""
    try:
        yield
    except _CANNOT_BE_MADE as error:
        raise RenderError(f"{kind} in {language}: {type(error).__name__}") from None


def _shorter_and_shorter(facts: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Yield what makes a text shorter: less of a name, and at last UTC instead of a city."""
    for brief_zone in (False, True):
        for most in SHORTER_NAMES:
            shorter: dict[str, object] = {_BRIEF: brief_zone}
            if "therapist" in facts:
                shorter["therapist"] = _first_name(str(facts["therapist"]), most)
            yield shorter


def _one_line(text: str) -> str:
    return " ".join(text.split())


@pass_context
def _short(context: Context, at: datetime, language: str, *, zone: bool = False) -> str:
    words = format_datetime(at, _SHORT[language], locale=language)
    brief = bool(context.get(_BRIEF))
    return f"{words} {zone_letters(at, language, brief=brief)}" if zone else words


def _long(at: datetime, language: str, *, zone: bool = False) -> str:
    words = format_datetime(at, _LONG[language], locale=language)
    return f"{words} ({zone_letters(at, language)})" if zone else words


def zone_letters(at: datetime, language: str, *, brief: bool = False) -> str:
    """Return how people name the clock of a time: EST, Dubai time, UTC+5.

    Zones without letters of their own are called by their city, unless it must be `brief`.
    """
    letters = f"{at:%Z}"
    if letters.isalpha():
        return letters
    name = str(at.tzinfo)
    if brief or "/" not in name or name.startswith("Etc/"):
        return _from_utc(at)
    city = get_timezone_location(name, locale=language, return_city=True).rpartition("/")[2]
    return _CITY_TIME[language].format(city=city)


def _from_utc(at: datetime) -> str:
    minutes = int((at.utcoffset() or timedelta(0)).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _first_name(name: str, longest: int = LONGEST_NAME) -> str:
    """Return the first name, cut where it is long; no mark, for a full stop often follows.

    Titles and initials are passed over where there is more: "Dr." and "M." call nobody.
    """
    words = [word.strip(".,") for word in name.split()]
    called = [word for word in words if not _is_title_or_initial(word)]
    first = next(iter(called or filter(None, words)), name)
    return first[:longest].rstrip(".,")


def _carrier_error(code: int | None) -> str:
    """Return what a carrier's error code means to staff, or nothing where that is not known."""
    known = CARRIER_ERRORS.get(code or 0)
    return known.for_staff if known else ""


def _is_title_or_initial(word: str) -> bool:
    return word.casefold() in _TITLES or all(len(part) <= 1 for part in word.split("."))


def _paragraphs(text: str) -> list[Markup]:
    return [_linked(part) for part in re.split(r"\n\s*\n", text.strip())]


def _linked(paragraph: str) -> Markup:
    """Escape a paragraph, keep its lines, and make its addresses links."""
    pieces: list[Markup] = []
    at = 0
    for found in _LINK.finditer(paragraph):
        pieces.append(escape(paragraph[at : found.start()]))
        pieces.append(Markup('<a href="{0}">{0}</a>').format(found.group()))
        at = found.end()
    pieces.append(escape(paragraph[at:]))
    return Markup("").join(pieces).replace("\n", Markup("<br>\n"))
