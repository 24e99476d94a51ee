"""`python -m demo.refuse`: keeps a database with the demo's accounts from a real carrier."""

import sys

from sqlalchemy.orm import Session

from booking.kit.db import open_database, open_engine
from booking.settings import load_settings
from demo import COORDINATOR_SIGN_IN, DEMO_SIGN_IN, queries

SENTENCE = (
    "this data folder holds the demo: its passwords are known to everybody, so it must not be "
    "used with a real carrier. Choose another DATA_DIR (or DATABASE_URL)."
)


def holds_demo(session: Session) -> bool:
    """Whether one of the demo's accounts can sign in."""
    return queries.can_sign_in(session, [DEMO_SIGN_IN[0], COORDINATOR_SIGN_IN[0]])


def main() -> int:
    """Return 1, saying why, where the database of this process's settings is the demo's."""
    database = open_database(open_engine(load_settings().database_url))
    with database.read_only() as session:
        if not holds_demo(session):
            return 0
    print(SENTENCE, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
