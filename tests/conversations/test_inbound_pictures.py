"""Pictures that come with a text: counted, shown to staff as such, and never silently lost."""

from booking.checkins.rules.scores import CheckInKind
from booking.messaging.kinds import Kind
from booking.messaging.models import OptOut
from booking.safety.rules.red_flags import Tier
from tests.build.cast import ALICE, CARMEN, STRANGERS_PHONE

JPEG = ("image/jpeg",)


def test_a_picture_needs_a_person_and_its_sender_is_told_that_it_stays_unseen(clinic, told):
    clinic.text_from(ALICE, "", media=JPEG)
    clinic.send_due()

    text = clinic.inbound()[-1]
    assert (text.needs_person, text.media_count, text.media_types) == (True, 1, ["image/jpeg"])
    assert "we cannot look at pictures by text" in clinic.sms.to(ALICE)[-1]
    assert "+1 212 555 0100" in clinic.sms.to(ALICE)[-1]
    assert "911" in clinic.sms.to(ALICE)[-1]
    assert Kind.NEUTRAL_ANSWER not in clinic.kinds()


def test_many_pictures_are_answered_once_a_day(clinic, told):
    for _ in range(3):
        clinic.text_from(ALICE, "", media=JPEG * 2)
        clinic.clock.pass_(minutes=1)
    assert clinic.kinds().count(Kind.NO_PICTURES) == 1

    clinic.clock.pass_(days=1)
    clinic.text_from(ALICE, "", media=JPEG)
    assert clinic.kinds().count(Kind.NO_PICTURES) == 2


def test_a_stranger_and_who_writes_spanish_are_told_too(clinic):
    clinic.booked(CARMEN)
    clinic.text_from(CARMEN, "", media=("audio/amr",))
    clinic.text_from(STRANGERS_PHONE, "", media=("text/vcard",))
    clinic.send_due()

    assert "no podemos ver fotos" in clinic.sms.to(CARMEN)[-1]
    assert "we cannot look at pictures" in clinic.sms.to(STRANGERS_PHONE)[-1]


def test_words_beside_a_picture_are_read_as_ever(clinic):
    done = clinic.finished(ALICE, at="2026-03-05T17:00Z")
    clinic.send_all("2026-03-06T18:00Z")

    clinic.text_from(ALICE, "4 6 3", media=JPEG)

    assert clinic.scores(done, CheckInKind.AFTER_24H) == (4, 6, 3)
    assert clinic.inbound()[-1].needs_person
    assert {Kind.CHECK_IN_THANKS, Kind.NO_PICTURES} <= set(clinic.kinds())


def test_danger_beside_a_picture_raises_the_alert(clinic, told):
    clinic.text_from(ALICE, "look, I have chest pain", media=JPEG)

    assert [one.tier for one in clinic.alerts()] == [Tier.RED]


def test_a_stop_with_a_picture_is_a_stop(clinic, told):
    clinic.text_from(ALICE, "STOP", media=JPEG)

    assert len(clinic.all(OptOut)) == 1
    assert Kind.NO_PICTURES not in clinic.kinds()
    assert clinic.inbound()[-1].needs_person
