"""What raised each alert, as staff reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.checkins import queries as check_in_store
from booking.checkins.models import Answer
from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import inbound_queries as inbound_store
from booking.messaging.inbound_models import InboundMessage
from booking.safety import queries as alert_store
from booking.safety.models import Alert, AlertCause
from booking.scheduling import queries as schedule


@dataclass(frozen=True)
class Cause:
    """What raised an alert: the patient's own words, or three numbers, or both.

    `more` counts what has said the same since and was joined to it; the newest of those is
    `newest_text` or `newest_answer`, come at `newest_at`.
    """

    text: InboundMessage | None
    answer: Answer | None
    more: int = 0
    newest_at: datetime | None = None
    newest_text: InboundMessage | None = None
    newest_answer: Answer | None = None
    is_unproven: bool = False
    """Whether it came with a booking of which it has not shown that the patient made it."""


def causes(uow: UnitOfWork, alerts: Sequence[Alert]) -> dict[UUID, Cause]:
    """Return what raised each of these alerts, by the alert's id: four statements for all.

    An answer that raised one is shown even where the patient has corrected it since.
    """
    session = uow.session
    joined: dict[UUID, list[AlertCause]] = {}
    for one in alert_store.joined_to(session, [alert.id for alert in alerts]):
        joined.setdefault(one.alert_id, []).append(one)
    newest = {alert_id: these[-1] for alert_id, these in joined.items()}
    sids = {*(a.inbound_sid for a in alerts), *(one.inbound_sid for one in newest.values())}
    texts = {
        text.sid: text for text in inbound_store.by_sids(session, {sid for sid in sids if sid})
    }
    answers = check_in_store.answers_to(session, [a.check_in_id for a in alerts if a.check_in_id])
    by_id = {one.id: one for one in answers}
    current = {one.check_in_id: one for one in answers if one.replaced_at is None}
    unproven = schedule.unproven(session, {a.appointment_id for a in alerts if a.appointment_id})
    causes = {}
    for alert in alerts:
        last = newest.get(alert.id)
        causes[alert.id] = Cause(
            text=texts.get(alert.inbound_sid or ""),
            answer=None
            if alert.inbound_sid or alert.check_in_id is None
            else _answer(by_id, alert.answer_id) or current.get(alert.check_in_id),
            more=len(joined.get(alert.id, ())),
            newest_at=last.at if last else None,
            newest_text=texts.get(last.inbound_sid or "") if last else None,
            newest_answer=_answer(by_id, last.answer_id) if last else None,
            is_unproven=alert.appointment_id in unproven,
        )
    return causes


def _answer(answers: Mapping[UUID, Answer], answer_id: UUID | None) -> Answer | None:
    return answers.get(answer_id) if answer_id else None
