"""The website mails by itself that nobody sends, and no page waits or breaks for it."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from booking.messaging.ports import SendOutcome
from booking.monitoring import heartbeat_queries as ticks
from tests.build.gateways import FakeEmail
from tests.web.world import NOW


@pytest.fixture
def mail_server(app, runtime):
    server = FakeEmail()
    app.extensions["lupine"] = type(runtime)(**{**vars(runtime), "email": server})
    return server


def subjects(mail_server):
    return [mail.subject for mail in mail_server.sent]


def test_who_asks_healthz_has_the_mail_sent_and_the_second_within_the_hour_none(
    browser, mail_server, clock
):
    assert browser.get("/healthz").html == "no_sender\n"
    assert subjects(mail_server) == ["Nothing sends our messages"]

    clock.pass_(minutes=59)
    browser.get("/healthz")
    assert len(mail_server.sent) == 1
    clock.pass_(minutes=1)
    browser.get("/healthz")
    assert len(mail_server.sent) == 2


def test_a_page_of_the_staff_that_shows_the_alarm_has_it_mailed_too(staff, mail_server):
    page = staff.signed_in("dana").get("/staff/")

    assert "Nothing sends our messages" in page.text
    assert subjects(mail_server) == ["Nothing sends our messages"]


def test_nothing_is_mailed_while_somebody_sends(browser, runtime, mail_server):
    with runtime.database.transaction() as session:
        ticks.mark(session, ticks.SENDING, NOW)

    browser.get("/healthz")

    assert mail_server.calls == 0


def test_a_mail_server_that_fails_breaks_no_page_and_is_asked_again(staff, mail_server, clock):
    mail_server.answers_with(SendOutcome.NOT_PROCESSED)
    browser = staff.signed_in("dana")

    assert browser.get("/staff/").status == 200
    assert mail_server.calls == 1
    clock.pass_(seconds=59)
    browser.get("/staff/")
    assert mail_server.calls == 1
    clock.pass_(seconds=1)
    assert browser.get("/staff/").status == 200

    assert mail_server.calls == 2
    clock.pass_(minutes=30)
    browser.get("/staff/")
    assert mail_server.calls == 2


def test_the_page_is_answered_before_the_mail_goes(app, browser, mail_server):
    response = app.test_client().get("/healthz", buffered=False)
    assert response.status_code == 503
    assert mail_server.calls == 0

    response.close()

    assert mail_server.calls == 1


class BusyDatabase:
    """One that can be read and not written."""

    def __init__(self, database):
        self.read_only = database.read_only

    def transaction(self):
        raise OperationalError("UPDATE tick", {}, Exception("locked"))


def test_a_database_that_cannot_be_written_breaks_no_page_either(app, browser, runtime):
    server = FakeEmail()
    app.extensions["lupine"] = type(runtime)(
        **{**vars(runtime), "email": server, "database": BusyDatabase(runtime.database)}
    )

    assert browser.get("/healthz").html == "no_sender\n"
    assert server.calls == 0


def test_a_mail_about_a_sender_that_fell_silent_says_since_when(browser, runtime, mail_server):
    with runtime.database.transaction() as session:
        ticks.mark(session, ticks.SENDING, NOW - timedelta(minutes=5))

    browser.get("/healthz")

    assert "It has been so since 2026-03-02 09:55 EST." in mail_server.sent[0].text
