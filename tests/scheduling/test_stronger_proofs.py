"""A real proof of a booking stands where there was only a weak one, and stays."""

from booking.kit.links import mark_of
from booking.messaging.kinds import Channel, Kind
from booking.scheduling import proofs
from booking.scheduling.models import Appointment
from booking.scheduling.states import Proof
from tests.build.cast import ALICE
from tests.build.clinic import PATIENT, actor


def test_a_real_proof_takes_the_place_of_being_the_first(clinic):
    known = clinic.booked(ALICE, at="2026-03-11T14:00Z")
    clinic.send_due()
    clinic.text_from(ALICE, "C")
    assert clinic.reload(known).proven_by is Proof.REPLY

    mail = clinic.message(kind=Kind.CONFIRMATION, about=known, channel=Channel.EMAIL)
    clinic.clock.pass_(hours=1)
    with clinic.unit_of_work(actor(known, PATIENT)) as uow:
        proofs.by_link(uow, uow.session.get_one(Appointment, known.id), mark_of(mail.id))

    assert clinic.reload(known).proven_by is Proof.REPLY
