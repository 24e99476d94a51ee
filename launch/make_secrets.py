"""`make secrets`: makes the files of ./secrets that docker-compose.yml mounts.

What can be made is made; what only the clinic knows (its carrier account, its mail server) gets
a mark that start-up refuses. Files that are there stay as they are.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from launch.bootstrap import PROJECT
from launch.new_secrets import SECRETS

MARK = "change-me"
FOLDER_MODE = 0o700  # keeps other users of the machine out,
FILE_MODE = 0o644  # while the containers' user reads the single files mounted for it


def wanted(password: str, redis_password: str) -> Mapping[str, str]:
    """Return the content of every secret file, for a database and a Redis of those passwords."""
    return {
        "postgres_password": password,
        "database_url": f"postgresql://lupine:{password}@postgres:5432/lupine",
        "redis_password": redis_password,
        "redis_url": f"redis://:{redis_password}@redis:6379/0",
        "secret_keys": SECRETS["SECRET_KEYS"](),
        "field_keys": SECRETS["FIELD_KEYS"](),
        "metrics_token": secrets.token_urlsafe(32),
        "twilio_account_sid": MARK,
        "twilio_auth_tokens": MARK,
        "smtp_url": MARK,
    }


def make_files(folder: Path) -> tuple[list[str], list[str]]:
    """Make the files that are missing; return the names made and the names to be filled in."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    folder.chmod(FOLDER_MODE)
    (folder / ".gitignore").write_text("*\n")
    passwords = (_password(folder / "postgres_password"), _password(folder / "redis_password"))
    made = []
    for name, content in wanted(*passwords).items():
        path = folder / name
        if not path.exists():
            path.write_text(content + "\n")
            path.chmod(FILE_MODE)
            made.append(name)
    return made, [name for name in wanted("", "") if (folder / name).read_text().strip() == MARK]


def _password(known: Path) -> str:
    """Return the password that is kept, or a new one."""
    return known.read_text().strip() if known.exists() else secrets.token_hex(24)


def main() -> int:
    """Make the files and say what is left to do."""
    folder = PROJECT / "secrets"
    made, open_ones = make_files(folder)
    print(f"made in {folder}: {', '.join(made) or 'nothing, all were there'}")
    if open_ones:
        print(f"fill in yourself: {', '.join(open_ones)}")
    print("Keep a copy of field_keys apart: without it the encrypted health data is lost.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
