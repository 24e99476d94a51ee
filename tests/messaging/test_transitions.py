"""No message takes a step that the table of transitions does not have."""

import pytest

from booking.kit.errors import InvalidTransition
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import TRANSITIONS, MessageEventType, MessageState
from booking.messaging.models import Message
from booking.messaging.transitions import transition
from tests.build.cast import ALICE

ALL = [(one, other) for one in MessageState for other in MessageState]
ALLOWED = [(one, other) for one, other in ALL if other in TRANSITIONS[one]]
FORBIDDEN = [step for step in ALL if step not in ALLOWED]


@pytest.fixture
def text(clinic):
    clinic.booked(ALICE)
    return clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS)


def steps(clinic, text, wanted):
    """Take steps one by one, from whatever state each begins in; nothing of it is kept."""
    with clinic.read_only() as uow:
        message = uow.session.get_one(Message, text.id)
        with uow.session.no_autoflush:
            for was, becomes in wanted:
                message.state = was
                yield (
                    message,
                    lambda to=becomes: transition(uow, message, to, event=MessageEventType.REPORT),
                )


def test_every_step_of_the_table_is_taken(clinic, text):
    for (_, becomes), (message, enter) in zip(ALLOWED, steps(clinic, text, ALLOWED), strict=True):
        enter()
        assert message.state is becomes


def test_every_other_step_is_refused_and_leaves_the_message_as_it_was(clinic, text):
    for (was, _), (message, enter) in zip(FORBIDDEN, steps(clinic, text, FORBIDDEN), strict=True):
        with pytest.raises(InvalidTransition):
            enter()
        assert message.state is was
