"""One batch, where something in it breaks: it ends by itself, and the poller lives on."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from booking.messaging import delivery
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.ports import SendOutcome
from tests.build.settings import settings_of
from tests.workers.test_sending import states, write
from workers import poller
from workers.sending import send_due

BAD = "+12125559999"


class Once(threading.Event):
    """Lets a poller look so many times."""

    def __init__(self, looks):
        super().__init__()
        self._left = looks

    def wait(self, timeout=None):
        self._left -= 1
        if self._left == 0:
            self.set()
        return self.is_set()


@pytest.fixture
def failing_start(monkeypatch):
    """Let the last look fail with an error so many times, or for one phone always."""

    def let_it_fail(error, *, times=None, phone=None):
        looked, real = [], delivery.begin_sending

        def start(uow, ids, owner, **ports):
            looked.append(len(ids))
            outgoing = real(uow, ids, owner, **ports)
            bad = any(one.to == phone for one in outgoing.texts)
            if bad or (times is not None and len(looked) <= times):
                raise error
            return outgoing

        monkeypatch.setattr(delivery, "begin_sending", start)
        return looked

    return let_it_fail


def lost_race(sqlstate):
    return OperationalError("SELECT", {}, SimpleNamespace(sqlstate=sqlstate))


def with_a_bad_one(clinic, count=3):
    write(clinic, Kind.NEUTRAL_ANSWER, count)
    write(clinic, Kind.NEUTRAL_ANSWER, first=9_999)


def standing(clinic, phone):
    [message] = clinic.messages(to=phone)
    return message


def test_the_poller_lives_on_after_a_message_that_cannot_be_sent(
    clinic, failing_start, monkeypatch, tmp_path
):
    settings = settings_of(clinic.url, data_dir=tmp_path)
    runtime = replace(clinic.runtime, settings=settings)
    monkeypatch.setattr(poller, "runtime", lambda: runtime)
    failing_start(RuntimeError("nobody foresaw this"), phone=BAD)
    with_a_bad_one(clinic)

    poller.run(Once(looks=2))

    assert len({one.to for one in clinic.sms.sent}) == len(clinic.sms.sent) == 3
    assert standing(clinic, BAD).state is MessageState.PENDING


@pytest.mark.parametrize("error", [KeyError("name"), TypeError(), ArithmeticError()])
def test_whatever_one_message_raises_it_is_put_off_alone(clinic, failing_start, error):
    looked = failing_start(error, phone=BAD)
    with_a_bad_one(clinic)

    clinic.send_due()

    assert looked == [4, 1, 1, 1, 1]
    assert states(clinic) == {MessageState.ACCEPTED, MessageState.PENDING}
    assert clinic.sms.calls == 1


@pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
def test_a_last_look_that_lost_a_race_for_its_locks_is_taken_once_more(
    clinic, failing_start, sqlstate
):
    looked = failing_start(lost_race(sqlstate), times=1)
    write(clinic, Kind.NEUTRAL_ANSWER, 3)

    clinic.send_due()

    assert looked == [3, 3]
    assert states(clinic) == {MessageState.ACCEPTED}


@pytest.mark.parametrize(("sqlstate", "looks"), [("40P01", 2), ("57P01", 1)])
def test_a_database_in_trouble_is_no_messages_fault(clinic, failing_start, sqlstate, looks):
    looked = failing_start(lost_race(sqlstate), times=9)
    write(clinic, Kind.NEUTRAL_ANSWER, 3)

    with pytest.raises(OperationalError):
        clinic.send_due()

    assert looked == [3] * looks
    assert states(clinic) == {MessageState.CLAIMED}


def test_what_started_before_the_database_went_away_is_handed_over(clinic, monkeypatch):
    real, looked = delivery.begin_sending, []

    def start(uow, ids, owner, **ports):
        looked.append(len(ids))
        if len(looked) == 1:
            raise RuntimeError
        if len(looked) == 3:
            raise lost_race("57P01")
        return real(uow, ids, owner, **ports)

    monkeypatch.setattr(delivery, "begin_sending", start)
    write(clinic, Kind.NEUTRAL_ANSWER, 3)

    send_due(clinic.runtime, "sender-1")

    assert len(clinic.sms.sent) == 1
    found = sorted(one.state for one in clinic.messages())
    assert found == [MessageState.ACCEPTED, MessageState.CLAIMED, MessageState.CLAIMED]


def test_a_carriers_gateway_that_breaks_leaves_its_texts_unknown_and_the_mails_go(clinic):
    write(clinic, Kind.NEUTRAL_ANSWER, 3)
    write(clinic, Kind.ON_CALL_ALERT, channel=Channel.EMAIL)

    def meanwhile(_results):
        raise ValueError("nobody foresaw this")

    clinic.sms.meanwhile = meanwhile
    clinic.send_due()

    of_texts = {one.state for one in clinic.messages(channel=Channel.SMS)}
    assert of_texts == {MessageState.UNKNOWN}
    assert clinic.sms.calls == 1
    assert {one.state for one in clinic.messages(channel=Channel.EMAIL)} == {MessageState.ACCEPTED}


def test_a_mail_that_breaks_its_gateway_keeps_no_other_from_leaving(clinic):
    write(clinic, Kind.ON_CALL_ALERT, 3, channel=Channel.EMAIL)
    bad = clinic.messages()[1]

    def meanwhile(results):
        if bad.id in {one.message_id for one in results}:
            raise ValueError("nobody foresaw this")

    clinic.email.meanwhile = meanwhile
    clinic.send_due()

    waiting = [one.id for one in clinic.messages(state=MessageState.PENDING)]
    assert waiting == [bad.id]
    assert len(clinic.messages(state=MessageState.ACCEPTED)) == 2


def test_a_result_that_cannot_be_recorded_takes_no_other_with_it(clinic):
    write(clinic, Kind.NEUTRAL_ANSWER, 4)
    clinic.sms.answers_with(SendOutcome.ACCEPTED, times=2, provider_sid="SM" + "d" * 32)

    clinic.send_due()

    found = sorted(one.state for one in clinic.messages())
    assert found == [MessageState.ACCEPTED] * 3 + [MessageState.SENDING]
