import smtplib

import pytest
from twilio.base.exceptions import TwilioRestException

from simulator import mailbox

ALICE, BEA = "+12025550101", "+12025550102"


def restart(world):
    world.stop()
    world.start()


def test_texts_mails_opt_outs_unread_counts_and_the_ledger_survive_a_restart(own_world):
    world = own_world
    sent = world.text(ALICE, "Hello")
    world.reply(BEA, "STOP")
    with smtplib.SMTP("127.0.0.1", world.sandbox.smtp_port, timeout=5) as smtp:
        smtp.sendmail("clinic@example.org", ["alice@example.org"], "Subject: Booked\r\n\r\nYes")
    world.until(lambda: world.twilio.messages(sent.sid).fetch().status == "delivered")
    rows = world.get("/ledger").json()

    restart(world)

    assert world.twilio.messages(sent.sid).fetch().body == "Hello"
    assert [m.body for m in world.twilio.messages.list(from_=BEA)] == ["STOP"]
    assert [m["subject"] for m in world.get("/control/mails").json()] == ["Booked"]
    assert world.get("/ledger").json() == rows
    assert "1<span" in world.get(f"/phones/{BEA}").text
    with pytest.raises(TwilioRestException) as caught:
        world.text(BEA)
    assert caught.value.code == 21610


def test_a_start_reads_no_mail_that_nobody_looks_at(own_world, monkeypatch):
    world = own_world
    with smtplib.SMTP("127.0.0.1", world.sandbox.smtp_port, timeout=5) as smtp:
        for number in range(3):
            smtp.sendmail(
                "clinic@example.org", [f"p{number}@example.org"], "Subject: Hi\r\n\r\nYes"
            )
    read = []
    monkeypatch.setattr(
        mailbox, "read_mail", lambda *mail, real=mailbox.read_mail: read.append(mail) or real(*mail)
    )

    restart(world)

    assert read == []
    assert len(world.get("/control/mails", to="p1@example.org").json()) == 1
    assert len(read) == 1


def test_a_text_under_way_goes_on_after_a_restart(own_world):
    world = own_world
    world.faults({"kind": "delivery_delay", "seconds": 1.5})
    sent = world.text(ALICE, status_callback=world.callback_url())
    world.until(lambda: world.statuses(ALICE) == ["queued"])

    restart(world)

    world.until(lambda: world.twilio.messages(sent.sid).fetch().status == "delivered")
    world.until(lambda: world.statuses(ALICE) == ["queued", "sent", "delivered"])


def test_a_callback_and_an_inbound_text_the_clinic_did_not_take_come_after_a_restart(own_world):
    world = own_world
    world.clinic.answers[ALICE] = [503]
    world.clinic.answers[BEA] = [503]
    world.text(ALICE, status_callback=world.callback_url())
    world.sandbox.carrier.live.changed()
    world.run(_take(world, BEA, "C"))
    world.until(lambda: world.callbacks(ALICE) and world.inbound(BEA))

    restart(world)

    world.until(lambda: "delivered" in world.statuses(ALICE))
    world.until(lambda: len(world.inbound(BEA)) == 2)
    assert world.statuses(ALICE)[:2] == ["queued", "queued"]
    assert len({post["MessageSid"] for post in world.inbound(BEA)}) == 1


async def _take(world, sender, body):
    inbound = world.sandbox.carrier.inbound
    inbound.deliver_soon(inbound.take(sender, body))
