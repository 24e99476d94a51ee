"""The ledger of messages, for those who may see it."""

from datetime import timedelta
from uuid import UUID

import pytest

from booking.kit.ids import new_id
from booking.messaging.kinds import Channel, Kind, Lane, lane_of
from booking.messaging.message import MessageState
from booking.messaging.models import Message, MessageEvent, Sender
from booking.monitoring import heartbeat_queries as ticks
from tests.web.world import NOW

SENDER = "+15005550006"


def add_message(staff, **facts):
    """A text about Ana's session with Dana, due now, that the carrier has."""
    kind = facts.pop("kind", Kind.CONFIRMATION)
    message = Message(
        **{
            "id": new_id(),
            "dedupe_key": str(new_id()),
            "kind": kind,
            "channel": Channel.SMS,
            "lane": int(lane_of(kind)),
            "appointment_id": staff.anas,
            "appointment_version": 1,
            "patient_id": staff.ana,
            "recipient": "+12125550134",
            "language": "en",
            "zone": "America/New_York",
            "variables": {},
            "due_at": NOW,
            "expires_at": NOW + timedelta(hours=2),
            "next_attempt_at": facts.get("due_at", NOW),
            "state": MessageState.ACCEPTED,
            "created_at": NOW,
            **facts,
        }
    )
    with staff.database.transaction() as session:
        session.add(message)
    return message.id


def add_step(staff, message_id, what, state, **detail):
    with staff.database.transaction() as session:
        session.add(
            MessageEvent(
                message_id=message_id, at=NOW, what=what, type=what, state=state, detail=detail
            )
        )


def ledger(staff, who="cora", query=""):
    return staff.signed_in(who).get(f"/staff/messages{query}")


def lines(page):
    return [" ".join(line.get_text(" ").split()) for line in page.soup.select(".ledger-lines > li")]


def press(staff, message_id, step, who="cora"):
    """Send the form for a step as somebody whose page does not have to offer it."""
    browser = staff.signed_in(who)
    token = browser.get("/staff/").form("/sign-out").data["csrf_token"]
    return browser.post(f"/staff/messages/{message_id}/{step}", {"csrf_token": token})


def test_a_message_stands_there_with_its_state_in_words_and_a_masked_number(staff):
    add_message(staff)

    page = ledger(staff)

    assert lines(page) == ["Confirmation text to +1******0134 Handed over due Mon, Mar 2, 10:00 am"]
    assert "2125550134" not in page.html


@pytest.mark.parametrize(("who", "sees"), [("dana", 1), ("theo", 0), ("cora", 1), ("ada", 1)])
def test_therapists_see_the_messages_of_their_sessions_and_the_office_all(staff, who, sees):
    message_id = add_message(staff)

    assert len(lines(ledger(staff, who))) == sees
    opened = staff.signed_in(who).get(f"/staff/messages/{message_id}")
    assert opened.status == (200 if sees else 404)


def test_a_message_that_failed_says_why(staff):
    add_message(staff, state=MessageState.FAILED, error_code=30005, final_at=NOW)

    [line] = lines(ledger(staff))

    assert "Failed" in line
    assert "The number does not exist or is off." in line


def test_today_is_shown_unless_another_day_or_all_are_asked_for(staff):
    add_message(staff)
    add_message(staff, kind=Kind.REMINDER, due_at=NOW + timedelta(days=1))

    assert [line.split()[0] for line in lines(ledger(staff))] == ["Confirmation"]
    assert len(lines(ledger(staff, query="?day="))) == 2
    assert [line.split()[0] for line in lines(ledger(staff, query="?day=2026-03-03"))] == [
        "Reminder"
    ]


def test_a_day_begins_at_midnight_where_the_clinic_is(staff):
    # Ten minutes to and past midnight in New York.
    add_message(staff, due_at=NOW.replace(hour=4, minute=50))
    add_message(staff, kind=Kind.MOVED, due_at=NOW.replace(hour=5, minute=10))

    assert [line.split()[0] for line in lines(ledger(staff))] == ["Moved"]


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("kind=reminder", ["Reminder"]),
        ("channel=email", ["Moved"]),
        ("lane=reminders", ["Reminder"]),
        ("state=failed", ["Confirmation"]),
        ("state=accepted", ["Moved", "Reminder"]),
        ("state=nonsense&lane=9&kind=none&behind=x", ["Confirmation", "Moved", "Reminder"]),
    ],
)
def test_the_choices_leave_what_fits(staff, query, kinds):
    add_message(staff, state=MessageState.FAILED, due_at=NOW + timedelta(seconds=3))
    add_message(staff, kind=Kind.REMINDER, due_at=NOW + timedelta(seconds=1))
    add_message(
        staff,
        kind=Kind.MOVED,
        channel=Channel.EMAIL,
        recipient="ana@example.org",
        state=MessageState.QUEUED,
        due_at=NOW + timedelta(seconds=2),
    )

    found = lines(ledger(staff, query=f"?{query}"))

    assert [line.split()[0] for line in found] == kinds


def test_the_counts_tell_how_many_stand_where_and_lead_there(staff):
    add_message(staff)
    add_message(staff, state=MessageState.QUEUED)
    add_message(staff, state=MessageState.FAILED)

    page = ledger(staff)

    chips = page.soup.select_one("nav[aria-label=State]").get_text(" ").split()
    assert " ".join(chips) == "All 3 Handed over 2 ! Failed 1"
    assert len(lines(page.follow("Handed over"))) == 2


def test_all_messages_of_one_session_are_shown_on_whatever_day(staff):
    add_message(staff, kind=Kind.REMINDER, due_at=NOW + timedelta(days=3))
    add_message(staff, appointment_id=staff.bos)

    page = ledger(staff, query=f"?appointment={staff.anas}")

    assert [line.split()[0] for line in lines(page)] == ["Reminder"]


def test_pages_follow_each_other_without_a_gap_though_more_is_written_meanwhile(staff):
    ids = [add_message(staff, due_at=NOW + timedelta(seconds=n // 2)) for n in range(60)]
    browser = staff.signed_in("cora")
    first = browser.get("/staff/messages")
    add_message(staff, due_at=NOW + timedelta(minutes=5))

    second = first.follow("Earlier ones")

    shown = [
        UUID(link["href"].rsplit("/", 1)[1])
        for page in (first, second)
        for link in page.soup.select("a.ledger-kind")
    ]
    assert len(shown) == 60
    assert set(shown) == set(ids)
    assert "Earlier ones" not in second.text
    assert second.follow("Back to the latest").soup.select("a.ledger-kind")


def test_a_message_has_its_history_its_carriers_id_and_its_session(staff):
    message_id = add_message(staff, provider_sid="SM" + "1" * 32, attempts=1, segments=1)
    add_step(staff, message_id, "started", MessageState.SENDING)
    add_step(staff, message_id, "report", MessageState.ACCEPTED, status="undelivered", code=30003)

    page = ledger(staff).follow("Confirmation")

    assert "SM" + "1" * 32 in page.text
    assert "Report: undelivered, error 30003" in page.text
    assert page.follow("The session it is about").path == f"/staff/appointments/{staff.anas}"
    assert staff.openings("message") == [(f"user:{staff.users['cora']}", message_id)]


def test_a_message_that_waits_is_called_off(staff):
    message_id = add_message(staff, state=MessageState.PENDING)

    page = ledger(staff, "dana").follow("Confirmation").form("/call-off").press()

    assert "it will not leave" in page.text
    assert staff.row(Message, message_id).state is MessageState.CANCELLED


def test_a_message_that_failed_is_sent_again_as_a_new_one(staff):
    message_id = add_message(staff, state=MessageState.FAILED, error_code=30005, final_at=NOW)

    page = ledger(staff).follow("Confirmation").form("/again").press()

    new = UUID(page.path.rsplit("/", 1)[1])
    assert new != message_id
    assert staff.row(Message, new).state is MessageState.PENDING
    assert staff.row(Message, message_id).state is MessageState.FAILED


def test_what_the_state_does_not_allow_is_not_offered_and_changes_nothing(staff):
    message_id = add_message(staff)
    page = ledger(staff).follow("Confirmation")

    assert "/again" not in page.html
    assert "/call-off" not in page.html
    assert "Nothing changed." in press(staff, message_id, "again").text
    assert "Nothing changed." in press(staff, message_id, "call-off").text
    assert staff.row(Message, message_id).state is MessageState.ACCEPTED


@pytest.mark.parametrize("step", ["again", "call-off"])
def test_nobody_handles_a_message_that_is_not_theirs(staff, step):
    message_id = add_message(staff, state=MessageState.PENDING)

    assert press(staff, message_id, step, who="theo").status == 404
    assert staff.browser().post(f"/staff/messages/{message_id}/{step}", {}).status == 401
    assert staff.row(Message, message_id).state is MessageState.PENDING


def stop_sender(staff):
    with staff.database.transaction() as session:
        ticks.mark(session, ticks.SENDING, NOW)
        session.add(
            Sender(address=SENDER, stopped_at=NOW, error_code=20003, tokens=1.0, refilled_at=NOW)
        )


def test_a_stopped_sender_is_told_on_every_page_and_let_go_on_from_the_ledger(staff):
    stop_sender(staff)
    calendar = staff.signed_in("cora").get("/staff/")
    assert "Our texts are stopped. The carrier refused our credentials." in calendar.text

    page = calendar.follow("What to do").form("/sender/resume").press()

    assert "Texts go on." in page.text
    assert "Our texts are stopped" not in page.text
    assert staff.row(Sender, SENDER).stopped_at is None


def test_a_therapist_sees_the_alarm_and_cannot_let_the_sender_go_on(staff):
    stop_sender(staff)
    page = ledger(staff, "dana")

    assert "Our texts are stopped." in page.text
    assert "/sender/resume" not in page.html
    assert press(staff, "sender", "resume", who="dana").status == 403
    assert staff.row(Sender, SENDER).stopped_at == NOW


def test_no_alarm_is_shown_where_all_is_well_nor_to_anybody_who_is_not_signed_in(staff):
    with staff.database.transaction() as session:
        ticks.mark(session, ticks.SENDING, NOW)
    assert not ledger(staff).soup.select(".alarms")

    staff.clock.pass_(hours=1)

    assert ledger(staff).soup.select(".alarms")
    assert not staff.browser().get("/staff/sign-in").soup.select(".alarms")


def test_every_lane_has_a_name(staff):
    page = ledger(staff)

    assert len(page.soup.select("#f-lane option")) == len(Lane) + 1


def test_a_message_that_ended_at_another_time_than_it_was_due_tells_both(staff):
    add_message(staff, state=MessageState.CANCELLED, final_at=NOW - timedelta(hours=2))

    [line] = lines(ledger(staff))

    assert "due Mon, Mar 2, 10:00 am , so since Mon, Mar 2, 8:00 am" in line
