"""A PIN opens an account on its device, for some days, within few tries."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from booking.accounts import administration, device_pins, passwords, queries, sessions
from booking.accounts import service as staff
from booking.accounts.caller import Caller
from booking.accounts.models import Role
from booking.accounts.passwords import Checked
from booking.accounts.service import NewUser
from booking.clinic.actor import System
from booking.kit.errors import InvalidInput, NotPermitted

BY = Caller("address", "account", "device", "Firefox")
PIN = "270586"


@pytest.fixture
def dana(clinic):
    """Somebody who signed in with a password and chose a PIN for the device."""
    with clinic.unit_of_work(System.CONSOLE) as uow:
        new = NewUser("noa@example.org", "Cora", "a long demo password", Role.COORDINATOR)
        actor = staff.actor_of(administration.add(uow, new))
    sign_in_in_full(clinic, actor)
    with clinic.unit_of_work(actor) as uow:
        device_pins.choose(uow, BY.device, passwords.hashed(PIN))
    return actor


def sign_in_in_full(clinic, actor):
    with clinic.unit_of_work(System.SIGN_IN) as uow:
        return sessions.begin(uow, queries.get(uow.session, actor.user_id), BY).id


def give(clinic, actor, *, is_right=True, by=BY):
    with clinic.unit_of_work(System.SIGN_IN) as uow:
        tried = device_pins.take_try(uow, actor.user_id, by.device)
    try:
        with clinic.unit_of_work(System.SIGN_IN) as uow:
            return device_pins.sign_in(uow, tried, Checked(is_right=is_right), by)[0]
    except NotPermitted:
        with clinic.unit_of_work(System.SIGN_IN) as uow:
            device_pins.note_failure(uow, actor.user_id, by.device)
        raise


def owners(clinic, device=BY.device):
    with clinic.read_only(System.SIGN_IN) as uow:
        return [one.name for one in device_pins.owners(uow, device)]


def test_a_pin_opens_the_account_again_and_proves_nothing_dangerous(clinic, dana):
    clinic.clock.pass_(minutes=90)

    assert owners(clinic) == ["Cora"]
    assert give(clinic, dana).proven_at is None


def test_it_opens_nothing_on_another_device(clinic, dana):
    other = Caller("address", "account", "other", "Firefox")

    assert owners(clinic, "other") == []
    with pytest.raises(NotPermitted):
        give(clinic, dana, by=other)


def test_it_opens_nothing_some_days_after_the_last_full_sign_in(clinic, dana):
    clinic.clock.pass_(days=2, hours=23)
    give(clinic, dana)
    clinic.clock.pass_(hours=1)

    assert owners(clinic) == []
    with pytest.raises(NotPermitted):
        give(clinic, dana)

    sign_in_in_full(clinic, dana)
    assert give(clinic, dana)


def test_the_fifth_try_is_the_last(clinic, dana):
    for _ in range(4):
        with pytest.raises(NotPermitted):
            give(clinic, dana, is_right=False)
    assert give(clinic, dana)

    for _ in range(5):
        with pytest.raises(NotPermitted):
            give(clinic, dana, is_right=False)

    assert owners(clinic) == []
    with pytest.raises(NotPermitted):
        give(clinic, dana)


def test_many_tries_at_once_are_no_more_than_five(clinic, dana):
    def take(_):
        try:
            with clinic.unit_of_work(System.SIGN_IN) as uow:
                device_pins.take_try(uow, dana.user_id, BY.device)
        except NotPermitted:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 5


def test_a_new_password_ends_it(clinic, dana):
    with clinic.unit_of_work(System.CONSOLE) as uow:
        administration.set_password(uow, dana.user_id, passwords.hashed("another long password"))

    assert owners(clinic) == []
    with pytest.raises(NotPermitted):
        give(clinic, dana)


def test_an_account_that_is_off_opens_with_no_pin(clinic, dana):
    with clinic.unit_of_work(System.CONSOLE) as uow:
        administration.add(
            uow, NewUser("ada@example.org", "Ada", "a long demo password", Role.ADMINISTRATOR)
        )
    with clinic.unit_of_work(System.CONSOLE) as uow:
        administration.switch_off(uow, dana.user_id)

    with pytest.raises(NotPermitted):
        give(clinic, dana)


def test_a_device_that_is_signed_out_from_elsewhere_forgets_its_pin(clinic, dana):
    session_id = sign_in_in_full(clinic, dana)
    with clinic.unit_of_work(dana) as uow:
        sessions.end_one(uow, dana.user_id, session_id)

    assert owners(clinic) == []


@pytest.mark.parametrize(
    "pin",
    ["", "12345", "1234567890123", "a23456", "111111", "123456", "987654", "121212", "²²³³⁴⁴"],
)
def test_a_pin_that_is_no_good_is_not_taken(pin):
    with pytest.raises(InvalidInput):
        device_pins.check_new(pin)


def test_a_pin_that_is_good_is_taken():
    device_pins.check_new(PIN)
