"""Passkeys: added to one's own account, good for one answer each, and shown to this site alone."""

import json

import pytest

from booking.accounts import administration, passkeys, sessions
from booking.accounts import service as staff
from booking.accounts.caller import Caller
from booking.accounts.models import Role
from booking.accounts.passkeys import Answer, Site
from booking.accounts.service import NewUser
from booking.clinic.actor import System
from booking.kit.errors import InvalidInput, NotFound, NotPermitted
from booking.kit.ids import new_id
from booking.messaging.kinds import Kind
from tests.build.authenticator import PRESENT, Authenticator

SITE = Site("book.willow.example", "https://book.willow.example", "Willow Massage")
BY = Caller("address", "account", "device", "Firefox")


def add_account(clinic, who):
    with clinic.unit_of_work(System.CONSOLE) as uow:
        new = NewUser(f"{who}@example.org", who, "a long demo password", Role.ADMINISTRATOR)
        return staff.actor_of(administration.add(uow, new))


@pytest.fixture
def cora(clinic):
    return add_account(clinic, "noa")


@pytest.fixture
def device(clinic, cora):
    """Cora's phone, with a passkey that is added to her account."""
    phone = Authenticator(SITE.origin, SITE.host, cora.user_id.bytes)
    register(clinic, cora, phone)
    return phone


def register(clinic, actor, phone, answer=None):
    challenge = passkeys.new_challenge()
    text = phone.register(challenge) if answer is None else answer
    with clinic.unit_of_work(actor) as uow:
        return passkeys.add(uow, SITE, Answer(text, challenge), "My phone").id


def sign_in(clinic, text, challenge, site=SITE):
    with clinic.unit_of_work(System.SIGN_IN) as uow:
        return passkeys.sign_in(uow, site, Answer(text, challenge), BY)[0]


def test_a_passkey_opens_its_account_and_proves_who_it_is(clinic, cora, device):
    challenge = passkeys.new_challenge()

    begun = sign_in(clinic, device.show(challenge), challenge)

    assert begun.user_id == cora.user_id
    assert begun.proven_at == clinic.now
    with clinic.read_only(System.SIGN_IN) as uow:
        assert sessions.still_signed_in(uow, begun.id)


def test_no_answer_counts_twice(clinic, device):
    challenge = passkeys.new_challenge()
    answer = device.show(challenge)
    sign_in(clinic, answer, challenge)

    with pytest.raises(NotPermitted):
        sign_in(clinic, answer, challenge)


def test_a_passkey_that_counts_backwards_may_be_a_copy_and_opens_nothing(clinic, device):
    challenge = passkeys.new_challenge()
    sign_in(clinic, device.show(challenge), challenge)
    challenge = passkeys.new_challenge()

    with pytest.raises(NotPermitted):
        sign_in(clinic, device.show(challenge, counts=False), challenge)


@pytest.mark.parametrize(
    "changes",
    [
        {"flags": PRESENT},
        {"origin": "https://book.wi11ow.example"},
        {"type": "webauthn.create"},
        {"challenge": passkeys.new_challenge()},
    ],
)
def test_an_answer_without_a_finger_for_another_site_or_challenge_opens_nothing(
    clinic, device, changes
):
    challenge = passkeys.new_challenge()

    with pytest.raises(NotPermitted):
        sign_in(clinic, device.show(challenge, **changes), challenge)


def test_an_answer_to_no_challenge_opens_nothing(clinic, device):
    with pytest.raises(NotPermitted):
        sign_in(clinic, device.show(""), "")


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "{}", "null", "9" * 50_000, "\x00", '{"id": 5, "rawId": {}, "response": 7}'],
)
def test_what_is_no_answer_is_refused(clinic, cora, device, text):
    with pytest.raises(NotPermitted):
        sign_in(clinic, text, passkeys.new_challenge())
    with pytest.raises(InvalidInput):
        register(clinic, cora, device, answer=text)


def test_a_damaged_answer_is_refused(clinic, device):
    for name in ("clientDataJSON", "authenticatorData", "signature"):
        challenge = passkeys.new_challenge()
        answer = json.loads(device.show(challenge))
        answer["response"][name] = "AAAA"
        with pytest.raises(NotPermitted):
            sign_in(clinic, json.dumps(answer), challenge)


def test_one_passkey_is_one_accounts(clinic, cora, device):
    with pytest.raises(InvalidInput):
        register(clinic, cora, device)
    with pytest.raises(InvalidInput):
        register(clinic, add_account(clinic, "bea"), device)


def test_a_passkey_that_is_removed_opens_nothing_and_nobody_removes_anothers(clinic, cora, device):
    with clinic.read_only(cora) as uow:
        [key] = passkeys.mine_all(uow)
    with clinic.unit_of_work(add_account(clinic, "bea")) as uow, pytest.raises(NotFound):
        passkeys.remove(uow, key.id)
    with clinic.unit_of_work(cora) as uow:
        passkeys.remove(uow, key.id)
    with clinic.unit_of_work(cora) as uow, pytest.raises(NotFound):
        passkeys.remove(uow, new_id())

    challenge = passkeys.new_challenge()
    with pytest.raises(NotPermitted):
        sign_in(clinic, device.show(challenge), challenge)


def test_the_holder_is_told_of_each_that_comes_and_goes(clinic, cora, device):
    with clinic.unit_of_work(cora) as uow:
        passkeys.remove(uow, passkeys.mine_all(uow)[0].id)

    told = [one.variables["change"] for one in clinic.messages(kind=Kind.ACCOUNT_CHANGED)]
    assert sorted(told) == ["passkey_added", "passkey_removed"]


def test_an_account_that_is_off_opens_with_no_passkey(clinic, cora, device):
    add_account(clinic, "ada")
    with clinic.unit_of_work(System.CONSOLE) as uow:
        administration.switch_off(uow, cora.user_id)
    challenge = passkeys.new_challenge()

    with pytest.raises(NotPermitted):
        sign_in(clinic, device.show(challenge), challenge)


def test_a_browser_is_told_to_ask_for_a_finger_and_of_the_keys_that_are_there(clinic, cora, device):
    with clinic.read_only(cora) as uow:
        options = json.loads(passkeys.registration_options(uow, SITE, passkeys.new_challenge()))

    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert len(options["excludeCredentials"]) == 1
    assert options["rp"] == {"id": SITE.host, "name": SITE.name}
