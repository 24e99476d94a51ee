"""What turns facts into words: short names first, one line, nothing hostile, nothing missing."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from bs4 import BeautifulSoup
from icalendar import Calendar

from booking.clinic.clinic import Clinic
from booking.messaging.kinds import Kind
from booking.messaging.ports import RenderError
from booking.messaging.rules.sms_segments import is_gsm7, segments
from booking.scheduling.ics import invitation
from booking.scheduling.states import State
from tests.messages.samples import LANGUAGES, MAILED, TEXTS, at, facts
from tests.messages.words import HEALTH_WORDS

HOSTILE = 'Ana <script>alert("1")</script> & Co'
WITHOUT_LETTERS = (
    "America/Argentina/Buenos_Aires",
    "America/Bogota",
    "America/Lima",
    "America/Santiago",
    "America/Sao_Paulo",
    "Asia/Dubai",
    "Asia/Riyadh",
    "Asia/Singapore",
    "Asia/Tehran",
    "Europe/Istanbul",
)
by_mail = pytest.mark.parametrize("kind", sorted(MAILED), ids=str)
by_language = pytest.mark.parametrize("language", LANGUAGES)


def test_a_long_name_is_shortened_before_it_costs_a_second_segment():
    named = facts(clinic="Willow Massage NYC", therapist="Maximilianae Example", elsewhere=True)

    text = TEXTS.sms(Kind.CONFIRMATION, "en", named)

    assert segments(text) == 1
    assert "with Maxim. " in text


def test_a_name_is_not_shortened_where_the_segment_has_room():
    text = TEXTS.sms(Kind.CONFIRMED, "en", facts(therapist="Maximilianae Example"))

    assert "with Maximilianae." in text


def test_a_very_long_name_is_shortened_always():
    text = TEXTS.sms(Kind.CONFIRMED, "en", facts(therapist="Maximiliana-Alexandrina Example"))

    assert "with Maximiliana-." in text


def test_accents_that_the_plain_alphabet_lacks_cost_no_more():
    text = TEXTS.sms(Kind.CONFIRMED, "es", facts(therapist="Zoë Ağaoğlu", clinic="Sauce “Ñandú”"))

    assert is_gsm7(text)
    assert "Sauce" in text
    assert "Zoe" in text


def test_line_breaks_in_a_name_do_not_break_a_text():
    text = TEXTS.sms(Kind.CONFIRMED, "en", facts(clinic="Willow\nRoom"))

    assert "\n" not in text


def test_the_time_carries_its_zone_only_where_the_patient_lives_in_another():
    sydney = at(2026, 12, 1, 9, 0, ZoneInfo("Australia/Sydney"))

    here = TEXTS.sms(Kind.REMINDER, "en", facts(when=sydney))
    there = TEXTS.sms(Kind.REMINDER, "en", facts(when=sydney, elsewhere=True))

    assert "AEDT" not in here
    assert re.search(r"Tue 1 Dec, 9:00.AM AEDT", there)


@pytest.mark.parametrize(
    ("zone", "english", "spanish"),
    [
        ("Asia/Dubai", "2:30 PM Dubai time", "14:30 hora de Dubái"),
        ("America/Sao_Paulo", "2:30 PM Sao Paulo time", "14:30 hora de São Paulo"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time", "hora de Buenos Aires"),
        ("Australia/Lord_Howe", "Lord Howe Island time", "hora de Lord Howe"),
        ("Asia/Kathmandu", "Kathmandu time", "hora de Kathmandu"),
        ("Etc/GMT+5", "2:30 PM UTC-5", "14:30 UTC-5"),
        ("America/New_York", "2:30 PM EDT", "14:30 EDT"),
    ],
)
def test_a_zone_without_letters_is_called_by_its_city(zone, english, spanish):
    there = facts(when=at(2026, 9, 30, zone=ZoneInfo(zone)), elsewhere=True)

    _, mail, _ = TEXTS.email(Kind.REMINDER, "en", there)
    _, correo, _ = TEXTS.email(Kind.REMINDER, "es", there)

    assert english.split(" PM ")[-1] in mail
    assert spanish.split(":30 ")[-1] in correo
    assert english.replace("ã", "a") in TEXTS.sms(Kind.CANCELLED, "en", there).replace(
        "\u202f", " "
    )


@by_language
@pytest.mark.parametrize("kind", [Kind.CONFIRMATION, Kind.REMINDER, Kind.MOVED, Kind.CLOCK_CHANGE])
def test_a_zone_without_letters_costs_an_ordinary_text_no_second_segment(kind, language):
    for zone in WITHOUT_LETTERS:
        when = at(2026, 9, 30, 12, zone=ZoneInfo(zone))

        text = TEXTS.sms(kind, language, facts(when=when, yours=when, elsewhere=True))

        assert segments(text) == 1, text


@by_language
def test_no_zone_there_is_reads_as_a_bare_number(language):
    for zone in sorted(available_timezones()):
        text = TEXTS.sms(
            Kind.REMINDER,
            language,
            facts(when=at(2026, 9, 30, zone=ZoneInfo(zone)), elsewhere=True),
        )

        assert is_gsm7(text)
        assert segments(text) <= 2
        assert not re.search(r"(M|\d)[\s\u202f][+-]\d\d", text), text


def test_a_fact_that_is_missing_is_an_error_and_never_an_empty_place():
    lacking = facts()
    del lacking["when"]

    with pytest.raises(RenderError):
        TEXTS.sms(Kind.REMINDER, "en", lacking)


def test_nobody_is_promised_a_call_where_nobody_is_on_call():
    for kind in (Kind.EMERGENCY, Kind.CRISIS):
        assert "team" in TEXTS.sms(kind, "en", facts(on_call=True))
        assert "team" not in TEXTS.sms(kind, "en", facts(on_call=False))


@by_mail
@by_language
def test_a_mails_subject_is_one_short_line(kind, language):
    subject, _, _ = TEXTS.email(kind, language, facts(therapist="Alex\nExample"))

    assert "\n" not in subject
    assert 0 < len(subject) <= 78


@by_mail
@by_language
def test_a_hostile_name_is_only_text_in_a_mail(kind, language):
    named = facts(patient=HOSTILE, therapist=HOSTILE, place=HOSTILE, arrival_note=HOSTILE)

    _, text, html = TEXTS.email(kind, language, named)
    soup = BeautifulSoup(html, "html.parser")

    assert soup.find("script") is None
    shown = " ".join(soup.body.get_text(" ").split())
    assert shown == " ".join(text.split())


@by_mail
@by_language
def test_a_mails_links_are_those_of_its_text_and_can_be_followed(kind, language):
    _, text, html = TEXTS.email(kind, language, facts())

    links = [link["href"] for link in BeautifulSoup(html, "html.parser").find_all("a")]

    assert links == re.findall(r"https://\S+", text)
    assert all(re.fullmatch(r"https://[\w./-]+", link) for link in links)


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_invitation_says_when_and_where_and_nothing_of_why(method):
    calendar = Calendar.from_ical(_invitation(method))
    (event,) = calendar.walk("VEVENT")

    assert calendar["METHOD"] == method
    assert str(event["SUMMARY"]) == "Willow Room: Alexandra Example"
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2026, 9, 30, 18, 30, tzinfo=UTC)
    assert event["SEQUENCE"] == 2
    assert event["CLASS"] == "PRIVATE"
    assert str(event["STATUS"]) == ("CANCELLED" if method == "CANCEL" else "CONFIRMED")
    assert not HEALTH_WORDS.search(_invitation(method).decode())


def test_the_uid_of_an_invitation_stays_over_every_change():
    uids = {
        re.search(rb"UID:(.*)\r\n", _invitation(method, version)).group(1)
        for method in ("REQUEST", "CANCEL")
        for version in (1, 2, 3)
    }

    assert len(uids) == 1


def _invitation(method, version=3):
    appointment = SimpleNamespace(
        id=UUID("01a20300-aaaa-7bbb-8ccc-0123456789ab"),
        version=version,
        state=State.CANCELLED if method == "CANCEL" else State.BOOKED,
        starts_at=at(2026, 9, 30).astimezone(UTC),
        ends_at=at(2026, 9, 30, 15, 30).astimezone(UTC),
        therapist=SimpleNamespace(name="Alexandra Example"),
        location=SimpleNamespace(
            name="Willow Room",
            address="1 Example Street",
            city="New York",
            zone="America/New_York",
        ),
        patient=SimpleNamespace(name="Ana Example", email="ana@example.org"),
    )
    clinic = Clinic(
        name="Willow Room",
        phone="+1 212 555 0100",
        zone="America/New_York",
        region="US",
        emergency_number="911",
        crisis_line="988",
        email="hello@example.org",
        sender="+15005550006",
    )
    return invitation(appointment, clinic=clinic, language="en", method=method, now=at(2026, 9, 1))
