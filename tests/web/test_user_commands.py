"""Accounts from the console: the first one, and the way back in for a locked-out owner."""

import pytest
from flask_migrate import upgrade

from booking.accounts.models import Role, User
from booking.kit.db import db
from booking.web.app import create_app
from tests.web.pages import NoScriptBrowser
from tests.web.site import settings_for

PASSWORD = "a long demo password"
ADD = ["users", "add", "ada@example.org", "--name", "Ada"]


@pytest.fixture
def console(app):
    def run(*args, typed=""):
        return app.test_cli_runner().invoke(args=args, input=typed)

    return run


def users(app):
    with app.extensions["lupine"].database.read_only() as session:
        return {one.email: one.role for one in session.query(User)}


def sign_in(app, password=PASSWORD):
    page = NoScriptBrowser(app).get("/staff/sign-in").form("/sign-in")
    return page.send(email="ada@example.org", password=password)


def test_the_first_account_of_an_empty_database_needs_no_browser(tmp_path):
    app = create_app(settings_for(tmp_path))
    with app.app_context():
        upgrade()
    ran = app.test_cli_runner().invoke(args=ADD, input=f"{PASSWORD}\n")

    assert ran.exit_code == 0, ran.output
    assert users(app)["ada@example.org"] is Role.ADMINISTRATOR
    assert PASSWORD not in ran.output
    with app.app_context():
        db.engine.dispose()


def test_whoever_was_added_signs_in(app, console):
    console(*ADD, typed=f"{PASSWORD}\n")

    assert sign_in(app).path == "/staff/"


def test_with_a_link_no_password_is_typed_on_the_console(app, console):
    ran = console(*ADD, "--link")

    link = next(one for one in ran.output.split() if one.startswith("http://localhost/join/"))
    page = NoScriptBrowser(app).get(link.removeprefix("http://localhost"))
    page.form("", "post").send(password=PASSWORD)
    assert sign_in(app).path == "/staff/"


def test_a_therapists_account_names_its_therapist(app, console):
    add = ["users", "add", "dana@example.org", "--name", "Dana", "--role", "therapist"]
    typed = f"{PASSWORD}\n"

    refused = console(*add, typed=typed)
    assert refused.exit_code == 1
    assert "--therapist" in refused.output
    assert "no therapist of this name" in console(*add, "--therapist", "x", typed=typed).output
    assert console(*add, "--therapist", "dana-demo", typed=typed).exit_code == 0


@pytest.mark.parametrize("typed", ["short\n", "\n", ""])
def test_a_bad_password_adds_nobody(app, console, typed):
    ran = console(*ADD, typed=typed)

    assert ran.exit_code == 1
    assert "at least 12" in ran.output
    assert users(app) == {}


def test_accounts_are_listed(app, console):
    console(*ADD, typed=f"{PASSWORD}\n")

    assert console("users", "list").output == "ada@example.org\tadministrator\ton\tnever\tAda\n"


def test_a_locked_out_owner_gets_back_in(app, console):
    console(*ADD, typed=f"{PASSWORD}\n")

    ran = console(
        "users", "password", "ada@example.org", "--without-codes", typed="another long one\n"
    )

    assert ran.exit_code == 0, ran.output
    assert sign_in(app).status == 401
    assert sign_in(app, "another long one").path == "/staff/"


def test_an_account_is_switched_off_and_on_but_never_the_last(app, console):
    console(*ADD, typed=f"{PASSWORD}\n")
    refused = console("users", "off", "ada@example.org")
    assert refused.exit_code == 1
    assert "only account left" in refused.output

    console("users", "add", "bea@example.org", "--name", "Bea", typed=f"{PASSWORD}\n")
    assert console("users", "off", "ada@example.org").exit_code == 0
    assert sign_in(app).status == 401
    assert console("users", "on", "ada@example.org").exit_code == 0
    assert sign_in(app).path == "/staff/"


@pytest.mark.parametrize("command", ["off", "on", "password"])
def test_an_address_without_account_is_said(console, command):
    ran = console("users", command, "nobody@example.org", typed=f"{PASSWORD}\n")

    assert ran.exit_code == 1
    assert "There is no account with nobody@example.org." in ran.output
