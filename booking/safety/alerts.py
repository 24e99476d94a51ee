"""Alerts: what a person must look at, and what became of it."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from booking.accounts import queries as account_queries
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import Flaw, InvalidInput, NotFound
from booking.patients.models import Patient
from booking.safety import queries
from booking.safety.models import Alert
from booking.safety.rules.red_flags import Tier
from booking.safety.states import Transition
from booking.safety.transitions import transition

URGENCY: Sequence[Tier] = (Tier.RED, Tier.CRISIS, Tier.AMBER, Tier.REVIEW)
"""Most urgent first."""


def open_alerts(uow: UnitOfWork) -> list[Alert]:
    """Return the alerts nobody has closed, most urgent first, then oldest first.

    A therapist sees those their own sessions raised, and those of patients who have a session
    with them, because a danger concerns everybody who treats that patient.
    """
    return _most_urgent_first(queries.not_closed(uow.session, uow.actor))


def count_open(uow: UnitOfWork) -> int:
    """Return how many alerts that this actor sees nobody has acknowledged."""
    return queries.count_open(uow.session, uow.actor)


def count_in_hand(uow: UnitOfWork, user_id: UUID) -> int:
    """Return how many alerts somebody has in hand; a number only, never which."""
    return queries.count_in_hand(uow.session, user_id)


def of_patient(uow: UnitOfWork, patient: Patient) -> list[Alert]:
    """Return the alerts about a patient that nobody has closed, most urgent first.

    None to whom the patient does not concern.

    Those from the patient's phone count too where it was not clear who of several had written.
    """
    return _most_urgent_first(queries.of_patient(uow.session, uow.actor, patient))


def gravest_of_check_in(uow: UnitOfWork, check_in_id: UUID) -> Tier | None:
    """Return how grave the gravest thing is that an answer raised, if any did."""
    tiers = queries.tiers_of_check_in(uow.session, check_in_id)
    return min(tiers, key=URGENCY.index, default=None)


def assignees(uow: UnitOfWork, alerts: Sequence[Alert]) -> dict[UUID, str]:
    """Return the names of those who have these alerts in hand, by their account's id."""
    ids = {alert.acknowledged_by for alert in alerts if alert.acknowledged_by}
    return account_queries.names_of(uow.session, ids)


def get(uow: UnitOfWork, alert_id: UUID) -> Alert:
    """Return one alert, closed or not; raises NotFound where it does not concern the actor."""
    return _found(queries.get(uow.session, uow.actor, alert_id))


def acknowledge(uow: UnitOfWork, alert_id: UUID) -> Alert:
    """Note that a person has the alert in hand; the first one stays named.

    Raises NotFound where it does not concern them, and InvalidTransition once it is closed.
    """
    alert = _found(queries.get_for_update(uow.session, uow.actor, alert_id))
    transition(uow, alert, Transition.ACKNOWLEDGE)
    return alert


def close(uow: UnitOfWork, alert_id: UUID, outcome: str, *, seen: int | None = None) -> Alert:
    """Close an alert with what came of it; whoever closes an open one has also seen it.

    `seen` is how many joined causes whoever closes it had before them. Raises NotFound,
    InvalidInput without an outcome or where more has come since, and InvalidTransition if it is
    closed: what was written once is never written over.
    """
    if not outcome.strip():
        raise InvalidInput(outcome=Flaw("outcome_missing"))
    alert = acknowledge(uow, alert_id)
    if seen is not None and queries.count_joined(uow.session, alert.id) > seen:
        raise InvalidInput(outcome=Flaw("more_has_come"))
    transition(uow, alert, Transition.CLOSE, outcome=outcome.strip())
    return alert


def _found(alert: Alert | None) -> Alert:
    if alert is None:
        raise NotFound
    return alert


def _most_urgent_first(alerts: Iterable[Alert]) -> list[Alert]:
    """Sort here: no query can tell how grave an alert is. Few are open at a time."""
    return sorted(alerts, key=lambda one: (URGENCY.index(one.tier), one.opened_at, one.id))
