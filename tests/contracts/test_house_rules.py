"""Rules of the house that no linter holds, or that must hold where the linter is not asked."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 300
ROOMS = ("booking", "simulator", "workers", "demo", "launch", "tests", "bench")
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "lib", "stuff"}
CLOCKS = {"booking/kit/clock.py", "simulator/clock.py", "launch/health.py"}
"""The clinic's one clock; that of the carrier simulator, which stands for the outside; and a
container's health check, which is a program by itself."""
ID_MAKERS = {"booking/kit/ids.py", "simulator/ids.py"}


def _files(*rooms):
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def _name(path):
    return path.relative_to(ROOT).as_posix()


CODE = _files("booking", "workers", "demo", "launch", "bench")
TREES = {path: ast.parse(path.read_text()) for path in CODE}


def test_there_is_code_to_look_at():
    assert len(CODE) > 100


def test_no_file_is_longer_than_one_sitting():
    too_long = {
        _name(path): lines
        for path in _files(*ROOMS)
        if "migrations/versions" not in path.as_posix()
        and (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }

    assert too_long == {}


def test_no_file_has_a_name_that_says_nothing():
    assert [_name(path) for path in _files(*ROOMS) if path.stem in VAGUE] == []


def test_no_error_is_caught_without_saying_which():
    caught = [
        f"{_name(path)}:{node.lineno}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node)
    ]

    assert caught == []


def test_no_import_hides_in_a_function():
    hidden = [
        f"{_name(path)}:{inner.lineno}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def test_no_module_is_imported_under_a_name_that_every_slice_has():
    bare = [
        f"{_name(path)}:{node.lineno} {alias.asname or alias.name}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (alias.asname or alias.name) in {"store", "rules", "service"}
    ]

    assert bare == []


@pytest.mark.parametrize(
    ("calls", "allowed"),
    [
        ({"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}, CLOCKS),
        ({"uuid4", "uuid.uuid4", "uuid1", "uuid7", "uuid_utils.uuid7"}, ID_MAKERS),
        # Elsewhere a try would count once however many processes count alone.
        ({"limiter.limit"}, {"booking/web/limits.py"}),
    ],
    ids=["the wall clock", "ids", "limits"],
)
def test_only_one_module_makes(calls, allowed):
    found = {
        _name(path)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) in calls
    }

    assert found <= allowed


def test_everybody_may_read_what_a_public_function_is_for():
    bare = [
        f"{_name(path)}:{node.lineno} {node.name}"
        for path, tree in TREES.items()
        if "migrations" not in path.parts
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]

    assert bare == []


def test_the_arrows_between_the_rooms_point_down():
    linter = Path(sys.executable).with_name("lint-imports")

    ran = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )

    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]
    assert "0 broken" in ran.stdout


def _catches_everything(handler):
    caught = handler.type
    if caught is None:
        return True
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    # One that passes the error on after cleaning up hides nothing.
    raises = any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))
    names = {ast.unparse(kind) for kind in kinds}
    return "Exception" in names or ("BaseException" in names and not raises)


def _called(call):
    return ast.unparse(call.func).removeprefix("datetime.datetime").strip(".") or "datetime"
