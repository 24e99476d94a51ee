"""The first step as it was before each of the three times it was edited after it had landed.

Each edition is today's file without the lines that came with an edit.
"""

import shutil

from tests.build.databases import MIGRATIONS

FIRST = "0001_first_tables.py"
LANDED_THEN = ("0002", "0003", "0004", "0005", "0006")

QUESTIONS_MESSAGE = (
    (
        '        batch_op.create_index(batch_op.f("ix_question_message_id"), ["message_id"],'
        " unique=False)\n",
        "",
    ),
)
PACING = (
    ('        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),\n', ""),
    ('        sa.Column("tokens", sa.Double(), nullable=False),\n', ""),
    ('        sa.Column("refilled_at", sa.DateTime(timezone=True), nullable=False),\n', ""),
    (
        """    op.create_table(
        "tick",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tick")),
    )
""",
        "",
    ),
    ('        sa.Column("words", sa.LargeBinary(), nullable=True),\n', ""),
    ('        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),\n', ""),
    ('        sa.Column("absent_at", sa.DateTime(timezone=True), nullable=True),\n', ""),
    ('["channel", "lane", "next_attempt_at"]', '["lane", "next_attempt_at"]'),
    (
        """        batch_op.create_index(
            "ix_message_recipient_send_started_at", ["recipient", "send_started_at"], unique=False
        )
""",
        "",
    ),
    (
        """            "ix_message_unsettled",
            ["send_started_at"],
            unique=False,
            postgresql_where=sa.text("state IN ('unknown', 'accepted', 'queued', 'sent')"),
            sqlite_where=sa.text("state IN ('unknown', 'accepted', 'queued', 'sent')"),
""",
        """            "ix_message_unknown",
            ["send_started_at"],
            unique=False,
            postgresql_where=sa.text("state = 'unknown'"),
            sqlite_where=sa.text("state = 'unknown'"),
""",
    ),
)
KEPT_FIRST = (
    ('        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),\n', ""),
    (
        '        sa.Column("attempts", sa.Integer(), nullable=False),\n        sa.Column("meaning"',
        '        sa.Column("meaning"',
    ),
    (
        """        batch_op.create_index(
            "ix_inbound_message_waiting",
            ["received_at"],
            unique=False,
            postgresql_where=sa.text("handled_at IS NULL"),
            sqlite_where=sa.text("handled_at IS NULL"),
        )
""",
        "",
    ),
)
EDITIONS = {
    "before questions had an index": QUESTIONS_MESSAGE,
    "before texts were paced": QUESTIONS_MESSAGE + PACING,
    "before texts were kept first": QUESTIONS_MESSAGE + PACING + KEPT_FIRST,
}


def early_steps(edits, folder):
    """Return a folder of the steps up to 0006 whose first step is an early edition."""
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (folder / "versions").glob("*.py"):
        if not file.name.startswith((*LANDED_THEN, "0001")):
            file.unlink()
    first = folder / "versions" / FIRST
    words = first.read_text()
    for today, then in edits:
        assert words.count(today) == 1, f"{today!r} is {words.count(today)} times in {FIRST}"
        words = words.replace(today, then)
    first.write_text(words)
    return folder
