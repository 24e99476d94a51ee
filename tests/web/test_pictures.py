"""Pictures by text: what the carrier hands over is what the staff are told of."""

import shutil
from datetime import timedelta

import pytest

from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from tests.web.carrier import NEW, PUBLIC, Carrier
from tests.web.site import settings_for
from tests.web.world import ANA


@pytest.fixture
def settings(tmp_path, empty_database):
    shutil.copy(empty_database, tmp_path / "lupine.sqlite3")
    return settings_for(tmp_path, public_base_url=PUBLIC, twilio_auth_tokens=NEW)


@pytest.fixture
def carrier(app):
    return Carrier(app)


def media(count, *types):
    form = {"NumMedia": count}
    for number, type_ in enumerate(types):
        form[f"MediaContentType{number}"] = type_
        form[f"MediaUrl{number}"] = f"https://api.twilio.com/media/{number}"
    return form


def test_how_many_pictures_came_and_of_what_kind_is_kept(carrier):
    form = media("2", "image/jpeg", "image/png")

    assert carrier.text("", sid="MM" + "1" * 32, form=form).status_code == 200

    [kept] = carrier.rows(InboundMessage)
    assert (kept.media_count, kept.media_types) == (2, ["image/jpeg", "image/png"])
    assert kept.needs_person
    assert kept.body == ""


@pytest.mark.parametrize(
    ("form", "count", "types"),
    [
        (media("0"), 0, []),
        (media("x", "image/jpeg"), 0, []),
        (media("-3", "image/jpeg"), 0, []),
        (media("999", "image/jpeg"), 10, ["image/jpeg", *["unknown"] * 9]),
        (media("1", "<script>"), 1, ["unknown"]),
        (media("1"), 1, ["unknown"]),
    ],
)
def test_whatever_the_carrier_says_of_pictures_breaks_nothing(carrier, form, count, types):
    assert carrier.text("C", form=form).status_code == 200

    [kept] = carrier.rows(InboundMessage)
    assert (kept.media_count, kept.media_types) == (count, types)


@pytest.mark.parametrize("body", ["", "rash on my arm"])
def test_the_inbox_and_the_conversation_say_that_a_picture_came(staff, body):
    with staff.database.transaction() as session:
        sid = staff.add_text(session, body, patient_id=staff.ana)
        text = session.get_one(InboundMessage, sid)
        text.media_count, text.media_types = 2, ["image/jpeg", "image/jpeg"]

    page = staff.signed_in("dana").get("/staff/inbox")

    for shown in (page, page.follow("Answer")):
        assert "2 pictures came (image/jpeg)." in shown.text
        assert "Ask what it shows, or call." in shown.text
        assert body in shown.text
    assert len(page.soup.select("blockquote")) == bool(body)


def test_the_inbox_says_why_a_text_waits(staff):
    with staff.database.transaction() as session:
        sid = staff.add_text(session, "CANCEL", patient_id=staff.ana)
        session.get_one(InboundMessage, sid).reason = "session_stands"

    page = staff.signed_in("dana").get("/staff/inbox")

    for shown in (page, page.follow("Answer")):
        assert "The session still stands" in shown.text


def test_the_page_of_who_agreed_again_says_how_texts_come_again(app, browser):
    carrier = Carrier(app)
    assert carrier.text("STOP").status_code == 200
    page = browser.get("/therapists/dana-demo?from=2026-03-09")
    booked = page.form("/holds").press(0).form().send(**ANA)
    runtime = app.extensions["lupine"]
    with runtime.database.transaction() as session:
        mail = session.query(Message).filter_by(kind=Kind.CONFIRMATION, channel=Channel.EMAIL).one()
        mail.state, mail.send_started_at = MessageState.ACCEPTED, runtime.clock.now()
        end = runtime.clock.now() + timedelta(days=9)
        link = runtime.links.manage(mail.appointment_id, end, mail.id)

    mailed = browser.get(link.removeprefix(PUBLIC))

    assert "START" not in booked.text, "whoever books may not learn it, only who gets our mail"
    assert "your phone has stopped ours earlier" in mailed.text
    assert "text START to +15005550006" in mailed.text


def test_the_page_of_who_never_stopped_texts_says_nothing_of_it(browser):
    page = browser.get("/therapists/dana-demo?from=2026-03-09")
    booked = page.form("/holds").press(0).form().send(**ANA)

    assert "START" not in booked.text
