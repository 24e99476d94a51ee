import hashlib
import itertools

import pytest

from booking.domain.consent import (
    NEEDED,
    REQUIRED,
    WORDINGS,
    ConsentKind,
    ConsentMissing,
    check_consents,
)

# A changed text is a new consent: change its version, then its fingerprint here.
KNOWN_WORDINGS = {
    "treatment-1": "4bfe7efeb02048f6",
    "health-data-1": "ada8b52f58ceda41",
    "sharing-1": "bbe6cf5f4190049c",
    "sms-1": "98e0e5ea7910fd36",
}


def test_a_booking_with_the_three_required_consents_is_accepted():
    check_consents({ConsentKind.TREATMENT, ConsentKind.HEALTH_DATA, ConsentKind.SHARING})


def test_texts_are_never_a_condition_of_booking():
    assert ConsentKind.SMS not in REQUIRED
    assert "no condition of booking" in WORDINGS[ConsentKind.SMS].text


def test_consent_to_texts_stands_for_nothing_else():
    with pytest.raises(ConsentMissing) as caught:
        check_consents({ConsentKind.SMS})

    assert set(caught.value.kinds) == REQUIRED


@pytest.mark.parametrize(
    "given",
    [set(kinds) for n in range(5) for kinds in itertools.combinations(ConsentKind, n)],
)
def test_exactly_the_missing_consents_are_named(given):
    missing = REQUIRED - given
    if not missing:
        check_consents(given)
        return
    with pytest.raises(ConsentMissing) as caught:
        check_consents(given)

    assert set(caught.value.kinds) == missing
    assert set(caught.value.fields) == {kind.value for kind in missing}
    assert caught.value.code == "consent_missing"


@pytest.mark.parametrize(
    "phrase",
    ["{clinic}", "automated", "not encrypted", "rates may apply", "STOP", "HELP", "mobile number"],
)
def test_the_consent_to_texts_says_what_it_must(phrase):
    assert phrase in WORDINGS[ConsentKind.SMS].text


def test_every_kind_has_its_own_words_and_version():
    assert set(WORDINGS) == set(ConsentKind)
    assert all(wording.kind is kind for kind, wording in WORDINGS.items())
    assert len({wording.version for wording in WORDINGS.values()}) == len(ConsentKind)
    assert set(NEEDED) == REQUIRED


def test_the_words_of_a_version_never_change():
    prints = {
        w.version: hashlib.sha256(w.text.encode()).hexdigest()[:16] for w in WORDINGS.values()
    }

    assert prints == KNOWN_WORDINGS


def test_the_kept_words_carry_the_clinics_own_name():
    text = WORDINGS[ConsentKind.SMS].for_clinic("Demo Clinic")

    assert "Demo Clinic" in text
    assert "{" not in text


@pytest.mark.parametrize("word", ["lupus", "autoimmune", "disease"])
def test_no_wording_names_a_diagnosis(word):
    assert all(word not in wording.text.lower() for wording in WORDINGS.values())
