"""Whatever writes an appointment's instant writes the time on the wall beside it."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WRITERS = ("booking", "workers", "demo", "bench")


def _writes_of_times():
    """Every dictionary of columns with a blocked range, and whether it has the wall time."""
    for room in WRITERS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                keys = [getattr(key, "value", None) for key in getattr(node, "keys", ())]
                if isinstance(node, ast.Dict) and "blocked_from" in keys:
                    rest = [
                        value
                        for key, value in zip(node.keys, node.values, strict=True)
                        if key is None
                    ]
                    yield path.name, any("wall_columns" in ast.unparse(one) for one in rest)


def test_no_columns_of_a_time_are_made_without_the_wall_time():
    written = list(_writes_of_times())

    assert ("holds.py", True) in written
    assert [name for name, has_wall in written if not has_wall] == []
