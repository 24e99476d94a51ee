"""Why a message stands where it does is one word of a list, and no sentence.

The new column is filled from the sentences that are stored; what no version of ours wrote are the
other side's words, which the message's history has. The old column stays for one more release.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CODES = {
    "quiet hours": "quiet_hours",
    "quiet hours until it is too late": "quiet_hours",
    "enough texts to this phone": "enough_texts",
    "enough set off from the web": "enough_set_off",
    "the phone has stopped our texts": "opted_out",
    "the patient does not agree to texts": "no_consent",
    "our texts do not go to this country": "country_not_texted",
    "too late to be of use": "too_late",
    "too late: texts were stopped": "too_late_stopped",
    "the appointment has another time now": "other_time",
    "the appointment is held": "is_held",
    "the appointment is arrived": "is_arrived",
    "the appointment is done": "is_done",
    "the appointment is missed": "is_missed",
    "the appointment is cancelled": "is_cancelled",
    "the appointment is needs reassignment": "needs_reassignment",
    "the session has begun": "has_begun",
    "the therapist may not work that day": "therapist_not_eligible",
    "appointment moved": "moved",
    "appointment cancelled": "cancelled",
    "session is done": "session_done",
    "session was missed": "session_missed",
    "patient is here": "patient_here",
    "zone rules changed": "zone_rules",
    "therapist unavailable": "therapist_unavailable",
    "already answered": "answered",
    "called off by the clinic": "by_clinic",
    "never taken": "never_taken",
    "never taken, and too late now": "never_taken_too_late",
    "the sender stopped in the middle": "worker_stopped",
    "its words cannot be made": "unrenderable",
}
OTHER_SIDE = "other_side"
MESSAGE = sa.table("message", sa.column("reason"), sa.column("reason_code"))


def upgrade() -> None:
    """Add the column and fill it."""
    op.add_column("message", sa.Column("reason_code", sa.String(32)))
    words = MESSAGE.c.reason
    op.execute(
        sa.update(MESSAGE)
        .where(words.is_not(None))
        .values(reason_code=sa.case(CODES, value=words, else_=OTHER_SIDE))
    )


def downgrade() -> None:
    """Give the version before the sentences it knows, and take the column away."""
    code = MESSAGE.c.reason_code
    sentences = {its: words for words, its in reversed(CODES.items())}
    op.execute(
        sa.update(MESSAGE)
        .where(MESSAGE.c.reason.is_(None), code.is_not(None))
        .values(reason=sa.case(sentences, value=code, else_="refused"))
    )
    op.drop_column("message", "reason_code")
