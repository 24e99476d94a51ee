from dataclasses import replace
from datetime import date, timedelta

import pytest

from booking.therapists.credentials import (
    ASKED_EVERYWHERE,
    CREDENTIAL_RULES,
    CredentialFacts,
    CredentialStatus,
    CredentialType,
    flaw_of,
    recheck_due,
    warnings_due,
)

TODAY = date(2026, 3, 5)
DAY = timedelta(days=1)


def credential(type_, **changes):
    seen = CredentialFacts(type_, "US-NY", date(2028, 1, 1), CredentialStatus.VALID, TODAY)
    return replace(seen, **changes)


def test_every_type_has_its_rule():
    assert set(CREDENTIAL_RULES) == set(CredentialType)


def test_four_proofs_are_asked_for_everywhere():
    assert set(ASKED_EVERYWHERE) == {
        CredentialType.INSURANCE,
        CredentialType.IDENTITY,
        CredentialType.BACKGROUND_CHECK,
        CredentialType.FIRST_AID,
    }


def test_what_does_not_expire_has_no_flaw_on_any_day():
    assert flaw_of(credential(CredentialType.IDENTITY, expires_on=None), date(2099, 1, 1)) is None


@pytest.mark.parametrize(
    ("days_left", "warning"),
    [
        (91, None),
        (90, 90),
        (61, 90),
        (60, 60),
        (30, 30),
        (8, 30),
        (7, 7),
        (0, 7),
        (-1, None),
    ],
)
def test_a_therapist_is_warned_ninety_sixty_thirty_and_seven_days_ahead(days_left, warning):
    assert warnings_due(TODAY + days_left * DAY, TODAY) == warning


@pytest.mark.parametrize(
    ("type_", "checked_days_ago", "due"),
    [
        (CredentialType.LICENCE, 29, False),
        (CredentialType.LICENCE, 30, True),
        (CredentialType.BACKGROUND_CHECK, 364, False),
        (CredentialType.BACKGROUND_CHECK, 365, True),
        (CredentialType.AUTOIMMUNE_TRAINING, 729, False),
        (CredentialType.AUTOIMMUNE_TRAINING, 730, True),
        (CredentialType.IDENTITY, 5000, False),
        (CredentialType.INSURANCE, 5000, False),
    ],
)
def test_each_type_is_looked_up_again_in_its_own_time(type_, checked_days_ago, due):
    seen = credential(type_, checked_on=TODAY - checked_days_ago * DAY)

    assert recheck_due(seen, TODAY) is due


def test_what_nobody_checked_or_what_has_expired_since_is_to_be_checked():
    insurance = credential(CredentialType.INSURANCE)

    assert recheck_due(replace(insurance, checked_on=None), TODAY)
    assert recheck_due(replace(insurance, checked_on=TODAY - DAY, expires_on=TODAY), TODAY)
    assert not recheck_due(replace(insurance, checked_on=TODAY, expires_on=TODAY), TODAY)
