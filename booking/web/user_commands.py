"""`flask users ...`: accounts of the staff from the console, for when nobody can sign in."""

import sys

import click
from flask.cli import AppGroup

from booking.accounts import administration, passwords
from booking.accounts.administration import state_of
from booking.accounts.models import Role, User
from booking.accounts.service import AccountFacts, NewUser, check_password
from booking.clinic.actor import System
from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import account_holders
from booking.kit.errors import DomainError, InvalidInput, NotFound
from booking.messaging.account_subjects import link_address
from booking.web.current import read_only, runtime, unit_of_work
from booking.web.sentences import sentence

users = AppGroup("users", help="Accounts of the staff: add, list, password, off, on.")

ROLES = click.Choice([role.value for role in Role if role is not Role.PATIENT])


@users.command("add")
@click.argument("email")
@click.option("--name", prompt=True, help="As colleagues read it.")
@click.option("--role", type=ROLES, default=Role.ADMINISTRATOR.value, show_default=True)
@click.option("--therapist", help="The short name of the therapist whose account it is.")
@click.option("--link", is_flag=True, help="Print a link for the password, and ask for none.")
def add(email: str, name: str, role: str, therapist: str | None, *, link: bool) -> None:
    """Add an account; the first one of a clinic needs no browser."""
    password = None if link else _new_password(email)
    try:
        with unit_of_work(System.CONSOLE) as uow:
            therapist_id = account_holders.therapist_of(uow, therapist) if therapist else None
            if password is None:
                facts = AccountFacts(email, name, Role(role), therapist_id)
                made = administration.invite(uow, facts)
                click.echo(link_address(runtime().links, made))
            else:
                administration.add(uow, NewUser(email, name, password, Role(role), therapist_id))
    except DomainError as refused:
        raise _told(refused) from None
    click.echo(f"{email} can {'take the invitation' if link else 'sign in'} as {role}.")


@users.command("list")
def list_() -> None:
    """List the accounts: mail address, role, where it stands, last sign-in, name."""
    with read_only(System.CONSOLE) as uow:
        for user in administration.accounts(uow):
            last = f"{user.last_sign_in_at:%Y-%m-%d %H:%M} UTC" if user.last_sign_in_at else "never"
            line = (user.email, user.role.value, state_of(user), last, user.name)
            click.echo("\t".join(line))


@users.command("password")
@click.argument("email")
@click.option("--link", is_flag=True, help="Print a link instead of asking for the password.")
@click.option("--without-codes", is_flag=True, help="Remove codes and passkeys that are lost.")
def password(email: str, *, link: bool, without_codes: bool) -> None:
    """Give an account another password; it is signed out everywhere."""
    chosen = None if link else _new_password(email)
    with unit_of_work(System.CONSOLE) as uow:
        user = _user(uow, email)
        try:
            if without_codes:
                administration.remove_factors(uow, user.id)
            if chosen is None:
                made = administration.offer_new_password(uow, user.id)
                click.echo(link_address(runtime().links, made))
            else:
                administration.set_password(uow, user.id, passwords.hashed(chosen))
        except DomainError as refused:
            raise _told(refused) from None
    click.echo(f"{email}: {'the link is good once' if link else 'the password is changed'}.")


@users.command("off")
@click.argument("email")
def off(email: str) -> None:
    """Switch an account off; never the last that administers."""
    _switch(email, is_on=False)


@users.command("on")
@click.argument("email")
def on(email: str) -> None:
    """Switch an account on again."""
    _switch(email, is_on=True)


def _switch(email: str, *, is_on: bool) -> None:
    with unit_of_work(System.CONSOLE) as uow:
        user = _user(uow, email)
        try:
            if is_on:
                administration.switch_on(uow, user.id)
            else:
                administration.switch_off(uow, user.id)
        except DomainError as refused:
            raise _told(refused) from None
    click.echo(f"{email} is {'on' if is_on else 'off'}.")


def _user(uow: UnitOfWork, email: str) -> User:
    try:
        return administration.by_email(uow, email)
    except NotFound:
        raise click.ClickException(f"There is no account with {email}.") from None


def _new_password(email: str) -> str:
    """Ask for a password, unseen; from a pipe its first line is taken."""
    if sys.stdin.isatty():
        typed = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        typed = sys.stdin.readline().rstrip("\n")
    flaw = check_password(typed, email)
    if flaw is not None:
        raise click.ClickException(sentence(flaw))
    return str(typed)


def _told(refused: DomainError) -> click.ClickException:
    said = sentence(refused)
    if isinstance(refused, InvalidInput) and "role" in refused.flaws:
        said += " Name the therapist with --therapist."
    return click.ClickException(said)
