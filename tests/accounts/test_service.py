"""Staff accounts, and who may see what."""

import pytest
from sqlalchemy import select

from booking.accounts import service as staff
from booking.accounts.models import Role
from booking.kit.errors import InvalidInput
from booking.scheduling import visibility
from booking.scheduling.models import Appointment
from tests.build.cast import ALICE, DANA, THEO

PASSWORD = "a long demo password"


@pytest.fixture
def dana(clinic):
    """Dana's account."""
    return add(clinic, "dana@example.org", Role.THERAPIST, clinic.therapist(DANA).id)


def add(clinic, email, role, therapist_id=None, password=PASSWORD):
    with clinic.unit_of_work() as uow:
        return staff.add_user(uow, staff.NewUser(email, "Somebody", password, role, therapist_id))


def test_passwords_are_kept_as_argon2_hashes(dana):
    assert dana.password_hash.startswith("$argon2id$")
    assert PASSWORD not in dana.password_hash


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "short"}, "password"),
        ({"role": Role.THERAPIST}, "role"),
        ({"therapist_id": 1}, "role"),
        ({"role": Role.PATIENT}, "role"),
        ({"email": "CORA@example.org "}, "email"),
    ],
)
def test_an_account_that_would_be_wrong_is_not_added(clinic, changes, field):
    with pytest.raises(InvalidInput) as refused:
        add(clinic, **{"email": "new@example.org", "role": Role.COORDINATOR, **changes})

    assert set(refused.value.fields) == {field}


def test_a_therapist_may_see_their_own_sessions_and_the_office_all(clinic, dana):
    theo = add(clinic, "theo@example.org", Role.THERAPIST, clinic.therapist(THEO).id)
    ada = add(clinic, "ada@example.org", Role.ADMINISTRATOR)
    booked = clinic.booked(ALICE, with_=DANA)

    assert may_see(clinic, dana, booked)
    assert may_see(clinic, ada, booked)
    assert not may_see(clinic, theo, booked)


def test_a_therapist_may_see_a_patient_from_the_booking_until_it_is_cancelled(clinic, dana):
    theo = add(clinic, "theo@example.org", Role.THERAPIST, clinic.therapist(THEO).id)
    booked = clinic.booked(ALICE, with_=DANA)

    assert sees(clinic, dana, booked.patient_id)
    assert not sees(clinic, theo, booked.patient_id)

    clinic.cancel(booked)

    assert not sees(clinic, dana, booked.patient_id)


def sees(clinic, user, patient_id):
    with clinic.reading() as session:
        return visibility.may_see_patient(session, staff.actor_of(user), patient_id)


def may_see(clinic, user, booked):
    shown = visibility.visible_to(staff.actor_of(user))
    with clinic.reading() as session:
        return session.scalar(select(Appointment.id).where(Appointment.id == booked.id, shown))
