from dataclasses import replace
from datetime import date, timedelta

import pytest

from booking.therapists.credentials import ASKED_EVERYWHERE, CREDENTIAL_RULES, Effect, FlawKind
from booking.therapists.eligibility import (
    RIGHT_TO_PRACTISE,
    ApplicationState,
    CredentialFacts,
    CredentialStatus,
    CredentialType,
    holds,
    is_autoimmune_listed,
    is_bookable,
)
from booking.web.staff.eligibility_words import (
    APPLICATION_WORDS,
    CREDENTIAL_WORDS,
    FLAW_WORDS,
    objection_words,
)

TODAY = date(2026, 3, 5)
FAR_OFF = date(2028, 1, 1)
DAY = timedelta(days=1)


def credential(type_, jurisdiction="US-NY", **changes):
    seen = CredentialFacts(type_, jurisdiction, FAR_OFF, CredentialStatus.VALID, TODAY)
    return replace(seen, **changes)


def papers(*extra, country="US"):
    """What every place asks for, and what is given on top."""
    return [*(credential(type_, country) for type_ in ASKED_EVERYWHERE), *extra]


LICENCE = credential(CredentialType.LICENCE)


def judged(credentials, *, state=ApplicationState.APPROVED, on=TODAY, place="US-NY"):
    return is_bookable(state, credentials, on=on, jurisdiction=place)


def reasons(verdict):
    """What staff reads."""
    return tuple(objection_words(one) for one in verdict.reasons)


def test_an_approved_therapist_with_everything_in_order_is_bookable():
    verdict = judged(papers(LICENCE))

    assert verdict.bookable
    assert verdict.reasons == ()


@pytest.mark.parametrize("state", ApplicationState)
def test_only_the_two_approved_states_are_bookable(state):
    approved = state in {ApplicationState.APPROVED, ApplicationState.APPROVED_RESTRICTED}

    assert judged(papers(LICENCE), state=state).bookable is approved


def test_the_reason_names_the_state_of_the_application():
    verdict = judged(papers(LICENCE), state=ApplicationState.SUSPENDED_LAPSE)

    assert reasons(verdict) == ("application is suspended lapse",)


@pytest.mark.parametrize("type_", ASKED_EVERYWHERE)
def test_each_credential_asked_for_everywhere_blocks_when_it_is_missing(type_):
    verdict = judged([one for one in papers(LICENCE) if one.type is not type_])

    assert not verdict.bookable
    assert reasons(verdict) == (f"{CREDENTIAL_WORDS[type_]}: none that counts here",)


def test_a_licence_counts_through_its_last_day_and_not_after():
    credentials = papers(replace(LICENCE, expires_on=TODAY))

    assert judged(credentials, on=TODAY).bookable
    assert reasons(judged(credentials, on=TODAY + DAY)) == ("licence: expired on 2026-03-05",)


def test_a_session_after_the_expiry_is_refused_though_the_licence_is_valid_today():
    credentials = papers(replace(LICENCE, expires_on=TODAY + 10 * DAY))

    assert judged(credentials, on=TODAY + 9 * DAY).bookable
    assert not judged(credentials, on=TODAY + 11 * DAY).bookable


def test_an_upload_nobody_looked_up_does_not_count():
    verdict = judged(papers(replace(LICENCE, checked_on=None)))

    assert reasons(verdict) == ("licence: not checked at its source",)


@pytest.mark.parametrize("status", sorted(set(CredentialStatus) - {CredentialStatus.VALID}))
def test_a_credential_that_is_not_found_valid_does_not_count(status):
    assert reasons(judged(papers(replace(LICENCE, status=status)))) == (f"licence: {status}",)


def test_a_second_licence_in_order_makes_up_for_a_lapsed_one():
    lapsed = replace(LICENCE, expires_on=TODAY - DAY)

    assert judged(papers(lapsed, LICENCE)).bookable


def test_a_licence_of_the_state_next_door_does_not_count():
    assert not judged(papers(LICENCE), place="US-NJ").bookable


def test_a_licence_for_the_whole_country_does_not_exist_in_the_united_states():
    assert not judged(papers(replace(LICENCE, jurisdiction="US"))).bookable


def test_first_aid_has_thirty_days_of_grace():
    ends = TODAY + 5 * DAY
    credentials = [
        replace(one, expires_on=ends) if one.type is CredentialType.FIRST_AID else one
        for one in papers(LICENCE)
    ]

    assert judged(credentials, on=ends + 30 * DAY).bookable
    assert not judged(credentials, on=ends + 31 * DAY).bookable


def test_insurance_has_no_grace():
    credentials = [
        replace(one, expires_on=TODAY) if one.type is CredentialType.INSURANCE else one
        for one in papers(LICENCE)
    ]

    assert not judged(credentials, on=TODAY + DAY).bookable


def test_insurance_of_another_country_does_not_count():
    verdict = judged(papers(LICENCE, country="GB"))

    assert reasons(verdict) == ("liability insurance: none that counts here",)


BOARD = credential(CredentialType.BOARD_CERTIFICATION, "US")


@pytest.mark.parametrize(
    ("place", "right"),
    [
        ("US-TX", credential(CredentialType.LICENCE, "US-TX")),
        ("US-DC", credential(CredentialType.LICENCE, "US-DC")),
        ("US-VT", credential(CredentialType.REGISTER, "US-VT")),
        ("US-KS", BOARD),
        ("US-MN", BOARD),
        ("US-WY", BOARD),
        ("US-CA", BOARD),
        ("US-CA", credential(CredentialType.REGISTER, "US-CA")),
        ("CA-ON", credential(CredentialType.REGISTER, "CA-ON")),
        ("CA-PE", credential(CredentialType.REGISTER, "CA-PE")),
        ("GB", credential(CredentialType.REGISTER, "GB")),
        ("GB-SCT", credential(CredentialType.REGISTER, "GB")),
        ("AU", credential(CredentialType.ASSOCIATION, "AU")),
        ("AU-NSW", credential(CredentialType.ASSOCIATION, "AU")),
    ],
)
def test_each_place_asks_for_its_own_right_to_practise(place, right):
    country = place[:2]

    assert judged(papers(right, country=country), place=place).bookable
    assert not judged(papers(country=country), place=place).bookable


def test_board_certification_replaces_no_licence_where_one_is_needed():
    assert not judged(papers(BOARD)).bookable


def test_a_register_entry_of_another_province_does_not_count():
    entry = credential(CredentialType.REGISTER, "CA-BC")

    assert not judged(papers(entry, country="CA"), place="CA-ON").bookable


@pytest.mark.parametrize("place", ["CA-AB", "DE", "US", "US-ZZ", ""])
def test_nobody_is_bookable_in_a_place_without_a_rule(place):
    everything = [credential(type_, place) for type_ in CredentialType]

    verdict = judged(everything, place=place)

    assert not verdict.bookable
    assert reasons(verdict) == (f"no vetting rule for {place}",)


def test_every_american_state_and_the_territories_with_a_board_have_a_rule():
    places = [place for place in RIGHT_TO_PRACTISE if place.startswith("US-")]

    assert len(places) == 54
    assert {"US-NY", "US-VT", "US-CA", "US-KS", "US-MN", "US-WY", "US-DC"} <= set(places)


def test_a_place_asks_only_for_what_can_give_a_right_there():
    asked = {type_ for types in RIGHT_TO_PRACTISE.values() for type_ in types}

    assert {CREDENTIAL_RULES[type_].effect for type_ in asked} == {
        Effect.RIGHT_TO_PRACTISE,
        Effect.BADGE,  # board certification, where no licence exists
    }


def test_all_reasons_are_given_not_only_the_first():
    verdict = judged([], state=ApplicationState.REVIEW)

    assert len(verdict.reasons) == 2 + len(ASKED_EVERYWHERE)


def test_training_gates_the_listing_and_never_booking():
    training = credential(CredentialType.AUTOIMMUNE_TRAINING, expires_on=TODAY)

    assert is_autoimmune_listed([training], on=TODAY)
    assert not is_autoimmune_listed([training], on=TODAY + DAY)
    assert not is_autoimmune_listed(papers(LICENCE), on=TODAY)
    assert judged(papers(LICENCE, training), on=TODAY + DAY).bookable


def test_the_board_badge_drops_when_the_certification_ends():
    badge = replace(BOARD, expires_on=TODAY)

    assert holds(badge.type, [badge], on=TODAY, jurisdiction="US-NY")
    assert not holds(badge.type, [badge], on=TODAY + DAY, jurisdiction="US-NY")


def test_everything_that_can_stand_against_a_booking_has_words():
    assert set(CREDENTIAL_WORDS) == set(CredentialType)
    assert set(FLAW_WORDS) == set(FlawKind)
    assert set(APPLICATION_WORDS) == set(ApplicationState)
    assert set(CredentialStatus) - {CredentialStatus.VALID} <= set(FlawKind)


def test_any_of_several_credentials_would_do_and_what_was_found_of_each_is_told():
    lapsed = replace(BOARD, expires_on=TODAY - DAY)
    entry = credential(CredentialType.REGISTER, "US-CA", checked_on=None)

    assert reasons(judged(papers(entry, lapsed), place="US-CA")) == (
        "register entry or board certification: not checked at its source, expired on 2026-03-04",
    )
