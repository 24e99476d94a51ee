"""When a zone's rules change, a session stays at the time on the wall it was agreed at."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import func, select, update

from booking.audit.models import AuditEvent
from booking.checkins.models import CheckIn
from booking.checkins.rules.scores import CheckInKind, plan_baseline
from booking.clinic.actor import System
from booking.kit import time_zones
from booking.kit.wall_time import Occurrence
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import UNSENT
from booking.scheduling import zone_rules
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from tests.build.cast import ALICE, DANA, FAYE
from tests.build.old_zones import zone_folder
from tests.build.times import utc
from tests.build.zone_rules import new_rules
from workers.jobs import JOB
from workers.zone_watch import name_shifted

NINE = "2026-03-05T14:00Z"
"""Thursday, 9:00 in New York; 10:00 UTC-5 becomes 15:00Z once New York goes as Chicago does."""
AN_HOUR_LATER = utc("2026-03-05T15:00Z")


@pytest.fixture
def as_chicago(tmp_path):
    """The clocks of New York are an hour further behind UTC from here on."""
    return lambda: new_rules(tmp_path / "zones", America__New_York="America/Chicago")


def shifts(clinic):
    with clinic.read_only(System.ZONE_RULES) as uow:
        return zone_rules.shifted(uow)


def apply(clinic):
    """What `flask zones apply` does; returns which were kept."""
    kept = []
    for shift in shifts(clinic):
        with clinic.unit_of_work(System.ZONE_RULES) as uow:
            kept.append(zone_rules.keep_wall_time(uow, shift.appointment_id))
    return kept


def unsent(clinic, kind, channel=None):
    found = clinic.messages(kind=kind, **({"channel": channel} if channel else {}))
    return [one for one in found if one.state in UNSENT]


def test_every_way_to_a_time_keeps_its_wall_time(clinic):
    booked = clinic.booked(ALICE, at=NINE)
    moved = clinic.move(clinic.booked(FAYE, at="2026-03-06T14:00Z"), "2026-03-09T13:00Z")
    clinic.held(DANA, "2026-03-10T13:00Z")

    with clinic.reading() as session:
        empty = select(func.count()).where(Appointment.wall_start.is_(None))
        assert session.scalar(empty) == 0
    assert f"{booked.wall_start:%d %H:%M}" == "05 09:00"
    assert (booked.wall_zone, booked.wall_offset) == ("America/New_York", -5 * 3600)
    # Across the change of clocks of 8 March: the same hour, another offset.
    assert f"{moved.wall_start:%d %H:%M}" == "09 09:00"
    assert moved.wall_offset == -4 * 3600


def test_a_write_that_forgets_the_wall_time_leaves_none_and_the_loop_fills_it(clinic):
    booked = clinic.booked(ALICE, at=NINE)
    by = timedelta(days=1)
    with clinic.transaction() as session:
        names = ("starts_at", "ends_at", "blocked_from", "blocked_until")
        session.execute(
            update(Appointment)
            .where(Appointment.id == booked.id)
            .values({name: getattr(booked, name) + by for name in names})
        )
    assert clinic.reload(booked).wall_start is None

    assert JOB["fill wall times"].run(clinic.runtime, lambda: False) == 1
    assert f"{clinic.reload(booked).wall_start:%d %H:%M}" == "06 09:00"
    assert JOB["fill wall times"].run(clinic.runtime, lambda: False) == 0


def test_without_a_change_of_rules_nothing_shifts(clinic):
    clinic.booked(ALICE, at=NINE)

    assert shifts(clinic) == []
    assert apply(clinic) == []


def test_a_change_of_rules_names_the_sessions_it_would_move(clinic, as_chicago):
    booked = clinic.booked(ALICE, at=NINE)

    with as_chicago():
        [shift] = shifts(clinic)
        assert name_shifted(clinic.runtime) == 1

    assert (shift.appointment_id, shift.was_at, shift.at) == (
        booked.id,
        utc(NINE),
        AN_HOUR_LATER,
    )
    assert shift.reading is Occurrence.ONCE


def test_the_wall_time_is_kept_with_all_that_hangs_on_it(clinic, as_chicago):
    booked = clinic.booked(ALICE, at=NINE)
    clinic.send_due()
    clinic.confirm(booked)

    with as_chicago():
        assert apply(clinic) == [True]
        assert shifts(clinic) == []

    kept = clinic.reload(booked)
    assert kept.starts_at == AN_HOUR_LATER
    assert kept.ends_at - kept.starts_at == booked.ends_at - booked.starts_at
    assert kept.blocked_until - booked.blocked_until == timedelta(hours=1)
    assert (kept.wall_start, kept.wall_offset) == (booked.wall_start, -6 * 3600)
    assert kept.state is State.CONFIRMED, "the patient said yes to that hour on the wall"
    assert kept.version == booked.version + 1
    reminders = unsent(clinic, Kind.REMINDER)
    assert {one.appointment_version for one in reminders} == {kept.version}
    assert AN_HOUR_LATER - timedelta(hours=24) in {one.due_at for one in reminders}
    [baseline] = clinic.all(CheckIn, CheckIn.kind == CheckInKind.BASELINE)
    assert baseline.closes_at == plan_baseline(AN_HOUR_LATER).closes_at
    assert "kept at its wall time" in {one.action for one in clinic.all(AuditEvent)}


def test_a_patient_of_the_same_zone_gets_a_calendar_file_by_mail_and_nothing_else(
    clinic, as_chicago
):
    clinic.booked(ALICE, at=NINE)
    clinic.send_due()
    clinic.email.sent.clear()
    clinic.sms.sent.clear()

    with as_chicago():
        apply(clinic)
        clinic.send_due()

    assert clinic.sms.sent == []
    [mail] = clinic.email.sent
    assert mail.subject == "For your calendar: Thu 5 Mar, 9:00 AM"
    [event] = Calendar.from_ical(mail.calendar.content).walk("VEVENT")
    assert event["SEQUENCE"] == 1


def test_a_patient_of_another_zone_is_told_what_her_clock_will_show(clinic, as_chicago):
    clinic.booked(FAYE, at=NINE)
    clinic.send_due()
    clinic.email.sent.clear()

    with as_chicago():
        apply(clinic)
        clinic.clock.set("2026-03-02T18:00Z")
        clinic.send_due()

    assert "For you: Thu 5 Mar, 7:00 AM PST" in clinic.sms.sent[-1].body
    assert clinic.email.sent[-1].subject == "On your clock: Thu 5 Mar, 7:00 AM PST"


def test_sessions_in_a_row_all_move_together(clinic, as_chicago):
    first = clinic.booked(ALICE, at=NINE)
    second = clinic.booked(FAYE, at="2026-03-05T15:15Z")

    with as_chicago():
        assert apply(clinic) == [True, True]

    assert clinic.reload(first).starts_at == AN_HOUR_LATER
    assert clinic.reload(second).starts_at == utc("2026-03-05T16:15Z")


def test_an_overlap_that_arises_is_refused_and_left_for_a_person(clinic, as_chicago):
    booked = clinic.booked(ALICE, at=NINE)
    other = clinic.booked(FAYE, at="2026-03-05T15:15Z")
    with clinic.transaction() as session:
        # As one at a place whose rules stay.
        elsewhere = {"wall_zone": "America/Bogota"}
        session.execute(update(Appointment).where(Appointment.id == other.id).values(elsewhere))

    planned = len(unsent(clinic, Kind.REMINDER))

    with as_chicago():
        assert apply(clinic) == [False]
        assert [one.appointment_id for one in shifts(clinic)] == [booked.id]

    kept = clinic.reload(booked)
    assert (kept.starts_at, kept.version) == (utc(NINE), booked.version)
    assert clinic.messages(kind=Kind.CLOCK_CHANGE) == []
    assert len(unsent(clinic, Kind.REMINDER)) == planned


def test_a_request_is_kept_and_told_but_not_reminded(clinic, as_chicago):
    requested = clinic.booked(ALICE, at=NINE, flare="mild")
    assert requested.state is State.REQUESTED

    with as_chicago():
        assert apply(clinic) == [True]

    assert clinic.reload(requested).starts_at == AN_HOUR_LATER
    assert unsent(clinic, Kind.CLOCK_CHANGE, Channel.EMAIL)
    assert unsent(clinic, Kind.REMINDER) == []


def test_what_has_begun_or_is_over_is_left_alone(clinic, as_chicago):
    clinic.booked(ALICE, at=NINE)
    clinic.cancel(clinic.booked(FAYE, at="2026-03-06T15:00Z"))
    clinic.clock.set(NINE)

    with as_chicago():
        assert shifts(clinic) == []


def test_working_hours_are_on_the_wall_already(clinic, as_chicago):
    with as_chicago():
        # Dana opens at nine, whatever the rules: that is 15:00 UTC now.
        assert clinic.held(DANA, "2026-03-05T15:00Z").wall_start.hour == 9


def test_the_machines_zones_are_compared_for_all_that_are_in_use(clinic, tmp_path, monkeypatch):
    folder = zone_folder(
        tmp_path / "machine",
        America__New_York="America/Chicago",
        America__Los_Angeles="America/Phoenix",
        Europe__London="Europe/Paris",
    )
    monkeypatch.setattr(time_zones, "MACHINE", str(folder))
    clinic.booked(FAYE, at=NINE)

    with clinic.read_only(System.ZONE_RULES) as uow:
        differing = zone_rules.differing_in_use(uow)

    assert differing == ["America/Los_Angeles", "America/New_York"]
