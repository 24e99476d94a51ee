"""Who books: what is taken for a name, a phone and a mail address."""

from dataclasses import replace

import pytest

from booking.kit.errors import InvalidInput
from booking.patients.models import Patient
from booking.patients.service import Person, read_person
from tests.build.cast import DORA


def read(clinic, **changes):
    typed = {"name": "Ana", "phone": "(212) 555-0134", "email": "ana@example.org", "language": "en"}
    return read_person(Person(**typed | changes), clinic=clinic.runtime.clinic)


@pytest.mark.parametrize(
    "address",
    ["ana@example.org", " Ana.B+c@sub-host.example.org ", "o'neil_7@example.co.uk", "a@müller.de"],
)
def test_a_plain_mail_address_is_taken_as_typed(clinic, address):
    assert read(clinic, email=address).email == address.strip()


@pytest.mark.parametrize(
    "address",
    [
        "ana",
        "ana@example",
        "a@b@example.org",
        "ana@example.org\nBcc: bo@example.org",
        "ana@example.org,bo@example.org",
        "=?us-ascii?q?a=0d=0aBcc:bo=40example.org?=@example.org",
        "_.:%:@example.org",
        "friends:ana@example.org",
        "a..b@example.org",
        "a\x00b@example.org",
        "ana@-example.org",
        "a" * 250 + "@example.org",
    ],
    ids=ascii,
)
def test_what_is_no_plain_mail_address_is_refused_before_a_mail_is_made_of_it(clinic, address):
    with pytest.raises(InvalidInput) as refused:
        read(clinic, email=address)

    assert set(refused.value.fields) == {"email"}


def test_everything_that_is_wrong_with_a_person_is_named_at_once(clinic):
    with pytest.raises(InvalidInput) as refused:
        read(clinic, name="evil.example", phone="12", email="ana")

    assert set(refused.value.fields) == {"name", "phone", "email"}


@pytest.mark.parametrize("name", ["Dora D’Demo", "DORA D'DEMO", "Dora D´Demo", "\u200eDora D'Demo"])
def test_one_person_who_types_the_name_in_another_form_is_one_patient(clinic, name):
    first = clinic.booked(replace(DORA, name="Dora D'Demo"), at="2026-03-05T15:00Z")
    again = clinic.booked(replace(DORA, name=name), at="2026-03-06T15:00Z")

    assert again.patient_id == first.patient_id


def test_a_later_form_never_takes_discretion_back(clinic):
    first = clinic.booked(DORA, at="2026-03-05T15:00Z")
    plain = replace(DORA, discreet=False)

    again = clinic.booked(plain, at="2026-03-06T15:00Z")

    assert again.patient_id == first.patient_id
    with clinic.reading() as session:
        assert session.get_one(Patient, first.patient_id).discreet
