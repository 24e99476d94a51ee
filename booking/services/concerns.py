"""Raising what a person must look at, and answering it at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from booking.domain.checkin import CheckInKind, Scores, change
from booking.domain.message import Channel, Kind
from booking.domain.redflags import Tier, find_red_flags, flag_for_scores
from booking.ids import new_id
from booking.models import Alert, Appointment, CheckIn, Patient
from booking.ports import Clinic
from booking.services.outbox import Draft, queue
from booking.store import check_ins as check_in_store
from booking.store import conversations as conversation_store
from booking.store.upsert import insert_or_ignore

ANSWER_KEEPS = timedelta(hours=12)
"""A safety text is worth sending for this long."""

LONGEST_KEPT = 10_000
"""Characters of a note that are looked at and kept; a form of ours sends a tenth of that."""

ANSWERS: dict[Tier, Kind] = {
    Tier.RED: Kind.EMERGENCY,
    Tier.CRISIS: Kind.CRISIS,
    Tier.AMBER: Kind.CALL_DOCTOR,
}


def raise_alert(
    session: Session,
    tier: Tier,
    source_key: str,
    *,
    phone: str | None,
    patient: Patient | None,
    clinic: Clinic,
    now: datetime,
    appointment_id: UUID | None = None,
    check_in_id: UUID | None = None,
    inbound_sid: str | None = None,
) -> bool:
    """Open an alert, answer the patient where the tier has an answer, and page who is on call.

    The same source raises it once; False after that. `phone` is where the answer goes.
    """
    is_new = insert_or_ignore(
        session,
        Alert,
        {
            "id": new_id(),
            "tier": tier,
            "patient_id": patient.id if patient else None,
            "appointment_id": appointment_id,
            "check_in_id": check_in_id,
            "inbound_sid": inbound_sid,
            "source_key": source_key,
            "state": "open",
            "opened_at": now,
        },
        ["source_key"],
    )
    if not is_new:
        return False
    answer = ANSWERS.get(tier)
    if answer is not None and phone is not None:
        queue(session, _draft(answer, phone, source_key, patient, clinic, now), now=now)
    if tier is not Tier.REVIEW:
        for contact in clinic.alert_contacts:
            page = _draft(Kind.ON_CALL_ALERT, contact, source_key, None, clinic, now)
            queue(session, page, now=now)
    return True


def look_at_scores(
    session: Session,
    check_in: CheckIn,
    answer_id: UUID,
    scores: Scores,
    *,
    note: str | None,
    clinic: Clinic,
    now: datetime,
) -> Tier | None:
    """Raise what three numbers and a note call for; returns the tier, if any."""
    tiers = [_tier_of_scores(session, check_in, scores)]
    found = find_red_flags(note) if note else None
    if found is not None:
        tiers.append(found.tier)
    elif note:
        tiers.append(Tier.REVIEW)
    raised = [tier for tier in tiers if tier is not None]
    patient = session.get_one(Patient, check_in.patient_id)
    for tier in raised:
        raise_alert(
            session,
            tier,
            f"answer:{answer_id}:{tier}",
            phone=patient.phone,
            patient=patient,
            clinic=clinic,
            now=now,
            appointment_id=check_in.appointment_id,
            check_in_id=check_in.id,
        )
    return min(raised, key=list(Tier).index, default=None)


def look_at_intake(
    session: Session,
    appointment: Appointment,
    patient: Patient,
    texts: Iterable[str],
    *,
    clinic: Clinic,
    now: datetime,
) -> None:
    """Raise what a patient's own words in an intake call for.

    A crisis counts in full. Any other sign is for a person to read the same day: these fields
    ask for diagnoses and medicines, so most of what they name is past or known, and what is
    so today has questions of its own, which stop a booking.
    """
    found = [flag.tier for text in texts if (flag := find_red_flags(text)) is not None]
    if not found:
        return
    raise_alert(
        session,
        Tier.CRISIS if Tier.CRISIS in found else Tier.REVIEW,
        f"intake:{appointment.id}",
        phone=patient.phone,
        patient=patient,
        clinic=clinic,
        now=now,
        appointment_id=appointment.id,
    )


def look_at_refused_note(
    session: Session,
    check_in: CheckIn,
    note: str,
    *,
    will_come_again: bool,
    clinic: Clinic,
    now: datetime,
) -> None:
    """Heed a note whose answer was refused: danger in it counts, and a person reads it.

    `will_come_again` tells that the patient has the form before them once more; then only a
    note with words of danger is kept. The same note is kept and answered once.
    """
    words = note[:LONGEST_KEPT]
    found = find_red_flags(words)
    if not words or (found is None and will_come_again):
        return
    patient = session.get_one(Patient, check_in.patient_id)
    digest = sha256(f"{check_in.id}\n{words}".encode()).hexdigest()
    sid = f"web-{digest[:48]}"
    conversation_store.keep(
        session,
        {
            "sid": sid,
            "phone": patient.phone,
            "recipient": "check-in page",
            "body": words,
            "received_at": now,
            "handled_at": now,
            "meaning": "note",
            "patient_id": patient.id,
            "needs_person": True,
            "attempts": 0,
        },
    )
    if found is not None and found.tier is not Tier.REVIEW:
        raise_alert(
            session,
            found.tier,
            f"inbound:{sid}",
            phone=patient.phone,
            patient=patient,
            clinic=clinic,
            now=now,
            appointment_id=check_in.appointment_id,
            check_in_id=check_in.id,
            inbound_sid=sid,
        )


def _tier_of_scores(session: Session, check_in: CheckIn, scores: Scores) -> Tier | None:
    """Judge the numbers against the patient's own before the session, and the time before."""
    if check_in.kind is CheckInKind.BASELINE:
        return None
    baseline: Scores | None = None
    worse_before = False
    this = session.get_one(Appointment, check_in.appointment_id)
    earlier: dict[UUID, dict[CheckInKind, Scores]] = {}
    for appointment, kind, kept in check_in_store.answered_sessions(session, check_in.patient_id):
        kept_scores = Scores(kept.pain, kept.tiredness, kept.stiffness)
        if appointment.id == this.id:
            baseline = kept_scores if kind is CheckInKind.BASELINE else baseline
        elif appointment.starts_at < this.starts_at:
            earlier.setdefault(appointment.id, {})[kind] = kept_scores
    if earlier:
        last = list(earlier.values())[-1]
        if CheckInKind.BASELINE in last and CheckInKind.AFTER_24H in last:
            worse_before = change(last[CheckInKind.BASELINE], last[CheckInKind.AFTER_24H]).any_worse
    return flag_for_scores(scores, baseline, worse_before)


def _draft(
    kind: Kind,
    recipient: str,
    source_key: str,
    patient: Patient | None,
    clinic: Clinic,
    now: datetime,
) -> Draft:
    return Draft(
        kind=kind,
        channel=Channel.EMAIL if "@" in recipient else Channel.SMS,
        recipient=recipient,
        language=patient.language if patient else clinic.languages[0],
        zone=patient.zone if patient else clinic.zone,
        due_at=now,
        expires_at=now + ANSWER_KEEPS,
        subject=source_key,
        patient_id=patient.id if patient else None,
    )
