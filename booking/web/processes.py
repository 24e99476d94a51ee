"""Which processes the supervisor of `make run` gave up, as it tells in a file of DATA_DIR."""

import re
from contextlib import suppress
from pathlib import Path

DOWN_FILE = "processes-down"
_NAME = re.compile(r"[a-z]+")


def down(data_dir: Path) -> list[str]:
    """Return a word for each process that was given up; none where nobody supervises."""
    names = ""
    with suppress(OSError):
        names = (data_dir / DOWN_FILE).read_text(errors="replace")
    return [f"{name}_down" for name in names.splitlines() if _NAME.fullmatch(name)]
