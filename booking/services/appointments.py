"""Hold, book, confirm, move and cancel: what happens to an appointment."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from booking.domain import appointment as rules
from booking.domain.appointment import Move, State
from booking.domain.consent import WORDINGS, ConsentKind, check_consents
from booking.domain.errors import (
    CutOffPassed,
    HoldExpired,
    InvalidInput,
    NotFound,
    SlotNotOffered,
    SlotTaken,
    TherapistNotBookable,
)
from booking.domain.intake import IntakeAnswers
from booking.domain.intake_rules import Assessment, Outcome, assess
from booking.domain.phone import parse_phone
