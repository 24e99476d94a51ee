"""What else happens when something is announced: in this order, in the same transaction.

An exception in a handler undoes the whole step.
"""

from booking.accounts.events import AccountChanged, AccountLinkMade
from booking.checkins import service as check_ins
from booking.clinic.unit_of_work import Handlers
from booking.messaging import account_mails
from booking.safety import screening
from booking.scheduling.events import (
    AppointmentBooked,
    AppointmentMoved,
    IntakeGiven,
    SessionFinished,
    WallTimeKept,
)

HANDLERS: Handlers = {
    IntakeGiven: (screening.screen_intake,),
    AppointmentBooked: (check_ins.plan_baseline,),
    AppointmentMoved: (check_ins.move_baseline,),
    WallTimeKept: (check_ins.move_baseline,),
    SessionFinished: (check_ins.plan_after_session,),
    AccountLinkMade: (account_mails.mail_link,),
    AccountChanged: (account_mails.mail_change,),
}
