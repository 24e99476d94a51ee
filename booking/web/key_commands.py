"""The command that moves everything encrypted to the newest key."""

import click
from cryptography.fernet import InvalidToken
from flask.cli import with_appcontext

from booking.kit import sealed_fields as sealed
from booking.web.current import runtime


@click.command()
@with_appcontext
def reencrypt() -> None:
    """Encrypt everything with the newest of FIELD_KEYS; can be broken off and run again."""
    for table, columns in sealed.tables():
        moved, after, is_first = 0, None, True
        while is_first or after is not None:
            is_first = False
            try:
                with runtime().database.transaction() as session:
                    after, number = sealed.reseal_some(session, table, columns, after)
            except InvalidToken:
                raise click.ClickException(
                    f"{table.name} has a field that none of FIELD_KEYS opens. "
                    "Put the older key back into the list, then run this again."
                ) from None
            moved += number
        click.echo(f"{table.name}: {moved} fields")
