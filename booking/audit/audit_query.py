"""What somebody looks for on the record of acts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class AuditQuery:
    """What somebody looks for on the record; None counts as everything."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    action: str | None = None
    subject_id: UUID | None = None
    before: int | None = None
    """The number of the last act on the page before."""
