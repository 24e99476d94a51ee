"""Mails about alarms: through the outbox, and past it where nobody empties it."""

import pytest

from booking.clinic.policy import AbusePolicy
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.ports import SendOutcome
from booking.monitoring import heartbeat_queries as ticks
from booking.monitoring.alarm_mails import due_for_direct_email, mail_alarms, send_directly
from booking.monitoring.alarms import AlarmCode, alarms
from booking.scheduling.hold_limits import Visitor
from booking.scheduling.web_budget import BudgetName
from tests.build.cast import ALICE, DANA, EMMA, ON_CALL_PHONE
from tests.build.reminder import reminder_of

PLAIN = {"since": "2026-03-02", "detail": "", "clinic": "Willow Room"}


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

    told = [
        one
        for one in stopped.messages(kind=Kind.ALARM)
        if one.variables["alarm"] == AlarmCode.STOPPED
    ]
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
        {**PLAIN, "alarm": alarm, "error_code": None, "budgets": []},
    )

    assert words[0] == subject


BUDGETS = [("texts_in_hour", 4, 5), ("holds", 17, 20)]


@pytest.mark.parametrize(
    ("facts", "english", "spanish"),
    [
        (
            {"alarm": "sender_stopped", "error_code": 20003},
            "The carrier refused our credentials. Mails",
            "The carrier refused our credentials. Los correos",
        ),
        (
            {"alarm": "sender_stopped", "error_code": 99999},
            "The carrier's error is 99999. Mails",
            "El error de la operadora es 99999. Los correos",
        ),
        (
            {"alarm": "text_refused", "error_code": None},
            "Its words could not be made. The same",
            "No se pudieron redactar sus palabras. Las mismas",
        ),
        (
            {"alarm": "clock_set_back", "minutes": 60},
            "it is 60 minutes behind",
            "va 60 minutos por",
        ),
        (
            {"alarm": "clock_set_back", "detail": "60 minutes"},
            "it is 60 minutes behind",
            "va 60 minutos por",
        ),
        (
            {"alarm": "web_budget_spent", "budgets": BUDGETS},
            "as they may: texts in an hour, times kept at once. Somebody",
            "lo que pueden: mensajes de texto en una hora, horas guardadas a la vez. Puede",
        ),
        (
            {"alarm": "web_budget_near", "budgets": BUDGETS},
            "they may: texts in an hour (4 of 5), times kept at once (17 of 20). Somebody",
            "pueden: mensajes de texto en una hora (4 de 5), horas guardadas a la vez (17 de 20).",
        ),
    ],
    ids=["a known error", "another", "no words", "a clock", "as before", "spent", "near"],
)
def test_a_mail_says_what_exactly_is_wrong_in_the_clinics_language(clinic, facts, english, spanish):
    for language, told in (("en", english), ("es", spanish)):
        _, text, _ = clinic.runtime.texts.email(Kind.ALARM, language, {**PLAIN, **facts})
        assert told in text


def test_every_budget_has_a_name_in_a_mail(clinic):
    for language in ("en", "es"):
        every = [(name.value, 1, 2) for name in BudgetName]
        _, text, _ = clinic.runtime.texts.email(
            Kind.ALARM, language, {**PLAIN, "alarm": "web_budget_near", "budgets": every}
        )
        assert text.count("(1 ") == len(BudgetName)


def test_what_is_used_up_is_told_in_the_mail_that_is_sent(clinic):
    clinic.changes_policies(abuse=AbusePolicy(holds_in_all=1))
    clinic.send_due()
    clinic.held(DANA, "2026-03-10T17:00Z", by=Visitor("address", "browser"))

    assert mailed(clinic) == [AlarmCode.WEB_SPENT]
    clinic.send_due()

    assert "set off as much as they may: times kept at once." in clinic.email.sent[-1].text
