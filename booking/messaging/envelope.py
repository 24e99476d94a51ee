"""A message made ready to be handed over: its words, and how long they are of use."""

from datetime import datetime, timedelta

from booking.kit.keyring import digest_of
from booking.messaging.kinds import Channel, Lane
from booking.messaging.models import Message
from booking.messaging.ports import OutgoingEmail, OutgoingText
from booking.messaging.rendering import RenderedMessage
from booking.messaging.rules.sms_segments import segments

LONGEST_AT_CARRIER = timedelta(hours=10)
SHORTEST_AT_CARRIER = timedelta(seconds=5)
"""A text with less time left than this would only be dropped on its way."""


def note_words(message: Message, words: RenderedMessage) -> None:
    """Keep what is known of a message's words: their length as a text, and their digest."""
    message.body_digest = digest_of(words.text)
    if message.channel is Channel.SMS:
        message.segments = segments(words.text)


def outgoing(
    message: Message, words: RenderedMessage, now: datetime
) -> OutgoingText | OutgoingEmail:
    """Return what the gateway is given of a message."""
    if message.channel is Channel.SMS:
        return OutgoingText(
            message.id,
            message.recipient,
            words.text,
            _valid_for(message, now),
            send_deadline=message.lease_until,
        )
    return OutgoingEmail(
        message.id, message.recipient, words.subject, words.text, words.html, words.calendar
    )


def is_too_late(message: Message, now: datetime) -> bool:
    """Whether the carrier has no time left for a text; what may save somebody is tried anyway."""
    is_text = message.channel is Channel.SMS and message.lane != Lane.SAFETY
    return is_text and message.expires_at - now < SHORTEST_AT_CARRIER


def _valid_for(message: Message, now: datetime) -> int:
    """Return how long the carrier may keep trying, in seconds."""
    left = min(message.expires_at - now, LONGEST_AT_CARRIER)
    return max(1, int(left.total_seconds()))
