"""A session that patients text about, and what the clinic texted back."""

from booking.messaging.kinds import Channel

SESSION = "2026-03-11T17:00Z"


def answered(clinic):
    """Return the kinds of what the clinic texted back, in order."""
    return [one.template for one in clinic.messages(channel=Channel.SMS) if one.lane in {0, 1}]
