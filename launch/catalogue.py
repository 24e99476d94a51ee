"""Gathers the words of the website for translation, and brings each language up to date."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from booking.messaging.kinds import Kind
from booking.web.staff.message_lines import kind_name

ROOT: Final = Path(__file__).resolve().parents[1]
TRANSLATIONS: Final = ROOT / "booking/web/translations"
TEMPLATE: Final = "messages.pot"
WIDTH: Final = 100
KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "marked": None,
    "ngettext": (1, 2),
    "CarrierError": (3,),
}
"""Whose arguments are words for people; of a carrier's error only the third is."""
IN_TEMPLATES: Final = {"trimmed": "true", "silent": "false"}
CODE: Final = ("booking/web", "booking/messaging/rules/carrier_errors.py")


def gathered() -> Catalog:
    """Return every word for people that pages are made of, in English."""
    found = Catalog()
    for path, method, options in _sources():
        name = path.relative_to(ROOT).as_posix()
        for _line, words, comments, context in extract_from_file(
            method, path, keywords=KEYWORDS, options=options
        ):
            found.add(words, locations=[(name, 0)], auto_comments=comments, context=context)
    for kind in Kind:
        found.add(kind_name(kind), locations=[("booking/messaging/kinds.py", 0)])
    return found


def write(translations: Path = TRANSLATIONS) -> None:
    """Write what was gathered, and put it into each language's catalogue."""
    words = gathered()
    _write_po(translations / TEMPLATE, words, omit_header=True)
    for path in sorted(translations.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            language = read_po(file, locale=path.parts[-3])
        language.update(words, no_fuzzy_matching=True)
        _write_po(path, language, omit_header=False)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, language)


def _sources() -> Iterator[tuple[Path, str, dict[str, str]]]:
    templates = (path for path in (ROOT / "templates").rglob("*.html") if _is_page(path))
    yield from ((path, "jinja2", IN_TEMPLATES) for path in sorted(templates))
    for place in CODE:
        found = sorted((ROOT / place).rglob("*.py")) or [ROOT / place]
        yield from ((path, "python", {}) for path in found)


def _is_page(path: Path) -> bool:
    """Whether a template is a page's: those of messages have a file for each language."""
    return (ROOT / "templates/messages") not in path.parents


def _write_po(path: Path, catalogue: Catalog, *, omit_header: bool) -> None:
    with path.open("wb") as file:
        write_po(
            file,
            catalogue,
            width=WIDTH,
            omit_header=omit_header,
            sort_by_file=True,
            include_lineno=False,
        )


if __name__ == "__main__":
    write()
