"""Codes of an app, and recovery codes: confirmed once, each good once, guessed by nobody."""

import pyotp
import pytest

from booking.accounts import administration, second_factor, sessions, sign_ins
from booking.accounts import service as staff
from booking.accounts.caller import Caller
from booking.accounts.models import Role
from booking.accounts.passwords import Checked
from booking.accounts.service import NewUser
from booking.clinic.actor import System
from booking.kit.errors import InvalidInput, LimitReached, NotPermitted

BY = Caller("address", "account", "device", "Firefox")


@pytest.fixture
def cora(clinic):
    with clinic.unit_of_work(System.CONSOLE) as uow:
        new = NewUser("noa@example.org", "Cora", "a long demo password", Role.COORDINATOR)
        return staff.actor_of(administration.add(uow, new))


@pytest.fixture
def app(clinic, cora):
    """Cora's authenticator app, and her recovery codes."""
    with clinic.unit_of_work(cora) as uow:
        secret = second_factor.begin(uow).secret
    totp = pyotp.TOTP(secret)
    with clinic.unit_of_work(cora) as uow:
        codes = second_factor.confirm(uow, totp.at(clinic.now))
    clinic.clock.pass_(minutes=1)
    return totp, codes


def give_password(clinic):
    with clinic.unit_of_work(System.SIGN_IN) as uow:
        account = sign_ins.look_up(uow, "noa@example.org", BY)
        begun, _ = sign_ins.sign_in(uow, account, Checked(is_right=True), BY)
        return begun.id


def give_code(clinic, waiting_id, code):
    with clinic.unit_of_work(System.SIGN_IN) as uow:
        return second_factor.sign_in(uow, waiting_id, code, BY)[0].id


def is_signed_in(clinic, session_id):
    with clinic.read_only(System.SIGN_IN) as uow:
        return sessions.still_signed_in(uow, session_id) is not None


def test_a_password_alone_opens_nothing_any_more_and_the_code_does(clinic, app):
    totp, _ = app
    waiting = give_password(clinic)
    assert not is_signed_in(clinic, waiting)

    begun = give_code(clinic, waiting, totp.at(clinic.now))

    assert is_signed_in(clinic, begun)
    assert not is_signed_in(clinic, waiting)


def test_a_code_is_good_once(clinic, app):
    totp, _ = app
    code = totp.at(clinic.now)
    give_code(clinic, give_password(clinic), code)

    with pytest.raises(NotPermitted):
        give_code(clinic, give_password(clinic), code)


def test_the_code_that_confirmed_the_app_signs_nobody_in(clinic, cora):
    with clinic.unit_of_work(cora) as uow:
        totp = pyotp.TOTP(second_factor.begin(uow).secret)
    with clinic.unit_of_work(cora) as uow:
        second_factor.confirm(uow, totp.at(clinic.now))

    with pytest.raises(NotPermitted):
        give_code(clinic, give_password(clinic), totp.at(clinic.now))


def test_a_code_of_the_half_minute_before_is_taken_and_an_older_one_is_not(clinic, app):
    totp, _ = app
    clinic.clock.pass_(minutes=5)
    at = clinic.now.timestamp()

    give_code(clinic, give_password(clinic), f" {totp.at(int(at) - 30)} ")
    with pytest.raises(NotPermitted):
        give_code(clinic, give_password(clinic), totp.at(int(at) - 60))


def test_the_code_comes_within_minutes_of_the_password(clinic, app):
    totp, _ = app
    waiting = give_password(clinic)
    clinic.clock.pass_(minutes=10)

    with pytest.raises(NotPermitted):
        give_code(clinic, waiting, totp.at(clinic.now))


def test_a_password_that_was_completed_is_not_completed_again(clinic, app):
    totp, _ = app
    waiting = give_password(clinic)
    give_code(clinic, waiting, totp.at(clinic.now))
    clinic.clock.pass_(minutes=1)

    with pytest.raises(NotPermitted):
        give_code(clinic, waiting, totp.at(clinic.now))


def test_each_recovery_code_opens_the_account_once_and_its_holder_is_told(clinic, app):
    _, codes = app
    assert len(set(codes)) == 10

    assert is_signed_in(clinic, give_code(clinic, give_password(clinic), codes[3].upper()))
    with pytest.raises(NotPermitted):
        give_code(clinic, give_password(clinic), codes[3])

    assert "recovery_code" in [one.variables.get("change") for one in clinic.messages()]


def test_after_ten_wrong_codes_even_the_right_one_waits_an_hour(clinic, cora, app):
    totp, _ = app
    for _ in range(10):
        with pytest.raises(NotPermitted):
            give_code(clinic, give_password(clinic), "000000")
        with clinic.unit_of_work(System.SIGN_IN) as uow:
            second_factor.note_failure(uow, cora.user_id)

    with pytest.raises(LimitReached):
        give_code(clinic, give_password(clinic), totp.at(clinic.now))
    clinic.clock.pass_(hours=1, seconds=1)
    assert give_code(clinic, give_password(clinic), totp.at(clinic.now))


def test_a_wrong_code_confirms_no_app_and_the_password_alone_goes_on(clinic, cora):
    with clinic.unit_of_work(cora) as uow:
        second_factor.begin(uow)
    with clinic.unit_of_work(cora) as uow, pytest.raises(InvalidInput):
        second_factor.confirm(uow, "000000")

    assert is_signed_in(clinic, give_password(clinic))


def test_an_app_in_force_is_not_replaced_without_being_taken_away(clinic, cora, app):
    with clinic.unit_of_work(cora) as uow, pytest.raises(NotPermitted):
        second_factor.begin(uow)
    with clinic.unit_of_work(cora) as uow:
        second_factor.remove(uow)

    assert is_signed_in(clinic, give_password(clinic))


def test_new_recovery_codes_end_those_of_before(clinic, cora, app):
    _, codes = app
    with clinic.unit_of_work(cora) as uow:
        fresh = second_factor.renew_recovery_codes(uow)

    with pytest.raises(NotPermitted):
        give_code(clinic, give_password(clinic), codes[0])
    assert give_code(clinic, give_password(clinic), fresh[0])


def test_an_administrator_lets_somebody_in_whose_phone_is_gone(clinic, cora, app):
    with clinic.unit_of_work(System.CONSOLE) as uow:
        administration.remove_factors(uow, cora.user_id)

    assert is_signed_in(clinic, give_password(clinic))


def test_neither_the_secret_nor_a_recovery_code_can_be_read_in_the_database(clinic, cora, app):
    totp, codes = app
    with clinic.engine.connect() as connection:
        secret = connection.exec_driver_sql("SELECT secret FROM second_factor").scalar_one()
        kept = connection.exec_driver_sql("SELECT digest FROM recovery_code").scalars().all()

    assert totp.secret.encode() not in bytes(secret)
    assert not {one.replace("-", "") for one in codes} & set(kept)
