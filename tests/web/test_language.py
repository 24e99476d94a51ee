"""In which language a page speaks."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string

from booking.web import formats
from booking.web.language import gettext, install_language, marked, ngettext, speak

SPANISH = {
    "Hello %(name)s": "Hola %(name)s",
    "100%% yours": "100%% suyo",
    ("%(num)s day", "%(num)s days"): ("%(num)s día", "%(num)s días"),
    "EEEE, MMMM d": "EEEE, d 'de' MMMM",
    "%(day)s at %(time)s": "%(day)s a las %(time)s",
}
PAGE = """<html lang="{{ page_language() }}">{{ _("Hello %(name)s", name=name) }}, {{ label|said }},
{% trans %}100% yours{% endtrans %}, {% trans num=days %}{{ num }} day{% pluralize %}{{ num }} days
{%- endtrans %}"""
HELLO = marked("Hello %(name)s")


@pytest.fixture
def spanish(tmp_path):
    catalogue = Catalog(locale="es")
    for words, said in SPANISH.items():
        catalogue.add(words, said)
    place = tmp_path / "es/LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    return tmp_path


def site(catalogues, *, patient=None, name="Ana", days=2):
    app = Flask("pages")
    install_language(app, catalogues)

    @app.get("/")
    def page():
        if patient:
            speak(patient)
        return render_template_string(PAGE, name=name, days=days, label="a <b> label")

    return app


def read(app, accepts="es-MX,es;q=0.9,en;q=0.5"):
    return app.test_client().get("/", headers={"Accept-Language": accepts})


def test_a_page_speaks_english_where_there_is_no_other_catalogue(tmp_path):
    answer = read(site(tmp_path))

    assert answer.text.startswith('<html lang="en">Hello Ana')
    assert "100% yours, 2 days" in answer.text
    assert "Accept-Language" not in answer.vary


def test_a_page_speaks_what_the_browser_asks_for_where_we_have_the_words(spanish):
    app = site(spanish)

    answer = read(app)

    assert answer.text.startswith('<html lang="es">Hola Ana')
    assert "100% suyo, 2 días" in answer.text
    assert "Accept-Language" in answer.vary
    assert read(app, "de, fr").text.startswith('<html lang="en">')


def test_a_patients_own_language_goes_before_the_browsers(spanish):
    assert 'lang="es"' in read(site(spanish, patient="es"), accepts="en").text
    assert 'lang="en"' in read(site(spanish, patient="en"), accepts="es").text


def test_a_language_without_words_is_not_spoken_whoever_asks(spanish):
    assert 'lang="en"' in read(site(spanish, patient="tl"), accepts="tl").text


def test_what_somebody_typed_stays_text_inside_marked_words(spanish):
    page = read(site(spanish, name="<script>")).text

    assert "Hola &lt;script&gt;" in page
    assert "a &lt;b&gt; label" in page


def test_one_is_said_as_one(spanish):
    assert "1 día" in read(site(spanish, days=1)).text


def test_days_and_times_are_written_as_the_language_does(spanish):
    at = formats.parse_instant("2026-03-05T19:15:00Z")
    app = site(spanish)

    with app.test_request_context(headers={"Accept-Language": "es"}):
        assert formats.when(at, "America/New_York") == "jueves, 5 de marzo a las 14:15"
        assert formats.day_with_year(at.date()) == "5 de marzo de 2026"
        assert gettext(HELLO, name="Ana") == "Hola Ana"
        assert ngettext("%(num)s day", "%(num)s days", 3) == "3 días"
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert formats.when(at, "America/New_York") == "Thursday, March 5 at 2:15 pm"
