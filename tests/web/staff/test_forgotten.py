"""A forgotten password: one answer for everybody, and a link by mail for who has an account."""

import pytest

from booking.messaging.kinds import Kind
from booking.messaging.models import Message


def ask(staff, email):
    page = staff.browser().get("/staff/sign-in").follow("I do not know my password")
    return page.form("/forgotten").send(email=email)


def mailed(staff):
    with staff.database.read_only() as session:
        found = session.query(Message).filter_by(kind=Kind.NEW_PASSWORD).all()
        return [one.recipient for one in found]


def test_whoever_has_an_account_is_mailed_a_link(staff):
    ask(staff, " Dana@Example.org")

    assert mailed(staff) == ["dana@example.org"]


@pytest.mark.parametrize("email", ["nobody@example.org", "", "x" * 1_000])
def test_everybody_gets_the_same_answer(staff, email):
    with_account, without = ask(staff, "dana@example.org"), ask(staff, email)

    assert (with_account.status, with_account.text) == (without.status, without.text)
    assert with_account.status == 200
    assert mailed(staff) == ["dana@example.org"]


def test_an_account_that_is_off_is_mailed_nothing(staff):
    ada = staff.signed_in("ada")
    ada.get(f"/staff/clinic/accounts/{staff.users['cora']}/off").form("/off").press()

    ask(staff, "cora@example.org")

    assert mailed(staff) == []


@pytest.mark.parametrize("path", ["/join/x", "/new-password/x"])
def test_a_link_that_is_none_opens_nothing(staff, path):
    assert staff.browser().get(path).status == 404
