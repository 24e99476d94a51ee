from collections import Counter
from datetime import timedelta
from functools import partial

from booking.messaging import delivery
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from tests.build.cast import ALICE, CORA
from tests.concurrency.race import race
from tests.concurrency.test_holds import NOON, days, somebody


def test_several_senders_at_once_send_every_message_exactly_once(clinic):
    for number, noon in enumerate(days(20)):
        clinic.booked(somebody(number), at=noon)
    waiting = {one.id for one in clinic.messages(kind=Kind.CONFIRMATION)}

    race(*[partial(clinic.send_due, f"sender-{number}") for number in range(6)])

    clinic.send_due("the last one")  # what a sender skipped while another held it
    sent = Counter(one.message_id for one in [*clinic.sms.sent, *clinic.email.sent])
    assert set(sent) == waiting
    assert set(sent.values()) == {1}


def test_two_who_claim_at_once_never_hold_the_same_message(clinic):
    clinic.booked(ALICE, at=NOON)

    def claim(owner):
        with clinic.unit_of_work() as uow:
            claimant = delivery.Worker(owner, timedelta(minutes=1))
            texts = delivery.claim_texts(uow, claimant, rate=100.0)
            return [*texts.ids, *delivery.claim_mails(uow, claimant).ids]

    result = race(*[partial(claim, f"sender-{number}") for number in range(8)])

    claimed = Counter(message for ids in result.won for message in ids)
    assert len(claimed) == 2
    assert set(claimed.values()) == {1}


def test_a_text_of_an_appointment_cancelled_meanwhile_is_sent_or_cancelled_but_never_both(clinic):
    for trial in range(10):
        booked = clinic.booked(somebody(trial), at=NOON + timedelta(days=trial))

        race(partial(clinic.cancel, booked, by=CORA), clinic.send_due)

        left = {one.message_id for one in [*clinic.sms.sent, *clinic.email.sent]}
        for message in clinic.messages(kind=Kind.CONFIRMATION, about=booked):
            assert message.state in {MessageState.ACCEPTED, MessageState.CANCELLED}
            assert (message.id in left) == (message.state is MessageState.ACCEPTED)


def test_one_text_handed_over_many_times_at_once_has_one_effect(clinic):
    booked = clinic.booked(ALICE, at=NOON)
    clinic.send_due()

    result = race(*[partial(clinic.text_from, ALICE, "C", sid="SM" + "a" * 32)] * 12)

    assert sorted(result.won) == [False] * 11 + [True]
    assert len(clinic.inbound()) == 1
    assert len(clinic.messages(kind=Kind.CONFIRMED, about=booked)) == 1


def test_one_report_handed_over_many_times_at_once_has_one_effect(clinic):
    booked = clinic.booked(ALICE, at=NOON)
    clinic.send_due()
    message = clinic.message(kind=Kind.CONFIRMATION, about=booked, channel=Channel.SMS)

    race(*[partial(clinic.report, message, "undelivered", 30003)] * 12)

    assert clinic.reload(message).state is MessageState.UNDELIVERED
    assert len(clinic.messages(kind=Kind.CONFIRMATION, channel=Channel.SMS)) == 2
