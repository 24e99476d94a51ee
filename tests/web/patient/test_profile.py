from datetime import date

import pytest
from sqlalchemy import select

from booking.therapists.eligibility import CredentialStatus, CredentialType
from booking.therapists.models import Credential, Therapist
from booking.web.patient.profile import profile_of
from tests.web.world import NOW

TODAY = NOW.date()


@pytest.fixture
def profile_after(runtime):
    """The profile as it is after one credential was changed."""

    def change(kind, **changes):
        with runtime.database.transaction() as session:
            held = session.scalars(select(Credential).where(Credential.type == kind)).one()
            for name, value in changes.items():
                setattr(held, name, value)
        with runtime.database.read_only() as session:
            return profile_of(session.scalars(select(Therapist)).one(), "US-NY", on=TODAY)

    return change


def test_a_profile_shows_the_licence_with_number_and_day_of_the_check(profile_after):
    profile = profile_after(CredentialType.LICENCE)

    (shown,) = profile.credentials
    assert (shown.name, shown.issuer, shown.number) == ("Licence", "State of New York", "D-0001")
    assert shown.checked_on == profile.checked_on == date(2026, 2, 20)
    assert profile.insured


@pytest.mark.parametrize(
    "change",
    [
        {"expires_on": date(2026, 3, 1)},
        {"status": CredentialStatus.SUSPENDED},
        {"checked_on": None},
        {"jurisdiction": "US-CT"},
    ],
)
def test_a_licence_that_does_not_count_here_and_now_is_not_shown(profile_after, change):
    assert profile_after(CredentialType.LICENCE, **change).credentials == []


def test_insurance_that_ended_is_not_claimed(profile_after):
    assert not profile_after(CredentialType.INSURANCE, expires_on=date(2026, 3, 1)).insured


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://plain.example.org", "", None])
def test_only_a_safe_address_of_a_register_becomes_a_link(profile_after, address):
    (shown,) = profile_after(CredentialType.LICENCE, source_url=address).credentials

    assert shown.register_url is None


def test_checks_of_a_persons_own_life_are_nobodys_to_read(profile_after):
    shown = str(profile_after(CredentialType.LICENCE))

    assert "Example Screening" not in shown
    assert "Example Aid" not in shown
