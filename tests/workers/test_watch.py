"""Watching over the messages, by tick and by poller."""

import threading
from dataclasses import replace

from booking.messaging.kinds import Channel, Kind, Lane
from booking.messaging.ports import SendOutcome
from booking.monitoring.metrics import exposition
from tests.build.cast import ALICE
from workers import marks, poller
from workers.broker import celery_settings
from workers.jobs import JOB
from workers.metrics_server import open_metrics_port


def watch_over(runtime):
    return JOB["raise alarms"].run(runtime, lambda: False)


def test_an_alarm_is_mailed_by_the_tick_once(clinic):
    clinic.booked(ALICE)
    clinic.sms.answers_with(SendOutcome.REFUSED, error_code=20003)
    clinic.send_due()

    assert watch_over(clinic.runtime) == 1
    assert watch_over(clinic.runtime) == 0

    assert clinic.kinds(kind=Kind.ALARM) == [Kind.ALARM]


def test_that_nobody_sends_is_mailed_by_the_tick_itself(clinic):
    assert watch_over(clinic.runtime) == 1
    assert watch_over(clinic.runtime) == 0

    [mail] = clinic.email.sent
    assert mail.subject == "Nothing sends our messages"
    assert clinic.messages() == [], "the outbox is what nobody looks at"


def test_beat_ticks_for_it(clinic):
    schedule = celery_settings(clinic.runtime.settings)["beat_schedule"]

    assert schedule["raise alarms"]["args"] == ("raise alarms",)


def test_the_poller_watches_too_and_leaves_its_mark(clinic, monkeypatch, tmp_path):
    settings = clinic.runtime.settings.model_copy(update={"data_dir": tmp_path / "var"})
    runtime = type(clinic.runtime)(**{**vars(clinic.runtime), "settings": settings})
    monkeypatch.setattr(poller, "runtime", lambda: runtime)
    watched, stopping = [], threading.Event()

    def seen(whose, _should_stop):
        watched.append(whose)
        stopping.set()

    poller.run(stopping, [replace(JOB["raise alarms"], run=seen)])

    assert watched == [runtime]
    assert (tmp_path / "var" / marks.LOOP).exists()


def counted(name):
    for line in exposition().decode().splitlines():
        if line.startswith(name + " "):
            return float(line.rsplit(" ", 1)[1])
    return 0.0


def test_what_is_sent_is_counted_with_what_became_of_it_and_how_late(clinic):
    accepted = f'lupine_sends_total{{channel="{Channel.EMAIL}",outcome="accepted"}}'
    refused = f'lupine_sends_total{{channel="{Channel.SMS}",outcome="refused"}}'
    late = f'lupine_lateness_seconds_count{{lane="{Lane.ANSWERS.name.lower()}"}}'
    before = [counted(name) for name in (accepted, refused, late)]
    clinic.booked(ALICE)
    clinic.sms.answers_with(SendOutcome.REFUSED, error_code=30005)

    clinic.send_due()

    after = [counted(name) for name in (accepted, refused, late)]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1]


def test_a_taken_metrics_port_keeps_no_worker_from_starting(clinic, monkeypatch):
    settings = clinic.runtime.settings.model_copy(update={"metrics_port": 18549})
    asked = []

    def taken(host, port):
        asked.append((host, port))
        raise OSError("in use")

    monkeypatch.setattr("workers.metrics_server.metrics.serve", taken)

    open_metrics_port(settings)

    assert asked == [("127.0.0.1", 18549)]


def test_without_a_port_nothing_is_opened(clinic, monkeypatch):
    asked = []
    monkeypatch.setattr("workers.metrics_server.metrics.serve", lambda *there: asked.append(there))

    open_metrics_port(clinic.runtime.settings)

    assert asked == []
