"""What an administrator does with accounts, and what nobody else does."""

import threading

import pytest
from sqlalchemy import select

from booking.accounts import account_links, administration, passwords, queries, sessions
from booking.accounts import service as staff
from booking.accounts.caller import Caller
from booking.accounts.models import LinkPurpose, Role, User
from booking.accounts.service import AccountFacts, NewUser
from booking.clinic.actor import System
from booking.desk import audit_trail, leavers
from booking.kit.errors import InvalidInput, LinkClosed, LinkExpired, NotFound, NotPermitted
from booking.kit.ids import new_id
from booking.messaging.kinds import Kind
from booking.safety import alerts
from tests.build.cast import ALICE, CARMEN, DANA

PASSWORD = "a long demo password"
CORAS = AccountFacts("cora.new@example.org", "Cora New", Role.COORDINATOR)


def add(clinic, email, role, therapist_id=None):
    """Add an account and return who is signed in with it."""
    with clinic.unit_of_work(System.CONSOLE) as uow:
        user = administration.add(uow, NewUser(email, "Somebody", PASSWORD, role, therapist_id))
        return staff.actor_of(user)


@pytest.fixture
def ada(clinic):
    return add(clinic, "ada@example.org", Role.ADMINISTRATOR)


def invite(clinic, by, facts=CORAS):
    with clinic.unit_of_work(by) as uow:
        return administration.invite(uow, facts)


def take(clinic, link, password=PASSWORD):
    with clinic.unit_of_work(System.SIGN_IN) as uow:
        account_links.check_choice(uow, link.id, LinkPurpose.INVITATION, password)
        made = passwords.hashed(password)
        return account_links.choose_password(uow, link.id, LinkPurpose.INVITATION, made)


def signed_in(clinic, user_id, device="d"):
    with clinic.unit_of_work(System.SIGN_IN) as uow:
        user = queries.get(uow.session, user_id)
        return sessions.begin(uow, user, Caller("a", "b", device, "Firefox")).id


def is_signed_in(clinic, session_id):
    with clinic.read_only(System.SIGN_IN) as uow:
        return sessions.still_signed_in(uow, session_id) is not None


def test_an_invitation_is_mailed_with_its_link_and_taken_once(clinic, ada):
    link = invite(clinic, ada)
    clinic.send_due()

    [mail] = clinic.email.to(CORAS.email)
    assert clinic.runtime.links.invitation(link.id, link.expires_at) in mail.text

    take(clinic, link)
    with pytest.raises(LinkClosed):
        take(clinic, link, "another long password")


def test_an_invitation_ends_after_its_days(clinic, ada):
    link = invite(clinic, ada)

    clinic.clock.pass_(days=7, seconds=1)

    with pytest.raises(LinkExpired):
        take(clinic, link)


def test_an_invitation_that_is_withdrawn_opens_nothing_and_its_mail_does_not_go(clinic, ada):
    link = invite(clinic, ada)
    with clinic.unit_of_work(ada) as uow:
        administration.withdraw_invitation(uow, link.user_id)

    clinic.send_due()

    assert clinic.email.to(CORAS.email) == []
    with pytest.raises(LinkClosed):
        take(clinic, link)


def test_a_second_invitation_closes_the_first(clinic, ada):
    first = invite(clinic, ada)
    with clinic.unit_of_work(ada) as uow:
        second = administration.invite_again(uow, first.user_id)

    with pytest.raises(LinkClosed):
        take(clinic, first)
    assert take(clinic, second).email == CORAS.email


def test_an_invitation_that_was_taken_is_not_made_again(clinic, ada):
    link = invite(clinic, ada)
    take(clinic, link)

    with clinic.unit_of_work(ada) as uow, pytest.raises(NotPermitted):
        administration.invite_again(uow, link.user_id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "ada@example.org"}, "email"),
        ({"email": "no address"}, "email"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"role": Role.THERAPIST}, "role"),
        ({"role": Role.PATIENT}, "role"),
    ],
)
def test_nobody_is_invited_with_facts_that_would_be_wrong(clinic, ada, changes, field):
    facts = AccountFacts(**{**vars(CORAS), **changes})

    with pytest.raises(InvalidInput) as refused:
        invite(clinic, ada, facts)

    assert set(refused.value.fields) == {field}


def test_a_role_that_changes_counts_at_once(clinic, ada):
    cora = add(clinic, "noa@example.org", Role.COORDINATOR)
    with clinic.unit_of_work(ada) as uow:
        administration.change(
            uow, cora.user_id, AccountFacts("noa@example.org", "Cora", Role.ADMINISTRATOR)
        )

    with clinic.read_only(cora) as uow:
        assert administration.accounts(uow)


def test_whoever_gets_another_mail_address_is_told_at_the_one_of_before(clinic, ada):
    cora = add(clinic, "noa@example.org", Role.COORDINATOR)
    with clinic.unit_of_work(ada) as uow:
        administration.change(
            uow, cora.user_id, AccountFacts("cora@else.example", "Cora", Role.COORDINATOR)
        )

    [told] = clinic.messages(kind=Kind.ACCOUNT_CHANGED)
    assert told.recipient == "noa@example.org"


def test_the_last_administrator_is_neither_switched_off_nor_given_another_role(clinic, ada):
    with clinic.unit_of_work(ada) as uow, pytest.raises(NotPermitted):
        administration.switch_off(uow, ada.user_id)
    facts = AccountFacts("ada@example.org", "Ada", Role.AUDITOR)
    with clinic.unit_of_work(ada) as uow, pytest.raises(NotPermitted):
        administration.change(uow, ada.user_id, facts)


def test_one_who_was_only_invited_counts_as_no_administrator(clinic, ada):
    invite(clinic, ada, AccountFacts("bea@example.org", "Bea", Role.ADMINISTRATOR))

    with clinic.unit_of_work(ada) as uow, pytest.raises(NotPermitted):
        administration.switch_off(uow, ada.user_id)


def test_two_administrators_who_switch_each_other_off_at_once_leave_one(clinic, ada):
    bea = add(clinic, "bea@example.org", Role.ADMINISTRATOR)
    barrier = threading.Barrier(2)
    refused = []

    def switch_off(by, whom):
        barrier.wait()
        try:
            with clinic.unit_of_work(by) as uow:
                administration.switch_off(uow, whom.user_id)
        except NotPermitted:
            refused.append(by)

    both = [threading.Thread(target=switch_off, args=pair) for pair in ((ada, bea), (bea, ada))]
    for one in both:
        one.start()
    for one in both:
        one.join()

    with clinic.reading() as session:
        on = session.scalars(select(User).where(User.active, User.role == Role.ADMINISTRATOR)).all()
    assert len(on) == 1
    assert len(refused) == 1


def test_an_account_that_is_off_is_signed_out_and_its_links_are_closed(clinic, ada):
    cora = add(clinic, "noa@example.org", Role.COORDINATOR)
    session_id = signed_in(clinic, cora.user_id)
    with clinic.unit_of_work(ada) as uow:
        link = administration.offer_new_password(uow, cora.user_id)
    with clinic.unit_of_work(ada) as uow:
        administration.switch_off(uow, cora.user_id)

    assert not is_signed_in(clinic, session_id)
    with clinic.unit_of_work(System.SIGN_IN) as uow, pytest.raises(LinkClosed):
        account_links.open_link(uow, link.id, LinkPurpose.NEW_PASSWORD)

    with clinic.unit_of_work(ada) as uow:
        administration.switch_on(uow, cora.user_id)
    assert not is_signed_in(clinic, session_id)


def test_what_hangs_on_a_therapist_is_named_before_the_account_is_switched_off(clinic, ada):
    dana = add(clinic, "dana@example.org", Role.THERAPIST, clinic.therapist(DANA).id)
    booked = clinic.booked(ALICE, with_=DANA)
    clinic.booked(CARMEN, with_=DANA, at="2026-03-05T18:00Z")
    clinic.text_from(CARMEN, "I have chest pain")
    [alert] = clinic.alerts()
    clinic.calls_at_night("dana@example.org")

    with clinic.read_only(ada) as uow:
        hanging = leavers.hanging_on(uow, dana.user_id)
        assert hanging.sessions[0].id == booked.id
        assert len(hanging.sessions) == 2
        assert hanging.alerts_of_patients == 1
        assert hanging.is_on_call
        assert not hanging.is_nothing

    with clinic.unit_of_work(dana) as uow:
        alerts.acknowledge(uow, alert.id)
    with clinic.read_only(ada) as uow:
        assert leavers.hanging_on(uow, dana.user_id).alerts_in_hand == 1


def test_nothing_hangs_on_somebody_who_only_administers(clinic, ada):
    with clinic.read_only(ada) as uow:
        assert leavers.hanging_on(uow, ada.user_id).is_nothing


VERBS = {
    "accounts": lambda uow, whose: administration.accounts(uow),
    "get": administration.get,
    "by_email": lambda uow, whose: administration.by_email(uow, "ada@example.org"),
    "add": lambda uow, whose: administration.add(
        uow, NewUser("x@example.org", "X", PASSWORD, Role.COORDINATOR)
    ),
    "invite": lambda uow, whose: administration.invite(uow, CORAS),
    "invite_again": administration.invite_again,
    "withdraw_invitation": administration.withdraw_invitation,
    "open_invitation": administration.open_invitation,
    "open_new_password": administration.open_new_password,
    "invitations": lambda uow, whose: administration.invitations(uow),
    "change": lambda uow, whose: administration.change(uow, whose, CORAS),
    "switch_off": administration.switch_off,
    "switch_on": administration.switch_on,
    "offer_new_password": administration.offer_new_password,
    "set_password": lambda uow, whose: administration.set_password(uow, whose, "hash"),
    "sign_out_everywhere": administration.sign_out_everywhere,
    "remove_factors": administration.remove_factors,
    "hanging_on": leavers.hanging_on,
    "open_sessions": sessions.open_sessions,
    "end_one": lambda uow, whose: sessions.end_one(uow, whose, new_id()),
    "end_others": lambda uow, whose: sessions.end_others(uow, whose, None),
    "read": lambda uow, whose: audit_trail.read(uow, audit_trail.AuditQuery()),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.THERAPIST, Role.AUDITOR])
def test_no_other_role_administers(clinic, ada, verb, role):
    therapist_id = clinic.therapist(DANA).id if role is Role.THERAPIST else None
    other = add(clinic, "other@example.org", role, therapist_id)
    if (verb, role) == ("read", Role.AUDITOR):
        return

    with clinic.unit_of_work(other) as uow, pytest.raises(NotPermitted):
        VERBS[verb](uow, ada.user_id)


@pytest.mark.parametrize("verb", VERBS)
def test_no_part_of_lupine_but_the_console_administers(clinic, ada, verb):
    with clinic.unit_of_work(System.WORKERS) as uow, pytest.raises(NotPermitted):
        VERBS[verb](uow, ada.user_id)


def test_an_administrator_who_is_off_administers_no_more(clinic, ada):
    bea = add(clinic, "bea@example.org", Role.ADMINISTRATOR)
    with clinic.unit_of_work(ada) as uow:
        administration.switch_off(uow, bea.user_id)

    with clinic.unit_of_work(bea) as uow, pytest.raises(NotPermitted):
        administration.accounts(uow)


def test_an_account_that_is_none_is_not_found(clinic, ada):
    with clinic.unit_of_work(ada) as uow, pytest.raises(NotFound):
        administration.get(uow, new_id())
    with clinic.unit_of_work(ada) as uow, pytest.raises(NotFound):
        sessions.open_sessions(uow, new_id())
