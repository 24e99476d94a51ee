import hashlib
import itertools

import pytest

from booking.patients.consent import (
    REQUIRED,
    WORDINGS,
    ConsentKind,
    ConsentMissing,
    check_consents,
)
from booking.patients.consent_words import WORDING_BY_VERSION
from booking.web.sentences import SENTENCES

NAMES = {"clinic": "Demo Clinic", "carrier": "Telco", "mail_host": "Post House"}
# A changed text is a new consent: change its version, then its fingerprint here.
KNOWN_WORDINGS = {
    "treatment-1": "4bfe7efeb02048f6",
    "health-data-1": "ada8b52f58ceda41",
    "health-data-2": "1a212e9d7cf27773",
    "sharing-1": "bbe6cf5f4190049c",
    "sharing-2": "38a23751fa059997",
    "sms-1": "98e0e5ea7910fd36",
    "sms-2": "0092b63b8f7337ab",
}
KNOWN_IN_SPANISH = {
    "treatment-1": "b2ba215655a72492",
    "health-data-2": "3fe016870b1ca278",
    "sharing-2": "446e090107fef0bf",
    "sms-2": "774401d6d2688ed4",
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
    for kind, wording in WORDINGS.items():
        assert wording.version.startswith(kind.value.replace("_", "-"))
    assert len({wording.version for wording in WORDINGS.values()}) == len(ConsentKind)
    assert {kind for kind in ConsentKind if f"consent_needed_{kind}" in SENTENCES} == REQUIRED


def test_the_words_of_a_version_never_change_and_none_that_was_asked_for_is_lost():
    def fingerprint(words):
        return hashlib.sha256(words.encode()).hexdigest()[:16]

    every = WORDING_BY_VERSION.values()
    assert {one.version: fingerprint(one.text) for one in every} == KNOWN_WORDINGS
    spanish = {one.version: fingerprint(one.spanish) for one in every if one.spanish}
    assert spanish == KNOWN_IN_SPANISH


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_kept_words_carry_the_names_of_the_clinic_and_of_who_carries_its_messages(language):
    names = {"clinic": "Demo Clinic", "carrier": "Telco", "mail_host": "Post House"}
    read = {kind: one.named(**names, language=language) for kind, one in WORDINGS.items()}

    assert all("{" not in words for words in read.values())
    assert "Demo Clinic" in read[ConsentKind.SMS]
    assert "Telco" in read[ConsentKind.SMS]
    assert "Telco" in read[ConsentKind.SHARING]
    assert "Post House" in read[ConsentKind.SHARING]


def test_what_is_asked_for_now_is_there_in_both_languages():
    for wording in WORDINGS.values():
        english, spanish = (wording.named(**NAMES, language=one) for one in ("en", "es"))
        assert english != spanish


def test_the_words_say_what_is_encrypted_and_what_is_not():
    words = WORDINGS[ConsentKind.HEALTH_DATA].text

    for told in ("answers", "numbers", "notes", "what I text"):
        assert told in words.split("encrypted")[0]
    for told in ("name", "mobile number", "mail address"):
        assert told in words.split("not encrypted")[0].split("encrypted", 1)[1]


@pytest.mark.parametrize("word", ["lupus", "autoimmune", "disease"])
def test_no_wording_names_a_diagnosis(word):
    assert all(word not in wording.text.lower() for wording in WORDINGS.values())
