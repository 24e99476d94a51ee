"""One appointment from search to trend, told over HTTP against the real processes.

The chapters are those of the walk in ARCHITECTURE.md, in its order.
"""

import os
import re
import signal
from datetime import timedelta
from uuid import UUID

import pytest
import requests

from booking.messaging.kinds import Kind
from booking.messaging.message import MessageState
from booking.scheduling.states import State
from booking.web.formats import clock_time
from demo import DEMO_SIGN_IN
from tests.story import patient
from tests.story.patient import NORA, PAUL, PAULS_PHONE, PHONE, RUTH, RUTHS_PHONE
from tests.story.running import until

pytestmark = pytest.mark.story


def test_one_appointment_from_search_to_trend(running):
    visitor, zone = running.visitor(), patient.zone_by_day()
    starts_at = _find_and_hold_a_time(visitor, zone)
    booked, event = _book_after_a_slip(running, visitor, starts_at)
    appointment_id = patient.id_in(event)
    _move(running, booked, appointment_id, event)
    _answer_by_text(running, visitor, appointment_id)
    _give_the_numbers_before(running, visitor, appointment_id)
    therapist = _open_in_the_calendar(running, appointment_id)
    _mark_done_and_answer_the_check_in(running, therapist, appointment_id)
    _read_the_trend(therapist, appointment_id)
    _look_back(running)


def test_the_demo_sends_a_reminder_and_a_check_in_by_itself(running):
    gwen, hana = "+12125550177", "+12125550188"

    reminder = running.phones.text(gwen, "your session is")
    check_in = running.phones.text(hana, "3 numbers")

    assert "Reply C to confirm" in reminder
    assert "pain, tiredness, stiffness" in check_in


def test_a_webhook_without_the_carriers_signature_stores_nothing(running):
    patient.book(running.visitor(), patient.zone_by_day(), PAUL)
    running.phones.text(PAULS_PHONE, "booked")
    until(lambda: running.operator.all_delivered_to(PAULS_PHONE), "the last report")
    kept = running.operator.kept_about(PAULS_PHONE)
    form = {
        "AccountSid": running.stack.settings["TWILIO_ACCOUNT_SID"],
        "MessageSid": running.phones.sent(PAULS_PHONE)[-1]["sid"],
        "From": PAULS_PHONE,
        "To": running.stack.settings["TWILIO_FROM"],
        "Body": "STOP",
        "MessageStatus": "failed",
    }

    for signature in ({}, {"X-Twilio-Signature": ""}, {"X-Twilio-Signature": "bm90IHJpZ2h0"}):
        for hook in ("inbound", "status"):
            url = f"{running.stack.web_url}/hooks/twilio/{hook}"
            answer = requests.post(url, data=form, headers=signature, timeout=10)
            assert answer.status_code == 403

    assert running.operator.kept_about(PAULS_PHONE) == kept


def test_a_worker_child_that_is_killed_is_replaced_and_its_work_goes_on(running):
    children = running.children_of("worker")
    assert len(children) == (2 if running.has_redis else 0), "over files a worker runs threads"

    for child in children:
        os.kill(child, signal.SIGKILL)
    patient.book(running.visitor(), patient.zone_by_day(), RUTH)

    running.phones.text(RUTHS_PHONE, "booked")
    assert len(running.phones.sent(RUTHS_PHONE)) == 1
    assert set(running.children_of("worker")).isdisjoint(children)


def _find_and_hold_a_time(visitor, zone):
    held, starts_at = patient.choose_slot(visitor, zone)

    assert held.heading == "Your details"
    local = clock_time(patient.instant(starts_at), zone)
    assert local in held.text, "the held time stands in the visitor's own zone"
    visitor.held = held
    return starts_at


def _book_after_a_slip(running, visitor, starts_at):
    form = visitor.held.form(action_ends=visitor.held.path, method="post")

    refused = form.send(**NORA | {"phone": "12"})

    assert refused.status == 422
    assert any("phone" in error.lower() or "number" in error.lower() for error in refused.errors)
    for name in ("name", "email", "q_flare", "q_red_signs", "consent_sms"):
        wanted = NORA[name]
        ticked = isinstance(refused.value_of(name), list) and isinstance(wanted, str)
        assert refused.value_of(name) == ([wanted] if ticked else wanted), f"{name} was lost"

    corrected = refused.form(action_ends=refused.path, method="post")
    booked = corrected.send(phone=NORA["phone"])

    assert booked.heading == "You are booked"
    text = running.phones.text(PHONE, "booked")
    assert "Dana" in text
    assert "/a/" in patient.link_in(text)
    mail = running.phones.mail(NORA["email"], "Your session on")
    method, event = patient.invitation(mail)
    assert method == "REQUEST"
    assert event["SEQUENCE"] == 0
    assert event["DTSTART"].dt == patient.instant(starts_at)
    assert UUID(str(event["UID"]))
    return booked, event


def _move(running, booked, appointment_id, event):
    planned = running.operator.messages(appointment_id, Kind.REMINDER)
    assert {one.state for one in planned} == {MessageState.PENDING}
    assert planned, "reminders were planned with the booking"
    choose = booked.follow("Move it")
    wanted = next(
        value
        for value in patient.slots(choose.follow("Later days"))
        if patient.instant(value).date() > event["DTSTART"].dt.date() - timedelta(days=2)
        and patient.instant(value) != event["DTSTART"].dt
    )

    moved = choose.form(action_ends="/move", method="post").send(starts_at=wanted)

    assert "is moved" in moved.text
    old = running.operator.messages(appointment_id, Kind.REMINDER, version=1)
    new = running.operator.messages(appointment_id, Kind.REMINDER, version=2)
    assert {one.state for one in old} == {MessageState.CANCELLED}
    assert [one.state for one in new] == [MessageState.PENDING] * len(old)
    assert all(one.due_at < patient.instant(wanted) for one in new)
    _, changed = patient.invitation(running.phones.mail(NORA["email"], "Moved:"))
    assert changed["UID"] == event["UID"]
    assert changed["SEQUENCE"] == event["SEQUENCE"] + 1
    assert changed["DTSTART"].dt == patient.instant(wanted)
    running.phones.text(PHONE, "now on")


def _answer_by_text(running, visitor, appointment_id):
    running.operator.bring_forward(appointment_id, Kind.REMINDER)
    assert "Reply C to confirm" in running.phones.text(PHONE, "your session is")

    assert running.phones.reply(PHONE, "R")
    link = patient.link_in(running.phones.text(PHONE, "choose another time"))
    assert visitor.get(link).heading in {"You are booked", "Choose a new time"}

    assert running.phones.reply(PHONE, " c. ")
    running.phones.text(PHONE, "thank you, see you")
    assert running.operator.state(appointment_id) is State.CONFIRMED
    assert visitor.get(link).heading == "You are booked and confirmed"
    visitor.own_page = link


def _give_the_numbers_before(running, visitor, appointment_id):
    running.operator.let_session_be(appointment_id, timedelta(hours=2))

    form = visitor.get(visitor.own_page).follow("Give three numbers").form(method="post")
    thanked = form.send(pain="6", tiredness="7", stiffness="5")

    assert "Your numbers are with us" in thanked.text


def _open_in_the_calendar(running, appointment_id):
    running.operator.let_session_be(appointment_id, timedelta(minutes=-20))
    therapist = running.visitor()
    mail, password = DEMO_SIGN_IN
    entry = therapist.get("/staff/sign-in").form(action_ends="/staff/sign-in", method="post")
    assert entry.send(email=mail, password="not the password").status == 401

    today = entry.send(email=mail, password=password)

    week = today.follow("Week")
    shown = {link["href"] for link in week.soup.select("a.session")}
    yesterday = week.follow("Previous")
    shown |= {link["href"] for link in yesterday.soup.select("a.session")}
    own = f"/staff/appointments/{appointment_id}"
    assert own in shown, "the session stands in the calendar"
    opened = therapist.get(own)
    assert opened.heading == NORA["name"]
    assert "Before you begin" in opened.text
    assert "All answers" in opened.text
    therapist.opened = opened
    return therapist


def _mark_done_and_answer_the_check_in(running, therapist, appointment_id):
    done = therapist.opened.form(action_ends="/done", method="post").press()

    assert "the session took place" in done.text
    assert running.operator.state(appointment_id) is State.DONE
    asked, _nudge = running.operator.messages(appointment_id, Kind.CHECK_IN)
    finished = running.operator.messages(appointment_id, Kind.CHECK_IN)[0].created_at
    assert asked.due_at - finished >= timedelta(hours=24)
    running.operator.bring_forward(appointment_id, Kind.CHECK_IN)
    assert "pain, tiredness, stiffness" in running.phones.text(PHONE, "3 numbers")

    assert running.phones.reply(PHONE, "4 6 3")

    running.phones.text(PHONE, "we have your numbers")
    states = [one.state for one in running.operator.messages(appointment_id, Kind.CHECK_IN)]
    assert states[-1] is MessageState.CANCELLED, "nobody is reminded of what they answered"


def _read_the_trend(therapist, appointment_id):
    page = therapist.get(f"/staff/appointments/{appointment_id}").follow("All sessions and numbers")

    (row,) = page.soup.select("table.numbers tbody tr")
    assert [cell.get_text(strip=True) for cell in row.find_all("td")] == list("647653")
    assert len(page.soup.select("svg.chart-drawing circle.before")) == 3
    assert len(page.soup.select("svg.chart-drawing circle.after")) == 3


def _look_back(running):
    running.phones.delivered(PHONE)
    bodies = [row["body"] for row in running.phones.sent(PHONE)]
    mails = running.phones.mails(NORA["email"])

    assert len(bodies) == len(set(bodies)), "no text was sent twice"
    until(lambda: running.operator.all_delivered_to(PHONE), "the report of every delivery")
    said = " ".join([*bodies, *(mail["subject"] + mail["text"] + mail["html"] for mail in mails)])
    assert mails
    assert not re.search(r"lupus|autoimmun|steroid|flare|diagnos|health", said, re.IGNORECASE)
