"""Links that prove a booking: their marks, and what a patient decides behind one."""

from dataclasses import replace

from booking.kit.links import mark_of
from booking.messaging.kinds import Kind
from booking.scheduling import proofs
from tests.build.cast import ALICE, LOS_ANGELES
from tests.build.clinic import PATIENT, actor

FIRST, SECOND = "2026-03-11T14:00Z", "2026-03-12T17:00Z"
STRANGER = replace(
    ALICE,
    name="alice EXAMPLE",
    language="es",
    zone=LOS_ANGELES,
    agrees_to_texts=False,
    wants_optional_reminder=True,
    discreet=True,
)
"""Somebody who knows of ALICE what a business card tells, and asks for everything otherwise."""


def marks(clinic, booked, kind=Kind.CONFIRMATION):
    """The marks of the links that the messages about a booking carried, by their channel."""
    return {one.channel: mark_of(one.id) for one in clinic.messages(kind=kind, about=booked)}


def decide(clinic, booked, mark, *, takes=True):
    with clinic.unit_of_work(actor(booked, PATIENT)) as uow:
        return proofs.decide(uow, booked.id, mark, takes=takes)
