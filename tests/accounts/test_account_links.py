"""A new password by a mailed link: no oracle, few mails, one use, and everybody else is out."""

import pytest

from booking.accounts import account_links, passwords, queries, sessions
from booking.accounts.caller import Caller
from booking.accounts.models import LinkPurpose, Role
from booking.accounts.service import NewUser, add_user
from booking.clinic.actor import System
from booking.kit.errors import InvalidInput, LinkClosed, LinkExpired, LinkInvalid
from booking.messaging.kinds import Kind
from booking.messaging.message import MessageState
from booking.messaging.reason import Reason

PASSWORD = "a long demo password"
NEW = "quite another long one"


@pytest.fixture
def cora(clinic):
    with clinic.unit_of_work(System.CONSOLE) as uow:
        return add_user(uow, NewUser("noa@example.org", "Cora", PASSWORD, Role.COORDINATOR))


def ask(clinic, email="noa@example.org"):
    with clinic.unit_of_work(System.SIGN_IN) as uow:
        account_links.ask_for_new_password(uow, email)


def links(clinic, user):
    with clinic.reading() as session:
        return queries.unused_links(session, user.id)


def choose(clinic, link, password=NEW):
    with clinic.unit_of_work(System.SIGN_IN) as uow:
        account_links.check_choice(uow, link.id, LinkPurpose.NEW_PASSWORD, password)
        made = passwords.hashed(password)
        account_links.choose_password(uow, link.id, LinkPurpose.NEW_PASSWORD, made)


def test_a_link_is_mailed_and_sets_a_password_once(clinic, cora):
    ask(clinic)
    clinic.send_due()
    [link] = links(clinic, cora)

    [mail] = clinic.email.sent
    assert clinic.runtime.links.new_password(link.id, link.expires_at) in mail.text

    choose(clinic, link)
    with pytest.raises(LinkClosed):
        choose(clinic, link, "a third long password")


def test_nobody_is_mailed_at_an_address_without_account(clinic, cora):
    ask(clinic, "nobody@example.org")

    assert clinic.messages(kind=Kind.NEW_PASSWORD) == []


def test_an_account_is_mailed_so_many_links_an_hour_whoever_asks(clinic, cora):
    for _ in range(10):
        ask(clinic)

    assert len(clinic.messages(kind=Kind.NEW_PASSWORD)) == 3
    clinic.clock.pass_(hours=1, seconds=1)
    ask(clinic)
    assert len(clinic.messages(kind=Kind.NEW_PASSWORD)) == 4


def test_a_newer_link_closes_the_older_and_its_mail_does_not_go(clinic, cora):
    ask(clinic)
    ask(clinic)

    clinic.send_due()

    states = [(one.state, one.reason) for one in clinic.messages(kind=Kind.NEW_PASSWORD)]
    assert (MessageState.CANCELLED, Reason.LINK_CLOSED) in states
    assert len(clinic.email.sent) == 1


def test_a_link_is_open_for_an_hour(clinic, cora):
    ask(clinic)
    [link] = links(clinic, cora)

    clinic.clock.pass_(hours=1)

    with pytest.raises(LinkExpired):
        choose(clinic, link)


def test_a_link_for_a_password_is_no_invitation(clinic, cora):
    ask(clinic)
    [link] = links(clinic, cora)

    with clinic.unit_of_work(System.SIGN_IN) as uow, pytest.raises(LinkInvalid):
        account_links.open_link(uow, link.id, LinkPurpose.INVITATION)


def test_a_new_password_ends_every_session_and_its_holder_is_told(clinic, cora):
    with clinic.unit_of_work(System.SIGN_IN) as uow:
        user = queries.get(uow.session, cora.id)
        session_id = sessions.begin(uow, user, Caller("a", "b", "d", "Firefox")).id
    ask(clinic)

    choose(clinic, links(clinic, cora)[0])

    with clinic.read_only(System.SIGN_IN) as uow:
        assert sessions.still_signed_in(uow, session_id) is None
    [told] = clinic.messages(kind=Kind.ACCOUNT_CHANGED)
    assert told.variables["change"] == "password"


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaaaa", "my noa@example.org one", "x" * 201]
)
def test_a_password_that_can_be_guessed_is_not_taken_and_the_link_stays(clinic, cora, password):
    ask(clinic)
    [link] = links(clinic, cora)

    with pytest.raises(InvalidInput):
        choose(clinic, link, password)

    choose(clinic, link)
