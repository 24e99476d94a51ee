"""Typed tables, one file per noun; importing this package makes all of them known."""

from booking.models.appointment import Appointment
from booking.models.audit import AuditEvent
from booking.models.base import Base
from booking.models.check_in import Alert, Answer, CheckIn, JoinedCause
from booking.models.conversation import InboundMessage, Question
from booking.models.link import ClosedLink
from booking.models.message import Message, MessageEvent, OptOut, Sender, Tick
from booking.models.patient import Clearance, Consent, Intake, Patient
from booking.models.therapist import (
    Block,
    Credential,
    DayOverride,
    Location,
    Service,
    Therapist,
    WeeklyHours,
)
from booking.models.user import KnownDevice, SignInFailure, StaffSession, User

__all__ = [
    "Alert",
    "Answer",
    "Appointment",
    "AuditEvent",
    "Base",
    "Block",
    "CheckIn",
    "Clearance",
    "ClosedLink",
    "Consent",
    "Credential",
    "DayOverride",
    "InboundMessage",
    "Intake",
    "JoinedCause",
    "KnownDevice",
    "Location",
    "Message",
    "MessageEvent",
    "OptOut",
    "Patient",
    "Question",
    "Sender",
    "Service",
    "SignInFailure",
    "StaffSession",
    "Therapist",
    "Tick",
    "User",
    "WeeklyHours",
]
