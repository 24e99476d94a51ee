"""A sender that was held up beyond its lease, while others went on."""

from booking.messaging import delivery, reconciliation
from booking.messaging import send_results as outcomes
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.ports import SendOutcome
from tests.build.cast import ALICE

NOBODY_LISTENS = "http://127.0.0.1:9"


def test_what_a_held_up_sender_learns_says_nothing_about_a_later_attempt(clinic):
    clinic.booked(ALICE)
    clinic.sms.answers_with(SendOutcome.NOT_PROCESSED)
    clinic.sms.meanwhile = lambda _results: somebody_else_begins(clinic)

    clinic.send_due("held-up")

    text = clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS)
    assert (text.state, text.lease_owner) == (MessageState.SENDING, "somebody-else")


def somebody_else_begins(clinic):
    """Let the lease lapse, the text prove absent, and another sender take it on."""
    clinic.sms.meanwhile = None
    runtime, policy = clinic.runtime, clinic.runtime.policies.delivery
    text = clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS)
    suspect = reconciliation.UnconfirmedMessage(text.id, text.recipient, None)
    clinic.clock.pass_(minutes=5)
    with clinic.unit_of_work() as uow:
        outcomes.release_expired_leases(uow)
    for _ in range(2):
        clinic.clock.pass_(minutes=2)
        with clinic.unit_of_work() as uow:
            reconciliation.apply_lookup(uow, suspect, [], runtime.subjects)
    claimant = delivery.Worker("somebody-else", policy.lease)
    with clinic.unit_of_work() as uow:
        claimed = delivery.claim_texts(uow, claimant, rate=100.0)
    with clinic.unit_of_work() as uow:
        delivery.begin_sending(
            uow, claimed.ids, claimant.owner, subjects=runtime.subjects, texts=runtime.texts
        )


def test_whoever_sends_takes_back_what_a_dead_sender_had(clinic):
    clinic.booked(ALICE)
    policy = clinic.runtime.policies.delivery
    dead = delivery.Worker("dead", policy.lease)
    with clinic.unit_of_work() as uow:
        delivery.claim_texts(uow, dead, rate=100.0)
    clinic.clock.pass_(seconds=policy.lease.total_seconds())

    clinic.send_due("alive")

    [body] = clinic.sms.to(ALICE)
    assert "Dana" in body
