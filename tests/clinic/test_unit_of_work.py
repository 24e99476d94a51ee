"""A unit of work is one transaction at one instant, in somebody's hands."""

from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from booking.clinic.actor import (
    Everything,
    Nothing,
    OwnPatients,
    PatientActor,
    StaffActor,
    System,
    Themselves,
)
from booking.kit.errors import NotFound
from booking.monitoring import heartbeat_queries as heartbeats

SOMEBODY = UUID(int=7)
MARK = "a mark"


@dataclass(frozen=True)
class Happened:
    what: str


def mark_and_emit(clinic):
    with clinic.unit_of_work() as uow:
        heartbeats.put(uow.session, MARK, uow.now)
        uow.emit(Happened("this"))


def is_marked(clinic):
    with clinic.unit_of_work() as uow:
        return heartbeats.last(uow.session, MARK) is not None


def test_an_actor_sees_as_far_as_they_are_entitled_to():
    assert PatientActor(SOMEBODY).sees == Themselves(SOMEBODY)
    assert StaffActor(SOMEBODY, OwnPatients(3)).sees == OwnPatients(3)
    assert System.WORKERS.sees == Everything()
    assert System.BOOKING_PAGE.sees == Nothing()
    assert System.SIGN_IN.sees == Nothing()


def test_the_audit_names_an_actor_as_it_always_did():
    assert str(PatientActor(SOMEBODY)) == f"patient:{SOMEBODY}"
    assert str(StaffActor(SOMEBODY, Everything())) == f"user:{SOMEBODY}"
    assert str(System.ZONE_RULES) == "zone rules"


def test_everybody_listed_for_an_event_acts_in_order_in_the_same_transaction(clinic):
    seen = []
    handlers = {Happened: (lambda _, event: seen.append((1, event)), lambda _, e: seen.append(2))}
    clinic.runtime = replace(clinic.runtime, handlers=handlers)

    with clinic.unit_of_work() as uow:
        uow.emit(Happened("this"))
        uow.emit("what nobody is listed for")

    assert seen == [(1, Happened("this")), 2]


def test_a_handler_that_fails_undoes_the_whole_step(clinic):
    def fails(_uow, _event):
        raise NotFound

    clinic.runtime = replace(clinic.runtime, handlers={Happened: (fails,)})

    with pytest.raises(NotFound):
        mark_and_emit(clinic)

    assert not is_marked(clinic)


def test_a_step_that_ends_well_is_kept(clinic):
    mark_and_emit(clinic)

    assert is_marked(clinic)


def test_what_is_read_only_is_not_kept(clinic):
    with clinic.runtime.read_only(System.WORKERS) as uow:
        heartbeats.put(uow.session, MARK, uow.now)

    assert not is_marked(clinic)


def test_the_same_transaction_goes_on_in_other_hands(clinic):
    with clinic.unit_of_work(System.BOOKING_PAGE) as uow:
        hers = uow.acting_as(PatientActor(SOMEBODY))

    assert (hers.session, hers.now) == (uow.session, uow.now)
    assert hers.actor == PatientActor(SOMEBODY)
