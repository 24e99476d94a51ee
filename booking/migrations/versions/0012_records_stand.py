"""The database refuses to change or delete a record of acts, and to delete a message's history.

Revision ID: 0012
Revises: 0011
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

GUARDS = {
    "audit_event_stands": ("audit_event", "UPDATE"),
    "audit_event_stays": ("audit_event", "DELETE"),
    "message_event_stays": ("message_event", "DELETE"),
}
# The function of step 0004 serves here too.
ON_POSTGRESQL = """
CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION history_stands()
"""
AGAINST_TRUNCATE = """
CREATE TRIGGER {table}_untouched BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION history_stands()
"""
ON_SQLITE = """
CREATE TRIGGER {name} BEFORE {event} ON {table}
BEGIN
    SELECT RAISE(ABORT, '{name}');
END
"""
TABLES = ("audit_event", "message_event")


def upgrade() -> None:
    """Add the triggers."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    trigger = ON_POSTGRESQL if is_postgresql else ON_SQLITE
    for name, (table, event) in GUARDS.items():
        op.execute(trigger.format(name=name, table=table, event=event))
    if is_postgresql:
        for table in TABLES:
            op.execute(AGAINST_TRUNCATE.format(table=table))


def downgrade() -> None:
    """Take them away."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (table, _event) in GUARDS.items():
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if is_postgresql else ""))
    if is_postgresql:
        for table in TABLES:
            op.execute(f"DROP TRIGGER {table}_untouched ON {table}")
