"""Looking at the numbers of a check-in for danger."""

from uuid import UUID

from sqlalchemy.orm import Session

from booking.checkins import queries as check_in_store
from booking.checkins.models import CheckIn
from booking.checkins.rules.score_flags import flag_for_scores
from booking.checkins.rules.scores import CheckInKind, Scores, change
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.keyring import digest_of
from booking.messaging import inbound_queries as conversation_store
from booking.messaging.meaning import Meaning
from booking.patients import queries as patients
from booking.safety.queries import AlertSubject
from booking.safety.raise_alert import raise_alert
from booking.safety.rules.red_flags import Tier, find_red_flags
from booking.safety.safety_texts import phone_to_answer
from booking.scheduling import queries as schedule

LONGEST_KEPT = 10_000
"""Characters of a note that are looked at and kept; a form of ours sends a tenth of that."""


def screen_scores(
    uow: UnitOfWork,
    check_in: CheckIn,
    answer_id: UUID,
    scores: Scores,
    *,
    note: str | None,
    by_web: bool,
) -> Tier | None:
    """Raise what three numbers and a note call for; returns the tier, if any.

    `by_web` tells that the check-in's page took them, which answers a danger by itself.
    """
    # By what raised it, not by how grave it is: the key stands where everybody can read it.
    raised: dict[Tier, str] = {}
    of_scores = _tier_of_scores(uow.session, check_in, scores)
    if of_scores is not None:
        raised[of_scores] = "scores"
    found = find_red_flags(note) if note else None
    if note:
        raised.setdefault(found.tier if found else Tier.REVIEW, "note")
    patient = patients.get_one(uow.session, check_in.patient_id)
    for tier, part in raised.items():
        phone: str | None = patient.phone
        if by_web:
            phone = phone_to_answer(uow, patient, tier, consent_suffices=True)
        subject = AlertSubject(
            patient, phone, check_in.appointment_id, check_in.id, answer_id=answer_id
        )
        raise_alert(uow, tier, f"answer:{answer_id}:{part}", subject)
    return min(raised, key=list(Tier).index, default=None)


def screen_refused_note(
    uow: UnitOfWork, check_in: CheckIn, note: str, *, will_come_again: bool
) -> None:
    """Heed a note whose answer was refused: danger in it counts, and a person reads it.

    `will_come_again` tells that the patient has the form before them once more; then only a
    note with words of danger is kept. The same note is kept and answered once.
    """
    words = note[:LONGEST_KEPT]
    found = find_red_flags(words)
    if not words or (found is None and will_come_again):
        return
    patient = patients.get_one(uow.session, check_in.patient_id)
    # Under a key: without one anybody could try which words it is of.
    sid = "web-" + digest_of(f"{check_in.id}\n{words}")
    conversation_store.insert(
        uow.session,
        {
            "sid": sid,
            "phone": patient.phone,
            "recipient": "check-in page",
            "body": words,
            "received_at": uow.now,
            "handled_at": uow.now,
            "meaning": Meaning.NOTE,
            "patient_id": patient.id,
            "needs_person": True,
            "attempts": 0,
        },
    )
    if found is not None and found.tier is not Tier.REVIEW:
        raise_alert(
            uow,
            found.tier,
            f"inbound:{sid}",
            AlertSubject(
                patient,
                phone_to_answer(uow, patient, found.tier, consent_suffices=True),
                appointment_id=check_in.appointment_id,
                check_in_id=check_in.id,
                inbound_sid=sid,
            ),
        )


def _tier_of_scores(session: Session, check_in: CheckIn, scores: Scores) -> Tier | None:
    """Judge the numbers against the patient's own before the session, and the time before."""
    if check_in.kind is CheckInKind.BASELINE:
        return None
    this = schedule.get_one(session, check_in.appointment_id)
    last_id = check_in_store.last_answered_before(session, check_in.patient_id, this.starts_at)
    told: dict[UUID, dict[CheckInKind, Scores]] = {this.id: {}}
    ids = [one for one in (this.id, last_id) if one is not None]
    for appointment_id, kind, its_scores in check_in_store.scores_of(session, ids):
        told.setdefault(appointment_id, {})[kind] = its_scores
    baseline = told[this.id].get(CheckInKind.BASELINE)
    last = told.get(last_id, {}) if last_id is not None else {}
    worse_before = (
        CheckInKind.BASELINE in last
        and CheckInKind.AFTER_24H in last
        and change(last[CheckInKind.BASELINE], last[CheckInKind.AFTER_24H]).any_worse
    )
    return flag_for_scores(scores, baseline, worse_before)
