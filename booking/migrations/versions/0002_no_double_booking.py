"""The database refuses two live appointments of one therapist at one time.

PostgreSQL has an exclusion constraint over the therapist and the blocked range. The
therapist stands in it as a range of one number, so that no extension is needed. SQLite has
triggers; it has one writer at a time, so what a trigger sees cannot change under it.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LIVE = "('held', 'requested', 'booked', 'confirmed', 'arrived', 'done')"

CONSTRAINT = f"""
ALTER TABLE appointment ADD CONSTRAINT appointment_no_overlap EXCLUDE USING gist (
    int4range(therapist_id, therapist_id, '[]') WITH &&,
    tstzrange(blocked_from, blocked_until, '[)') WITH &&
) WHERE (state IN {LIVE})
"""

TRIGGER = """
CREATE TRIGGER appointment_no_overlap_{name} BEFORE {event} ON appointment
WHEN NEW.state IN {live}
BEGIN
    SELECT RAISE(ABORT, 'appointment_no_overlap') WHERE EXISTS (
        SELECT 1 FROM appointment AS other
        WHERE other.therapist_id = NEW.therapist_id
          AND other.id <> NEW.id
          AND other.state IN {live}
          AND other.blocked_from < NEW.blocked_until
          AND other.blocked_until > NEW.blocked_from
    );
END
"""

EVENTS = {
    "insert": "INSERT",
    "update": "UPDATE OF state, therapist_id, blocked_from, blocked_until",
}


def upgrade() -> None:
    """Step forward."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(CONSTRAINT)
        return
    for name, event in EVENTS.items():
        op.execute(TRIGGER.format(name=name, event=event, live=LIVE))


def downgrade() -> None:
    """Step back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE appointment DROP CONSTRAINT appointment_no_overlap")
        return
    for name in EVENTS:
        op.execute(f"DROP TRIGGER appointment_no_overlap_{name}")
