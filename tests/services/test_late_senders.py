"""A sender that was held up beyond its lease, while others went on."""

from booking.messaging import delivery, reconciliation
from booking.messaging import send_results as outcomes
from booking.messaging.message import Channel, Kind, MessageState
from booking.messaging.ports import Outcome
from tests.build.cast import ALICE
from tests.build.settings import SENDER

NOBODY_LISTENS = "http://127.0.0.1:9"


def test_what_a_held_up_sender_learns_says_nothing_about_a_later_attempt(clinic):
    clinic.booked(ALICE)
    clinic.sms.answers_with(Outcome.NOT_PROCESSED)
    clinic.sms.meanwhile = lambda _results: somebody_else_begins(clinic)

    clinic.send_due("held-up")

    text = clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS)
    assert (text.state, text.lease_owner) == (MessageState.SENDING, "somebody-else")


def somebody_else_begins(clinic):
    """Let the lease lapse, the text prove absent, and another sender take it on."""
    clinic.sms.meanwhile = None
    policy = clinic.runtime.policies.delivery
    text = clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS)
    suspect = reconciliation.Suspect(text.id, text.recipient, None)
    clinic.clock.pass_(minutes=5)
    with clinic.transaction() as session:
        outcomes.recover(session, now=clinic.now)
    for _ in range(2):
        clinic.clock.pass_(minutes=2)
        with clinic.transaction() as session:
            reconciliation.settle(
                session,
                suspect,
                [],
                policy=policy,
                clinic=clinic.runtime.clinic,
                now=clinic.now,
            )
    claimant = delivery.Claimant("somebody-else", policy.lease)
    with clinic.transaction() as session:
        claimed = delivery.claim_texts(session, claimant, sender=SENDER, rate=100.0, now=clinic.now)
    with clinic.transaction() as session:
        delivery.start(
            session,
            claimed.ids,
            claimant.owner,
            **clinic.rules,
            texts=clinic.runtime.texts,
            links=clinic.runtime.links,
        )


def test_whoever_sends_takes_back_what_a_dead_sender_had(clinic):
    clinic.booked(ALICE)
    policy = clinic.runtime.policies.delivery
    dead = delivery.Claimant("dead", policy.lease)
    with clinic.transaction() as session:
        delivery.claim_texts(session, dead, sender=SENDER, rate=100.0, now=clinic.now)
    clinic.clock.pass_(seconds=policy.lease.total_seconds())

    clinic.send_due("alive")

    [body] = clinic.sms.to(ALICE)
    assert "Dana" in body
