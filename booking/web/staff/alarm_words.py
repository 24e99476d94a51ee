"""Alarms in words: one sentence on top of every page of the staff, and what exactly is wrong."""

from collections.abc import Iterable
from typing import Final, cast

from booking.messaging.rules.carrier_errors import CARRIER_ERRORS
from booking.monitoring.alarms import Alarm, AlarmCode
from booking.scheduling.web_budget import Budget, BudgetName
from booking.web.language import gettext, marked, ngettext

BUDGETS: Final = {
    BudgetName.TEXTS_IN_HOUR: marked("texts in an hour"),
    BudgetName.TEXTS_IN_DAY: marked("texts in a day"),
    BudgetName.MAILS_IN_HOUR: marked("mails in an hour"),
    BudgetName.MAILS_IN_DAY: marked("mails in a day"),
    BudgetName.HOLDS: marked("times kept at once"),
}


SENTENCES: Final = {
    AlarmCode.CLOCK: marked(
        "A clock was set back, or was ahead before: it is %(why)s behind what it said."
    ),
    AlarmCode.NO_SENDER: marked(
        "Nothing sends our messages: no sender has been seen at work for a minute."
    ),
    AlarmCode.STOPPED: marked("Our texts are stopped. %(why)s"),
    AlarmCode.WEB_SPENT: marked(
        "What visitors of the site may cause is used up: %(why)s. More waits or is refused."
    ),
    AlarmCode.WEB_NEAR: marked("What visitors of the site may cause is nearly used up: %(why)s."),
    AlarmCode.LATE: marked("Messages wait too long: the oldest should have left by now."),
}


def sentence(alarm: Alarm) -> str:
    """Return what is wrong, for the top of every page."""
    why = detail(alarm)
    if alarm.code is not AlarmCode.REFUSED:
        return gettext(SENTENCES[alarm.code], why=why)
    return ngettext(
        "One message failed for the words within a day, by a fault of ours. The last: %(why)s",
        "%(num)s messages failed for the words within a day, by a fault of ours. The last: %(why)s",
        cast(int, alarm.fields["number"]),
        why=why,
    )


def detail(alarm: Alarm) -> str:
    """Return what exactly is wrong, or nothing where the sentence says it all."""
    match alarm.code:
        case AlarmCode.CLOCK:
            return gettext("%(minutes)s minutes", minutes=alarm.fields["minutes"])
        case AlarmCode.STOPPED:
            return _carrier_error(alarm) or gettext(
                "The carrier's error is %(code)s.", code=alarm.fields["error_code"]
            )
        case AlarmCode.REFUSED:
            return _carrier_error(alarm) or gettext("Its words could not be made.")
        case AlarmCode.WEB_SPENT:
            return ", ".join(gettext(BUDGETS[one.name]) for one in _budgets(alarm))
        case AlarmCode.WEB_NEAR:
            return ", ".join(_used(one) for one in _budgets(alarm))
        case _:
            return ""


def _carrier_error(alarm: Alarm) -> str:
    known = CARRIER_ERRORS.get(cast(int | None, alarm.fields["error_code"]) or 0)
    return gettext(known.for_staff) if known else ""


def _budgets(alarm: Alarm) -> Iterable[Budget]:
    return cast(tuple[Budget, ...], alarm.fields["budgets"])


def _used(budget: Budget) -> str:
    return gettext(
        "%(what)s (%(used)s of %(most)s)",
        what=gettext(BUDGETS[budget.name]),
        used=budget.used,
        most=budget.most,
    )
