"""Importing this makes every table known: each stands in its room's models."""

from booking.accounts.factor_models import (
    DevicePin,
    Passkey,
    RecoveryCode,
    SecondFactor,
    SpentChallenge,
)
from booking.accounts.models import AccountLink, KnownDevice, SignInFailure, StaffSession, User
from booking.audit.models import AuditEvent
from booking.checkins.models import Answer, CheckIn
from booking.intake.models import Clearance, Intake
from booking.kit.base import Base
from booking.messaging.inbound_models import InboundMessage, OpenQuestion
from booking.messaging.models import Message, MessageEvent, OptOut, Sender
from booking.monitoring.models import Heartbeat
from booking.patients.models import Consent, Patient
from booking.safety.models import Alert, AlertCause
from booking.scheduling.link_models import ClosedLink
from booking.scheduling.models import Appointment
from booking.therapists.models import (
    Block,
    Credential,
    DayOverride,
    Location,
    Service,
    Therapist,
    WeeklyHours,
)

__all__ = [
    "AccountLink",
    "Alert",
    "AlertCause",
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
    "DevicePin",
    "Heartbeat",
    "InboundMessage",
    "Intake",
    "KnownDevice",
    "Location",
    "Message",
    "MessageEvent",
    "OpenQuestion",
    "OptOut",
    "Passkey",
    "Patient",
    "RecoveryCode",
    "SecondFactor",
    "Sender",
    "Service",
    "SignInFailure",
    "SpentChallenge",
    "StaffSession",
    "Therapist",
    "User",
    "WeeklyHours",
]
