"""A state changes in one place for each machine, and a row begins in the machine's first state."""

import ast
from pathlib import Path

import pytest

from tests.contracts.test_house_rules import ROOT, _files, _name

TRANSITIONS = {
    "booking/messaging/transitions.py",
    "booking/safety/transitions.py",
    "booking/scheduling/transitions.py",
}
BEGINNINGS = {"AlertState.OPEN", "MessageState.PENDING", "State.HELD"}
TREES = {
    _name(path): ast.parse(path.read_text())
    for path in _files("booking", "workers", "demo")
    if "migrations" not in path.parts
}


def test_a_state_is_written_in_the_transitions_of_its_machine_alone():
    found = {name for name, tree in TREES.items() if _writes(tree)}

    # What a page is given is named by words too, and no row is made of it.
    assert {name for name in found if not name.startswith("booking/web/")} == TRANSITIONS
    assert not [name for name in found - TRANSITIONS if _writes(TREES[name], dicts=False)]


@pytest.mark.parametrize(
    "code",
    [
        "message.state = PENDING",
        "message.state, message.reason = PENDING, None",
        "alert.state: AlertState = OPEN",
        "setattr(appointment, 'state', DONE)",
        "update(Message).values(state=PENDING)",
        "update(Message).values({'state': PENDING})",
        "update(Message).values({Message.state: PENDING})",
        "change(session, ids, {'state': MessageState.FAILED, 'final_at': now})",
        "values['state'] = PENDING",
    ],
)
def test_whoever_writes_a_state_is_found(code):
    assert _writes(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "insert(Message).values({'state': MessageState.PENDING})",
        "select(Message).where(Message.state == PENDING)",
        "is_open = alert.state is AlertState.OPEN",
        "Line(state=words)",
    ],
)
def test_whoever_reads_a_state_or_begins_with_the_first_is_not(code):
    assert not _writes(ast.parse(code))


def test_the_database_is_told_of_no_state_in_words():
    told = [
        _name(path)
        for path in sorted(Path(ROOT, "booking").rglob("*.py"))
        if "migrations" not in path.parts and "SET state" in path.read_text()
    ]

    assert told == []


def _writes(tree, *, dicts=True):
    return [
        node.lineno
        for node in ast.walk(tree)
        if _is_write(node) and (dicts or not isinstance(node, ast.Dict))
    ]


def _is_write(node):
    match node:
        case ast.Assign(targets=targets):
            return any(_is_state(one) for target in targets for one in _parts(target))
        case ast.AnnAssign(target=ast.Attribute(), value=ast.expr()) | ast.AugAssign():
            return _is_state(node.target)
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value="state"), _]):
            return True
        case ast.Call(func=ast.Attribute(attr="values"), keywords=keywords):
            return any(one.arg == "state" for one in keywords)
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return any(_names_state(key) and not _is_beginning(value) for key, value in pairs)
        case _:
            return False


def _parts(target):
    return target.elts if isinstance(target, ast.Tuple | ast.List) else [target]


def _is_state(target):
    match target:
        case ast.Attribute(value=ast.Name(id="self")):
            return False
        case ast.Attribute(attr="state") | ast.Subscript(slice=ast.Constant(value="state")):
            return True
        case _:
            return False


def _names_state(key):
    match key:
        case ast.Constant(value="state") | ast.Attribute(attr="state"):
            return True
        case _:
            return False


def _is_beginning(value):
    return ast.unparse(value) in BEGINNINGS
