"""Raising what a person must look at: the alert, the answer to the patient, and the page.

Two machines may be talking to each other: a danger told forty times in a minute is answered
once, paged once, and stands in one alert that tells of all forty.
"""

from dataclasses import replace
from datetime import timedelta

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.ids import new_id
from booking.kit.upsert import insert_or_ignore
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import dedupe_key
from booking.messaging.outbox import NewMessage, queue
from booking.patients.models import Patient
from booking.safety import queries as alert_queries
from booking.safety.models import Alert
from booking.safety.queries import AlertSubject
from booking.safety.rules.red_flags import Tier
from booking.safety.states import AlertState

ANSWER_TTL = timedelta(hours=12)
"""A safety text is worth sending for this long."""

SAME_ANSWER_AFTER = timedelta(minutes=15)
"""The same safety text does not go to a phone again before."""

DEDUPE_WINDOW = timedelta(hours=1)
"""So long what says the same joins an alert that nobody has in hand; then who is on call is
paged anew."""

ANSWERS: dict[Tier, Kind] = {
    Tier.RED: Kind.EMERGENCY,
    Tier.CRISIS: Kind.CRISIS,
    Tier.AMBER: Kind.CALL_DOCTOR,
}


def raise_alert(
    uow: UnitOfWork,
    tier: Tier,
    source_key: str,
    subject: AlertSubject,
    *,
    language: str | None = None,
) -> bool:
    """Open an alert, answer the patient where the tier has an answer, and page who is on call.

    The same source does so once; False after that. What says the same as an alert nobody has
    in hand joins it. The answer goes in `language`, or the patient's.
    """
    session, now = uow.session, uow.now
    if alert_queries.is_known(session, source_key):
        return False
    patient = subject.patient
    is_paged = _is_paged(uow, tier, subject)
    same = alert_queries.find_similar_open(session, tier, subject, since=now - DEDUPE_WINDOW)
    cause = {
        "source_key": source_key,
        "inbound_sid": subject.inbound_sid,
        "answer_id": subject.answer_id,
    }
    if same is not None:
        is_new = alert_queries.join(session, {**cause, "alert_id": same.id, "at": now})
    else:
        is_new = insert_or_ignore(
            session,
            Alert,
            {
                **cause,
                "id": new_id(),
                "tier": tier,
                "patient_id": patient.id if patient else None,
                "appointment_id": subject.appointment_id,
                "check_in_id": subject.check_in_id,
                "state": AlertState.OPEN,
                "opened_at": now,
            },
            ["source_key"],
        )
    if not is_new:
        return False
    language = language or (patient.language if patient else uow.clinic.languages[0])
    _answer(uow, tier, source_key, subject, language)
    if tier is not Tier.REVIEW and not is_paged:
        for contact in uow.clinic.alert_contacts:
            queue(uow, _draft(uow, Kind.ON_CALL_ALERT, contact, source_key, None))
    return True


def _answer(
    uow: UnitOfWork, tier: Tier, source_key: str, subject: AlertSubject, language: str
) -> None:
    """Answer a danger by text, unless the phone has just had these words."""
    kind, phone = ANSWERS.get(tier), subject.phone
    if kind is None or phone is None:
        return
    since = uow.now - SAME_ANSWER_AFTER
    if not alert_queries.was_answered(uow.session, kind, phone, since=since, now=uow.now):
        draft = _draft(uow, kind, phone, source_key, subject.patient)
        queue(uow, replace(draft, language=language))


def _is_paged(uow: UnitOfWork, tier: Tier, subject: AlertSubject) -> bool:
    """Whether a page stands for an open alert about the same person that is as grave or graver.

    Whoever comes for that one finds this one beside it.
    """
    as_grave = [one for one in Tier if list(Tier).index(one) <= list(Tier).index(tier)]
    sources = alert_queries.sources_of_open(uow.session, as_grave, subject, uow.now - DEDUPE_WINDOW)
    return bool(sources) and alert_queries.was_delivered(
        uow.session,
        [
            dedupe_key(Kind.ON_CALL_ALERT, _channel(contact), source)
            for contact in uow.clinic.alert_contacts
            for source in sources
        ],
    )


def _draft(
    uow: UnitOfWork, kind: Kind, recipient: str, source_key: str, patient: Patient | None
) -> NewMessage:
    return NewMessage(
        kind=kind,
        channel=_channel(recipient),
        recipient=recipient,
        language=patient.language if patient else uow.clinic.languages[0],
        zone=patient.zone if patient else uow.clinic.zone,
        due_at=uow.now,
        expires_at=uow.now + ANSWER_TTL,
        subject=source_key,
        patient_id=patient.id if patient else None,
    )


def _channel(recipient: str) -> Channel:
    return Channel.EMAIL if "@" in recipient else Channel.SMS
