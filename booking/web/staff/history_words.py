"""What a line of a message's history says, as staff reads it."""

from collections.abc import Mapping
from typing import Any, Final

from booking.messaging.message import MessageEventType
from booking.messaging.models import MessageEvent
from booking.messaging.ports import Trouble
from booking.web.language import gettext, marked
from booking.web.staff.reason_words import error_words, reason_words

EVENT_WORDS: Final[dict[MessageEventType, str]] = {
    MessageEventType.CLAIMED: marked("claimed"),
    MessageEventType.STARTED: marked("started"),
    MessageEventType.ACCEPTED: marked("accepted"),
    MessageEventType.NOT_PROCESSED: marked("not processed"),
    MessageEventType.UNKNOWN: marked("unknown"),
    MessageEventType.LEASE_LAPSED: marked("lease lapsed"),
    MessageEventType.SENDER_STOPPED: marked("sender stopped"),
    MessageEventType.REPORT: marked("report"),
    MessageEventType.FOREIGN_REPORT: marked("foreign report"),
    MessageEventType.ABSENT: marked("absent"),
    MessageEventType.DELIVERED: marked("delivered"),
    MessageEventType.UNDELIVERED: marked("undelivered"),
    MessageEventType.FAILED: marked("failed"),
    MessageEventType.WORDS_FAILED: marked("words failed"),
    MessageEventType.POSTPONED: marked("postponed"),
    MessageEventType.CANCELLED: marked("cancelled"),
    MessageEventType.EXPIRED: marked("expired"),
    MessageEventType.SUPPRESSED: marked("suppressed"),
    MessageEventType.SENT_BY_TEXT: marked("sent by sms"),
    MessageEventType.SENT_BY_MAIL: marked("sent by email"),
    MessageEventType.SENT_AGAIN: marked("sent again by hand"),
    MessageEventType.SEEN: marked("seen to"),
}
TROUBLE_WORDS: Final[dict[Trouble, str]] = {
    Trouble.REFUSED: marked("refused (%(about)s)"),
    Trouble.PUT_OFF: marked("put off (%(about)s)"),
    Trouble.SLOW_DOWN: marked("the carrier asked us to slow down"),
    Trouble.OUT_OF_REACH: marked("the carrier is out of reach"),
    Trouble.HELD_UP: marked("the sender was held up"),
    Trouble.NO_ID: marked("an answer without the text's id"),
    Trouble.FOREIGN_ANSWER: marked("an answer that is not the carrier's (%(about)s)"),
    Trouble.ADDRESS_NOT_TAKEN: marked("the mail server takes no such address"),
    Trouble.UNWRITABLE: marked("cannot be written (%(about)s)"),
    Trouble.BROKE_OFF: marked("the hand-over broke off"),
}


def step_words(event: MessageEvent) -> str:
    """Return what happened, with what the carrier or the last look said about it."""
    detail = event.detail
    said = (
        str(detail.get("status") or "").replace("_", " "),
        told_words(detail),
        reason_words(str(detail.get("reason") or "")),
        gettext("error %(code)s", code=detail["code"]) if detail.get("code") else "",
    )
    what, told = _event_words(event.type or event.what), ", ".join(filter(None, said))
    return f"{what}: {told}" if told else what


def told_words(detail: Mapping[str, Any]) -> str:
    """Return what a line of a history says was met as a message was not taken, or nothing.

    A word that is none of ours is the other side's, or a sentence of the version before.
    """
    if "error" in detail:
        return error_words(detail["error"])
    word = str(detail.get("said", ""))
    if word in set(Trouble):
        return gettext(TROUBLE_WORDS[Trouble(word)], about=detail.get("about", ""))
    return word.replace("_", " ")


def _event_words(what: str) -> str:
    known = what in set(MessageEventType)
    return gettext(EVENT_WORDS[MessageEventType(what)]) if known else what.replace("_", " ")
