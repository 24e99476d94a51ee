"""Invented people, sessions and reminders in any number, written straight into the tables.

It is mid-morning for everybody here, whatever the hour on this machine, so that quiet hours
are judged and hold nothing back. The numbers come from the range kept for fiction.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, insert, select

from booking.clinic.text_countries import is_texted
from booking.kit.ids import new_id
from booking.kit.wall_time import wall_time
from booking.messaging.kinds import Channel, Kind, lane_of
from booking.messaging.message import MessageState, dedupe_key
from booking.messaging.models import Message
from booking.patients.consent import ConsentKind
from booking.patients.models import Consent, Patient
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from booking.scheduling.wall_time_queries import wall_columns
from booking.tables import Base
from booking.therapists.eligibility import ApplicationState, CredentialStatus, CredentialType
from booking.therapists.models import Credential, Location, Service, Therapist, WeeklyHours

SESSION = timedelta(minutes=60)
BLOCKED = timedelta(minutes=75)
AWAY = timedelta(hours=26)
"""How far ahead the first session of a load is: its reminders are true and in time."""
MORNING = 11
OPENS, CLOSES = 8, 18
STARTS_A_DAY = 8
AT_ONCE = 2_000
SLUG = "bench-"


@dataclass(frozen=True)
class Practice:
    """Therapists with one service each, all in one zone."""

    therapists: list[dict[str, Any]]
    services: list[dict[str, Any]]
    zone: str
    opened_at: datetime

    def start(self, days: int, place: int) -> datetime:
        """Return a start so many days after the opening: the first of the day, the second, ..."""
        midnight = self.opened_at.replace(hour=0, minute=0, second=0, microsecond=0)
        west = int(self.zone.removeprefix("Etc/GMT") or 0)
        return midnight + timedelta(days=days, hours=OPENS + west) + place * BLOCKED


def zone_of_morning(now: datetime) -> str:
    """Return a zone where it is mid-morning; the names of these zones count westwards."""
    west = now.hour - MORNING
    return f"Etc/GMT{west:+d}" if west else "Etc/GMT"


def phone(number: int) -> str:
    """Return one of tens of thousands of numbers kept for fiction, which are all texted."""
    return f"+1{_areas()[number // 100]}55501{number % 100:02d}"


@cache
def _areas() -> list[int]:
    """Return the area codes to which a clinic in the United States texts."""
    return [area for area in range(201, 990) if is_texted(f"+1{area}5550100", {"US"})]


def open_practice(engine: Engine, count: int, now: datetime) -> Practice:
    """Add so many therapists who work all day, every day, with what they need to be booked."""
    zone = zone_of_morning(now)
    with engine.begin() as connection:
        connection.execute(insert(Therapist), [_therapist(number, now) for number in range(count)])
        ours = select(Therapist.id).where(Therapist.slug.startswith(SLUG))
        ids = connection.scalars(ours.order_by(Therapist.id)).all()
    therapists = [{"id": one} for one in ids]
    places = [_place(one["id"], zone) for one in therapists]
    services = [_service(place) for place in places]
    write(engine, Location, places)
    write(engine, Service, services)
    write(engine, WeeklyHours, [_hours(place, day) for place in places for day in range(7)])
    write(engine, Credential, [row for one in therapists for row in _credentials(one["id"], now)])
    return Practice(therapists, services, zone, now)


def book_reminded(
    engine: Engine,
    practice: Practice,
    due: Sequence[datetime],
    *,
    now: datetime,
    seed: int,
    first: int = 0,
) -> list[UUID]:
    """Add one booked session with its own patient for each instant at which a reminder is due.

    Returns the messages' ids in that order. `first` is how many were added before.
    """
    dice = random.Random(seed)  # noqa: S311
    patients = [_patient(first + number, practice.zone, now) for number in range(len(due))]
    sessions = [
        _session(practice, first + number, patient, now) for number, patient in enumerate(patients)
    ]
    messages = [
        _reminder(session, patient, at, now)
        for session, patient, at in zip(sessions, patients, due, strict=True)
    ]
    ids = [message["id"] for message in messages]
    dice.shuffle(messages)
    consents = [_consent(patient, now) for patient in patients]
    tables = (Patient, patients), (Consent, consents), (Appointment, sessions), (Message, messages)
    for table, rows in tables:
        write(engine, table, rows)
    return ids


def write(engine: Engine, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, many at a time."""
    with engine.begin() as connection:
        for start in range(0, len(rows), AT_ONCE):
            connection.execute(insert(table), rows[start : start + AT_ONCE])


def _therapist(number: int, now: datetime) -> dict[str, Any]:
    return {
        "slug": f"{SLUG}{number}",
        "name": f"Dana Sample {number}",
        "practice": "Sample practice",
        "about": "Invented for a measurement.",
        "application_state": ApplicationState.APPROVED,
        "expertise": ["Sore joints"],
        "techniques": ["Swedish, light"],
        "positions": ["Seated"],
        "languages": ["English"],
        "created_at": now - timedelta(days=400),
    }


def _place(therapist_id: int, zone: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "therapist_id": therapist_id,
        "name": "The quiet room",
        "address": "1 Sample Street",
        "city": "Sampleton",
        "jurisdiction": "US-NY",
        "zone": zone,
        "step_free": True,
        "table_height": "45 to 85 cm, electric",
        "arrival_note": "Ring the lower bell.",
    }


def _service(place: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "therapist_id": place["therapist_id"],
        "location_id": place["id"],
        "name": "Gentle session",
        "description": "With pauses.",
        "minutes": int(SESSION.total_seconds() // 60),
        "minutes_before": 0,
        "minutes_after": int((BLOCKED - SESSION).total_seconds() // 60),
        "price_cents": 9500,
        "currency": "USD",
        "active": True,
    }


def _hours(place: dict[str, Any], weekday: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "therapist_id": place["therapist_id"],
        "location_id": place["id"],
        "weekday": weekday,
        "opens": time(OPENS),
        "closes": time(CLOSES),
    }


def _credentials(therapist_id: int, now: datetime) -> list[dict[str, Any]]:
    today = now.date()
    places = {
        CredentialType.LICENCE: "US-NY",
        CredentialType.INSURANCE: "US",
        CredentialType.IDENTITY: "US",
        CredentialType.BACKGROUND_CHECK: "US",
        CredentialType.FIRST_AID: "US",
    }
    return [
        {
            "id": new_id(),
            "therapist_id": therapist_id,
            "type": type_,
            "issuer": "Sample board",
            "jurisdiction": place,
            "number": f"SAMPLE-{therapist_id:04d}",
            "name_on_record": "Dana Sample",
            "status": CredentialStatus.VALID,
            "disciplinary": "none",
            "issued_on": today - timedelta(days=300),
            "expires_on": today + timedelta(days=700),
            "source_url": "https://example.org/register",
            "checked_on": today - timedelta(days=4),
            "checked_by": "Sample coordinator",
        }
        for type_, place in places.items()
    ]


def _patient(number: int, zone: str, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "match_key": f"bench-{number}",
        "name": f"Sam Sample {number}",
        "phone": phone(number),
        "email": f"sam{number}@example.org",
        "zone": zone,
        "language": "en",
        "wants_optional_reminder": False,
        "discreet": False,
        "created_at": now,
    }


def _consent(patient: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "patient_id": patient["id"],
        "kind": ConsentKind.SMS,
        "given": True,
        "version": "bench",
        "wording": "Texts are welcome.",
        "source": "bench",
        "phone": patient["phone"],
        "at": now,
    }


def _session(
    practice: Practice, number: int, patient: dict[str, Any], now: datetime
) -> dict[str, Any]:
    round_, place = divmod(number, len(practice.services))
    service = practice.services[place]
    starts_at = now.replace(minute=0, second=0, microsecond=0) + AWAY + round_ * BLOCKED
    return {
        "id": new_id(),
        "therapist_id": service["therapist_id"],
        "service_id": service["id"],
        "location_id": service["location_id"],
        "patient_id": patient["id"],
        "state": State.BOOKED,
        "starts_at": starts_at,
        "ends_at": starts_at + SESSION,
        "blocked_from": starts_at,
        "blocked_until": starts_at + BLOCKED,
        "patient_zone": practice.zone,
        **wall_columns(wall_time(starts_at, practice.zone)),
        "version": 1,
        "created_at": now,
        "booked_at": now,
    }


def _reminder(
    session: dict[str, Any], patient: dict[str, Any], due_at: datetime, now: datetime
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "dedupe_key": dedupe_key(Kind.REMINDER, Channel.SMS, session["id"], "v1", "24h"),
        "kind": Kind.REMINDER,
        "channel": Channel.SMS,
        "lane": int(lane_of(Kind.REMINDER)),
        "appointment_id": session["id"],
        "appointment_version": 1,
        "patient_id": patient["id"],
        "recipient": patient["phone"],
        "language": "en",
        "zone": patient["zone"],
        "variables": {},
        "due_at": due_at,
        "expires_at": session["starts_at"] - timedelta(minutes=30),
        "next_attempt_at": due_at,
        "state": MessageState.PENDING,
        "attempts": 0,
        "created_at": now,
    }
