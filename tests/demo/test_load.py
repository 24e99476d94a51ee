"""The demo's first minute, at whatever hour somebody looks."""

from datetime import timedelta

import pytest

from booking.clinic.actor import System
from booking.kit.db import open_database
from booking.messaging.kinds import Kind
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from booking.runtime import build_runtime
from demo.load import load
from demo.stages import SOON
from tests.build.gateways import FakeEmail, FakeSms
from tests.build.settings import settings_of
from tests.build.times import SettableClock, utc

FIRST = utc("2026-11-25T00:10Z")


@pytest.fixture
def runtime(clinic_engine):
    """A runtime on a database with nothing in it."""
    return build_runtime(
        settings_of(clinic_engine.url.render_as_string(hide_password=False)),
        open_database(clinic_engine),
        clock=SettableClock(FIRST),
        sms=FakeSms(),
        email=FakeEmail(),
    )


@pytest.mark.parametrize("hours", range(0, 48, 3))
def test_a_reminder_and_a_check_in_come_due_in_the_first_minute_at_any_hour(runtime, hours):
    now = FIRST + timedelta(hours=hours)
    with runtime.unit_of_work(System.WORKERS, now) as uow:
        assert load(uow)

    with runtime.database.read_only() as session:
        due = session.query(Message.kind).filter(
            Message.state == MessageState.PENDING, Message.due_at == now + SOON
        )
        assert {kind for (kind,) in due} == {Kind.REMINDER, Kind.CHECK_IN}
