"""Who sees what is decided in one place, and every verb that staff reaches asks there."""

import ast
from datetime import date
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from booking.accounts import (
    administration,
    device_pins,
    own_account,
    passkeys,
    second_factor,
    sessions,
)
from booking.conversations import inbox
from booking.desk import bad_numbers, calendar, leavers, message_actions, records
from booking.kit.errors import NotFound
from booking.kit.ids import new_id
from booking.messaging.kinds import Channel, Kind
from booking.safety import alerts
from booking.scheduling import appointment_links, appointments, attendance, bookings
from tests.build.cast import CARMEN, DANA, THEO

LANDLINE = 30006
ROOT = Path(__file__).resolve().parents[2]
BOOKING = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text())
    for path in sorted((ROOT / "booking").rglob("*.py"))
    if "migrations" not in path.parts
}
STAFF = {name: tree for name, tree in BOOKING.items() if name.startswith("booking/web/staff/")}
NO_SLICES = {"web", "kit", "clinic", "gateways"}

ASK_FOR_ONE_THERAPIST = {
    "booking/scheduling/visibility.py",
    "booking/scheduling/hold_queries.py",
    "booking/scheduling/offer_queries.py",
    "booking/desk/calendar_queries.py",
}
"""The rule itself, and the queries for one therapist's busy time or column."""

VERBS = {
    records.get_appointment: lambda uow, danas: records.get_appointment(uow, danas.session),
    records.of_appointment: lambda uow, danas: records.of_appointment(uow, danas.session),
    records.of_patient: lambda uow, danas: records.of_patient(uow, danas.patient),
    calendar.calendar: lambda uow, danas: calendar.calendar(
        uow, [danas.id], date(2026, 3, 5), 1, ZoneInfo("UTC")
    ),
    calendar.up_next: lambda uow, danas: calendar.up_next(uow, danas.id),
    bad_numbers.mark_seen: lambda uow, danas: bad_numbers.mark_seen(uow, danas.bounced),
    message_actions.get: lambda uow, danas: message_actions.get(uow, danas.message),
    message_actions.cancel_message: lambda uow, danas: message_actions.cancel_message(
        uow, danas.message
    ),
    message_actions.resend: lambda uow, danas: message_actions.resend(uow, danas.message),
    attendance.arrive: lambda uow, danas: attendance.arrive(uow, danas.session),
    attendance.finish: lambda uow, danas: attendance.finish(uow, danas.session),
    attendance.miss: lambda uow, danas: attendance.miss(uow, danas.session),
    appointments.cancel: lambda uow, danas: appointments.cancel(uow, danas.session),
    bookings.grant: lambda uow, danas: bookings.grant(uow, danas.session, CLEARANCE),
    appointment_links.close: lambda uow, danas: appointment_links.close(uow, danas.session, 0),
    appointment_links.renew: lambda uow, danas: appointment_links.renew(uow, danas.session),
    alerts.acknowledge: lambda uow, danas: alerts.acknowledge(uow, danas.alert),
    alerts.get: lambda uow, danas: alerts.get(uow, danas.alert),
    alerts.close: lambda uow, danas: alerts.close(uow, danas.alert, "Spoke"),
    inbox.conversation: lambda uow, danas: inbox.conversation(uow, danas.text),
    inbox.send_staff_reply: lambda uow, danas: inbox.send_staff_reply(
        uow, danas.text, "Yes.", draft_id=new_id()
    ),
    inbox.mark_done: lambda uow, danas: inbox.mark_done(uow, danas.text),
}
"""Every verb that a staff route calls with an id, called for what is DANA's."""

CLEARANCE = bookings.ClearanceNote("Dr. Example", "Light", date(2026, 3, 2), date(2026, 3, 5))

ASK_OTHERWISE = {
    calendar.home_zone,  # a therapist's zone stands on their public page
    # Of accounts: one's own, or an administrator asks (tests/accounts/test_administration.py).
    administration.change,
    administration.get,
    administration.open_invitation,
    administration.open_new_password,
    administration.invite_again,
    administration.offer_new_password,
    administration.remove_factors,
    administration.sign_out_everywhere,
    administration.switch_off,
    administration.switch_on,
    administration.withdraw_invitation,
    leavers.hanging_on,
    second_factor.has_any,
    sessions.end_one,
    sessions.end_others,
    sessions.open_sessions,
    own_account.change_password,
    passkeys.remove,
    # What the account or the session of whoever signs in, or is, is asked for.
    device_pins.note_failure,
    device_pins.take_try,
    second_factor.has_codes,
    second_factor.note_failure,
    second_factor.note_failure_of,
    second_factor.prove,
    second_factor.sign_in,
    sessions.note_proof,
    sessions.note_use,
    sessions.sign_out,
    sessions.still_signed_in,
}


def test_whose_an_appointment_is_is_compared_by_the_rule_and_for_one_therapists_time_alone():
    places = {name for name, tree in BOOKING.items() if _compares_therapist(tree)}

    assert places == ASK_FOR_ONE_THERAPIST


def test_no_function_of_a_slice_takes_no_therapist_for_all_of_them():
    taking = [
        f"{name}:{node.lineno}"
        for name, tree in BOOKING.items()
        if name.split("/")[1] not in NO_SLICES
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        if one.arg.startswith("therapist_id") and one.annotation is not None
        if "None" in ast.unparse(one.annotation)
    ]

    assert taking == []


def test_the_list_holds_every_verb_that_a_staff_route_calls_with_an_id():
    called = {verb for tree in STAFF.values() for verb in _called_with_an_id(tree)}

    assert called == set(VERBS) | ASK_OTHERWISE


@pytest.fixture
def danas(clinic):
    """What is DANA's: a session, its patient, messages, a text and an alert."""
    booked = clinic.booked(CARMEN, with_=DANA)
    clinic.sms.answers_with(error_code=LANDLINE)
    clinic.send_due()
    clinic.text_from(CARMEN, "I have chest pain")
    [alert] = clinic.alerts()
    return SimpleNamespace(
        id=clinic.therapist(DANA).id,
        session=booked.id,
        patient=booked.patient_id,
        message=clinic.messages(kind=Kind.REMINDER, about=booked)[0].id,
        bounced=clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS).id,
        text=clinic.inbound()[0].sid,
        alert=alert.id,
    )


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: f"{verb.__module__}.{verb.__name__}")
def test_a_verb_finds_nothing_of_what_is_another_therapists(clinic, danas, verb):
    with clinic.unit_of_work(clinic.staff(THEO)) as uow, pytest.raises(NotFound):
        VERBS[verb](uow, danas)


@pytest.mark.parametrize(
    "verb", [records.of_appointment, records.of_patient, alerts.get, inbox.conversation]
)
def test_whoever_it_concerns_finds_it(clinic, danas, verb):
    for whose in (DANA, None):
        with clinic.read_only(clinic.staff(whose)) as uow:
            assert VERBS[verb](uow, danas)


def _compares_therapist(tree):
    """Whether a module uses the column of Appointment, or compares that of one of its rows."""
    tables = {"Appointment"} | {
        name.id
        for assigned in tree.body
        if isinstance(assigned, ast.Assign) and _mentions_appointment(assigned.value)
        for target in assigned.targets
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    }
    if any(_root(column) in tables for column in _therapist_ids(tree)):
        return True
    return any(
        "appointment" in _root(column)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        for column in _therapist_ids(node)
    )


def _mentions_appointment(value):
    return any(isinstance(one, ast.Name) and one.id == "Appointment" for one in ast.walk(value))


def _therapist_ids(tree):
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "therapist_id"
    ]


def _root(node):
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _called_with_an_id(tree):
    """Yield the functions of slices that a module of the staff's pages calls with an id."""
    imported = _slices_imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and any(map(_is_id, node.args)):
            yield from _verb(node.func, imported)
        if isinstance(node, ast.AnnAssign) and _root(node.target) == "STEPS":
            for one in ast.walk(node.value):
                if isinstance(one, ast.Attribute):
                    yield from _verb(one, imported)


def _slices_imported(tree):
    return {
        name.asname or name.name: f"{node.module}.{name.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module
        for name in node.names
        if node.module.startswith("booking.") and node.module.split(".")[1] not in NO_SLICES
    }


def _verb(node, imported):
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        module = imported.get(node.value.id, "")
        if _is_module(module):
            yield getattr(import_module(module), node.attr)
    elif isinstance(node, ast.Name) and node.id in imported and not _is_module(imported[node.id]):
        module, _, name = imported[node.id].rpartition(".")
        yield getattr(import_module(module), name)


def _is_module(dotted):
    return (ROOT / f"{dotted.replace('.', '/')}.py").exists()


def _is_id(argument):
    named = {ast.Name: "id", ast.Attribute: "attr"}.get(type(argument))
    name = getattr(argument, named) if named else ""
    return name in {"id", "ids", "sid", "newest"} or name.endswith("_id")
