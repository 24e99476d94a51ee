"""What a question asks the database."""

from contextlib import contextmanager

from sqlalchemy import event


@contextmanager
def noted(engine):
    """Collect the statements run while the block lasts; beginnings of transactions left out."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
