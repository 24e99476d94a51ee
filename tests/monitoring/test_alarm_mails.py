"""Mails about alarms: through the outbox, and past it where nobody empties it."""

import pytest

from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.ports import SendOutcome
from booking.monitoring import heartbeat_queries as ticks
from booking.monitoring.alarm_mails import due_for_direct_email, mail_alarms, send_directly
from booking.monitoring.alarms import AlarmCode, alarms
from tests.build.cast import ALICE, EMMA, ON_CALL_PHONE
from tests.build.reminder import reminder_of


@pytest.fixture
def stopped(clinic):
    """A clinic whose texts the carrier refuses."""
    clinic.booked(ALICE)
    clinic.sms.answers_with(SendOutcome.REFUSED, error_code=20003)
    clinic.send_due()
    clinic.email.sent.clear()
    return clinic


def mailed(clinic):
    with clinic.unit_of_work() as uow:
        told = mail_alarms(uow)
    return [alarm.code for alarm in told]


def mailed_past_the_outbox(clinic):
    with clinic.read_only() as uow:
        due = due_for_direct_email(uow, alarms(uow))
    return [alarm.code for alarm in send_directly(due, clinic.runtime, clinic.now)]


def keeps_sending(clinic):
    """A sender was just seen at work."""
    with clinic.transaction() as session:
        ticks.mark(session, ticks.SENDING, clinic.now)


def test_an_alarm_is_mailed_at_most_once_an_hour(stopped):
    first_at = stopped.now
    assert mailed(stopped) == [AlarmCode.STOPPED]

    stopped.clock.pass_(minutes=59, seconds=59)
    assert AlarmCode.STOPPED not in mailed(stopped)
    stopped.clock.pass_(seconds=1)
    assert AlarmCode.STOPPED in mailed(stopped)

    told = [one for one in stopped.messages(kind=Kind.ALARM) if one.variables["detail"]]
    assert [one.due_at for one in told] == [first_at, stopped.now]


def test_another_alarm_within_the_hour_has_its_own_mail(stopped):
    mailed(stopped)
    stopped.booked(EMMA, at="2026-03-12T17:00Z")
    stopped.clock.pass_(minutes=2)

    assert mailed(stopped) == [AlarmCode.LATE]


@pytest.mark.parametrize(
    ("on_call", "told"),
    [
        ("oncall@example.org", "oncall@example.org"),
        (ON_CALL_PHONE, "hello@example.org"),
        (None, "hello@example.org"),
    ],
)
def test_an_alarm_is_mailed_to_who_is_on_call_or_to_the_clinic(stopped, on_call, told):
    stopped.calls_at_night(on_call)
    mailed(stopped)

    stopped.send_due()

    [mail] = stopped.email.sent
    assert mail.to == told
    assert mail.subject == "Our texts are stopped"


def test_an_alarms_mail_says_what_is_wrong_and_names_no_patient(stopped):
    stopped.calls_at_night("oncall@example.org")
    mailed(stopped)
    stopped.send_due()

    [mail] = stopped.email.to("oncall@example.org")
    assert "The carrier refused our credentials." in mail.text
    for told in (ALICE.name.split()[0], ALICE.phone, ALICE.email):
        assert told not in mail.text + mail.subject + mail.html
    alarm = stopped.message(kind=Kind.ALARM)
    assert alarm.channel is Channel.EMAIL
    assert alarm.state is MessageState.ACCEPTED
    assert alarm.patient_id is None


def test_texts_refused_for_their_words_are_mailed_again_only_when_it_happens_again(
    clinic, reminded
):
    clinic.sms.answers_with(error_code=30007)
    clinic.send_due()
    assert mailed(clinic) == [AlarmCode.REFUSED]

    clinic.clock.pass_(hours=2)
    keeps_sending(clinic)
    assert mailed(clinic) == []

    clinic.sms.answers_with(error_code=30007)
    clinic.text_from(ALICE, "HELP")
    clinic.send_due()
    assert mailed(clinic) == [AlarmCode.REFUSED]
    clinic.send_due()
    assert clinic.email.sent[-1].subject == "A message failed for its words"
    assert "The message was filtered as unwanted." in clinic.email.sent[-1].text
    assert reminder_of(clinic, reminded).state is MessageState.FAILED


def test_where_nobody_sends_a_mail_goes_past_the_outbox_once_an_hour(clinic):
    clinic.send_due()
    clinic.clock.pass_(minutes=5)

    assert mailed(clinic) == []
    assert mailed_past_the_outbox(clinic) == [AlarmCode.NO_SENDER]
    clinic.clock.pass_(minutes=59)
    assert mailed_past_the_outbox(clinic) == []

    [mail] = clinic.email.sent
    assert (mail.to, mail.subject) == ("hello@example.org", "Nothing sends our messages")
    assert "It has been so since 2026-" in mail.text
    assert clinic.messages() == []
    clinic.clock.pass_(minutes=1)
    assert mailed_past_the_outbox(clinic) == [AlarmCode.NO_SENDER]


def test_nothing_goes_past_the_outbox_while_somebody_empties_it(stopped):
    assert mailed_past_the_outbox(stopped) == []
    assert stopped.email.sent == []


@pytest.mark.parametrize("outcome", [SendOutcome.NOT_PROCESSED, SendOutcome.REFUSED])
def test_a_mail_server_that_fails_is_asked_again_a_minute_later(clinic, outcome):
    clinic.email.answers_with(outcome)
    assert mailed_past_the_outbox(clinic) == []

    clinic.clock.pass_(seconds=59)
    assert mailed_past_the_outbox(clinic) == []
    assert clinic.email.calls == 1
    clinic.clock.pass_(seconds=1)

    assert mailed_past_the_outbox(clinic) == [AlarmCode.NO_SENDER]


def test_of_two_processes_that_ask_at_once_one_mails(clinic):
    asked_too = []
    clinic.email.meanwhile = lambda _results: asked_too.append(mailed_past_the_outbox(clinic))

    assert mailed_past_the_outbox(clinic) == [AlarmCode.NO_SENDER]

    assert asked_too == [[]]
    assert len(clinic.email.sent) == 1


@pytest.mark.parametrize(
    ("alarm", "subject"),
    [
        ("no_sender", "Nada envía nuestros mensajes"),
        ("text_refused", "Un mensaje falló por sus palabras"),
        ("web_budget_spent", "Se ha agotado lo que los visitantes pueden causar"),
    ],
)
def test_a_spanish_alarm_says_the_same(clinic, alarm, subject):
    words = clinic.runtime.texts.email(
        Kind.ALARM,
        "es",
        {"alarm": alarm, "since": "2026-03-02", "detail": "", "clinic": "Willow Room"},
    )

    assert words[0] == subject
