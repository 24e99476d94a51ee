"""What a restart, a stop and a killed worker leave behind: all of the state, no process, no gap."""

import os
import signal

import pytest

from booking.messaging.kinds import Kind
from launch.ports import is_free
from tests.story import patient
from tests.story.patient import NORA, PAUL, PAULS_PHONE, PHONE
from tests.story.running import until

pytestmark = pytest.mark.story


def test_a_restart_keeps_what_was_booked_and_leaves_no_process_behind(embedded):
    page = patient.book(embedded.visitor(), patient.zone_by_day())
    own_page = page.response.full_path
    event = patient.invitation(embedded.phones.mail(NORA["email"], "Your session on"))[1]
    reminders = len(embedded.operator.messages(patient.id_in(event), Kind.REMINDER))
    texts = embedded.phones.delivered(PHONE)
    processes = embedded.processes()
    assert len(processes) >= 4

    embedded.stop()

    assert embedded.processes() == []
    assert all(is_free(port) for port in embedded.ports.all())
    embedded.start()
    assert embedded.visitor().get(own_page).heading == "You are booked"
    assert len(embedded.operator.messages(patient.id_in(event), Kind.REMINDER)) == reminders
    assert embedded.phones.reply(PHONE, "R"), "the question asked before the restart is open"
    embedded.phones.text(PHONE, "choose another time", before=texts)
    sent = [row["body"] for row in embedded.phones.sent(PHONE)]
    assert len(sent) == len(set(sent)) == texts + 1


def test_what_comes_due_while_no_worker_lives_goes_out_when_one_does(embedded):
    os.killpg(embedded.child("worker").pid, signal.SIGKILL)

    patient.book(embedded.visitor(), patient.zone_by_day())
    assert embedded.phones.texts(PHONE) == []
    embedded.start_again("worker")

    embedded.phones.text(PHONE, "booked")
    assert embedded.phones.mail(NORA["email"], "Your session on")
    assert len(embedded.phones.sent(PHONE)) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_in_the_middle_of_a_send_loses_and_doubles_nothing(embedded, moment):
    # The carrier is slow with this one text, before or after it takes it: the worker dies
    # between its call and the answer, and nobody but the carrier knows what became of it.
    embedded.phones.trouble(kind="delay", seconds=3, when=moment, count=1, to=PHONE)
    patient.book(embedded.visitor(), patient.zone_by_day())
    until(embedded.phones.trouble_has_struck, "the call to the carrier")

    os.killpg(embedded.child("worker").pid, signal.SIGKILL)
    embedded.operator.lapse_leases()
    embedded.start_again("worker")

    until(lambda: embedded.operator.all_delivered_to(PHONE), "the carrier's own report")
    assert embedded.phones.mail(NORA["email"], "Your session on"), "a mail may go again"
    patient.book(embedded.visitor(), patient.zone_by_day(), PAUL)
    embedded.phones.text(PAULS_PHONE, "booked")
    assert len(embedded.phones.sent(PHONE)) == 1
