import pytest
from werkzeug.datastructures import MultiDict

from booking.kit.errors import Flaw, InvalidInput
from booking.patients.consent import ConsentKind
from booking.web.patient.booking_form import BookingForm
from tests.web.world import ANA


@pytest.fixture
def read(runtime):
    def read_(**changes):
        sent = {name: value for name, value in {**ANA, **changes}.items() if value is not None}
        return BookingForm.read(MultiDict(sent), clinic=runtime.clinic)

    return read_


def test_a_form_filled_in_well_becomes_a_wish(read):
    wish = read(reminder_2h="yes").wish()

    assert wish.person.name == "Ana Example"
    assert wish.consents == set(ConsentKind)
    assert wish.wants_optional_reminder
    assert wish.answers.of("flare") == {"no"}


def test_a_form_with_an_error_becomes_no_wish(read):
    with pytest.raises(InvalidInput):
        read(phone="555").wish()


def test_everything_wrong_is_named_by_the_field_it_stands_in(read):
    form = read(name="", email="x", q_flare=None, q_invented="yes", consent_sharing=None)

    assert set(form.errors) == {"name", "email", "q_flare", "q_invented", "consent_sharing"}


def test_what_the_service_finds_is_put_to_the_fields_of_the_page(read):
    form = read().refused(
        InvalidInput(
            phone=Flaw("phone_missing"),
            flare=Flaw("answer_missing"),
            sharing=Flaw("consent_needed_sharing"),
        )
    )

    assert set(form.errors) == {"phone", "q_flare", "consent_sharing"}


def test_an_empty_form_agrees_to_nothing():
    empty = BookingForm.empty()

    assert empty.consents == frozenset()
    assert not empty.wants_optional_reminder
