"""In which language a page speaks: the patient's where we know it, else the visitor's browser's."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from babel import Locale
from babel.numbers import format_decimal
from babel.support import NullTranslations
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel, get_locale, get_translations, refresh
from markupsafe import Markup, escape

EXTENSION: Final = "lupine.language"
CATALOGUES: Final = Path(__file__).parent / "translations"
SOURCE: Final = "en"
"""The language that templates and code are written in: its words need no catalogue."""


class Speech:
    """One language's words. What a template says is kept: every page says the same again."""

    def __init__(self, locale: Locale, words: NullTranslations) -> None:
        self.locale = locale
        self.language = str(locale)
        self.words = words
        self._said: dict[str, Markup] = {}

    def markup(self, words: str, values: Mapping[str, object]) -> Markup:
        """Return the words of a template, with values escaped; a doubled % is a plain one."""
        if values:
            return _filled(self.words.gettext(words), values)
        said = self._said.get(words)
        if said is None:
            said = self._said[words] = _filled(self.words.gettext(words), {})
        return said

    def counted(self, one: str, many: str, num: int, values: Mapping[str, object]) -> Markup:
        """Return a template's words for a number of things."""
        return _filled(self.words.ngettext(one, many, num), {"num": num, **values})


_SOURCE_SPEECH: Final = Speech(Locale(SOURCE), NullTranslations())


def marked(words: str) -> str:
    """Return words as they are: they are found for the catalogue here, and shown elsewhere."""
    return words


def current_locale() -> Locale:
    """Return the language of the current request's page; the source's where there is none."""
    return speech().locale


def gettext(words: str, /, **values: object) -> str:
    """Return words in the page's language, with values in the places that they name."""
    said = speech().words.gettext(words)
    return said % values if values else said


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """Return the words for a number of things, which stand in them as `num`."""
    return speech().words.ngettext(one, many, num) % {"num": num, **values}


def number(value: int) -> str:
    """Return a whole number as the page's language writes it, such as 1,000."""
    return format_decimal(value, locale=current_locale())


def speak(language: str) -> None:
    """Let the rest of this request speak a patient's language, where we have the words of it."""
    g.patient_language = language
    g.pop("speech", None)


def speech() -> Speech:
    """Return the current request's language; the source's outside of one."""
    try:
        return cast(Speech, g.speech)
    except (AttributeError, RuntimeError):
        return _found()


def install_language(app: Flask, catalogues: Path = CATALOGUES) -> None:
    """Let an app's pages speak the languages that it has a catalogue of."""
    offered = [SOURCE, *(found.parts[-3] for found in sorted(catalogues.glob("*/*/messages.mo")))]

    def choose() -> str:
        known = g.get("patient_language")
        if known in offered:
            return str(known)
        return request.accept_languages.best_match(offered, SOURCE)

    Babel(
        app,
        configure_jinja=False,
        default_locale=SOURCE,
        default_translation_directories=str(catalogues),
        locale_selector=choose,
    )
    app.add_template_filter(gettext, "said")
    pages = app.jinja_env
    pages.add_extension("jinja2.ext.i18n")
    pages.policies["ext.i18n.trimmed"] = True
    # The extension's own functions look the language up for every word, and escape anew.
    pages.newstyle_gettext = True  # type: ignore[attr-defined]
    pages.globals |= {
        "_": _say,
        "gettext": _say,
        "ngettext": _say_counted,
        "page_language": lambda: speech().locale.language,
    }
    if len(offered) > 1:
        app.after_request(_vary)


def _found() -> Speech:
    """Look for the language of this request, once; the words of each are kept with the app."""
    if not has_request_context():
        return _SOURCE_SPEECH
    kept = cast(dict[str, Speech], current_app.extensions.setdefault(EXTENSION, {}))
    refresh()
    locale = cast(Locale, get_locale())
    found = kept.get(str(locale))
    if found is None:
        words = cast(NullTranslations, get_translations())
        found = kept[str(locale)] = Speech(locale, words)
    g.speech = found
    return found


def _say(words: str, /, **values: object) -> Markup:
    return speech().markup(words, values)


def _say_counted(one: str, many: str, num: int, /, **values: object) -> Markup:
    return speech().counted(one, many, num, values)


def _filled(said: str, values: Mapping[str, object]) -> Markup:
    return Markup(said % {name: escape(value) for name, value in values.items()})  # noqa: S704


def _vary(answer: Response) -> Response:
    answer.vary.add("Accept-Language")
    return answer
