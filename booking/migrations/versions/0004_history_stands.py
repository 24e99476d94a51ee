"""The database keeps what was: no line of a history is rewritten, no end of a message changes.

Where a message has ended it stays so, and the carrier's id it was given stays its own. The
conditions stand in the triggers, so that an update they do not concern costs nothing more.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FINAL = "('delivered', 'undelivered', 'failed', 'cancelled', 'expired', 'suppressed')"
DIFFERS = {"postgresql": "IS DISTINCT FROM", "sqlite": "IS NOT"}
GUARDS = {
    "message_event_stands": ("UPDATE ON message_event", "true"),
    "message_end_stands": (
        "UPDATE OF state ON message",
        f"OLD.state IN {FINAL} AND NEW.state <> OLD.state",
    ),
    "message_sid_stands": (
        "UPDATE OF provider_sid ON message",
        "OLD.provider_sid IS NOT NULL AND NEW.provider_sid {differs} OLD.provider_sid",
    ),
}
REFUSE = """
CREATE FUNCTION history_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""
ON_POSTGRESQL = """
CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW WHEN ({condition})
EXECUTE FUNCTION history_stands()
"""
ON_SQLITE = """
CREATE TRIGGER {name} BEFORE {event} WHEN {condition}
BEGIN
    SELECT RAISE(ABORT, '{name}');
END
"""


def upgrade() -> None:
    """Step forward."""
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(REFUSE)
    trigger = ON_POSTGRESQL if dialect == "postgresql" else ON_SQLITE
    for name, (event, condition) in GUARDS.items():
        when = condition.format(differs=DIFFERS[dialect])
        op.execute(trigger.format(name=name, event=event, condition=when))


def downgrade() -> None:
    """Step back."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (event, _condition) in GUARDS.items():
        table = event.rpartition(" ")[2]
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if is_postgresql else ""))
    if is_postgresql:
        op.execute("DROP FUNCTION history_stands()")
