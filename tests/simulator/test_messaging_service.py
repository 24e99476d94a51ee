from datetime import timedelta

import pytest

from simulator.clock import now
from tests.simulator.description import assert_refused
from tests.simulator.world import CLINIC, World

SERVICE = "MG" + "c3" * 16
REFUSED = {"no words": 21619, "too soon": 35114, "too late": 35114}


@pytest.fixture
def service_world(tmp_path):
    world = World(tmp_path, service_sid=SERVICE, keyword_replies=True)
    yield world
    world.close()


def test_a_messaging_service_assigns_the_sender_when_the_text_leaves(service_world, phone):
    sent = service_world.twilio.messages.create(to=phone, messaging_service_sid=SERVICE, body="Hi")

    assert (sent.status, sent.from_, sent.num_segments) == ("accepted", None, "0")
    service_world.until(
        lambda: service_world.twilio.messages(sent.sid).fetch().status == "delivered"
    )
    fetched = service_world.twilio.messages(sent.sid).fetch()
    assert (fetched.from_, fetched.messaging_service_sid) == (CLINIC, SERVICE)


def test_a_scheduled_text_waits_and_can_be_canceled(service_world, phone):
    sent = service_world.twilio.messages.create(
        to=phone,
        messaging_service_sid=SERVICE,
        body="Hi",
        schedule_type="fixed",
        send_at=now() + timedelta(hours=1),
    )

    canceled = service_world.twilio.messages(sent.sid).update(status="canceled")

    assert (sent.status, canceled.status) == ("scheduled", "canceled")


@pytest.mark.parametrize("problem", REFUSED)
def test_what_a_service_cannot_send_is_refused_with_its_code(service_world, phone, problem):
    params = {
        "no words": {"Body": ""},
        "too soon": {"ScheduleType": "fixed", "SendAt": (now() + timedelta(minutes=1)).isoformat()},
        "too late": {"ScheduleType": "fixed", "SendAt": (now() + timedelta(days=36)).isoformat()},
    }[problem]

    answer = service_world.post_create(
        **{"To": phone, "MessagingServiceSid": SERVICE, "Body": "Hi", **params}
    )

    assert_refused(answer, REFUSED[problem])


def test_the_carriers_own_keyword_answers_are_a_setting(service_world, phone):
    service_world.reply(phone, "STOP")

    [answer] = service_world.twilio.messages.list(to=phone)
    assert "START" in answer.body
