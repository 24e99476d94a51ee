"""After a whole story, nothing of what a patient told can be read in the database."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text

from booking.checkins import screening
from booking.checkins import service as check_ins
from booking.checkins.models import Answer
from booking.checkins.rules.scores import CheckInKind, Scores
from booking.checkins.service import NewAnswer
from booking.clinic.actor import PatientActor
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import SEALED, Kind
from booking.safety import alerts
from booking.safety.rules.red_flags import Tier
from booking.tables import Base
from tests.build.cast import ALICE
from tests.contracts.readable import READABLE
from tests.messages.words import HEALTH_WORDS

TOLD = ("zebrafish", "warfarin", "quokka", "feather pressure", "marmalade", "platypus", "narwhal")
OURS = {("consent", "kind"), ("consent", "version"), ("consent", "wording")}
"""Words of our own, the same beside every patient."""


def answer(clinic, check_in, scores, note=None, **more):
    with clinic.unit_of_work(PatientActor(check_in.patient_id)) as uow:
        new = NewAnswer(Scores(*scores), "web", note=note, **more)
        return check_ins.record_scores(uow, check_in.id, new)


@pytest.fixture
def story(clinic):
    """ALICE from an intake that needs a clinician to alerts of every kind, all closed or open."""
    clinic.calls_at_night("+12125550190")
    booked = clinic.booked(
        ALICE, at="2026-03-05T17:00Z", note="Zebrafish, suicidal", anticoagulant="warfarin"
    )
    clinic.grant(booked, clinician="Dr. Quokka Example", scope="Feather pressure")
    answer(clinic, clinic.check_ins(booked)[CheckInKind.BASELINE], (2, 3, 4))
    for body in (
        "Marmalade, chest pain",
        "my leg is swollen and hot",
        "I think of suicide",
        "what",
        "STOP",
        "START",
    ):
        clinic.text_from(ALICE, body)
        clinic.clock.pass_(minutes=20)
    clinic.clock.set(booked.ends_at)
    clinic.finish(booked)
    clinic.send_all(clinic.now + timedelta(hours=25))
    clinic.text_from(ALICE, "nine?")
    clinic.text_from(ALICE, "10 9 8")
    after = clinic.check_ins(booked)[CheckInKind.AFTER_24H]
    answer(clinic, after, (10, 9, 7), "Platypus fever", sleep=1, stress=10)
    with clinic.unit_of_work() as uow:
        screening.screen_refused_note(
            uow,
            uow.session.get_one(type(after), after.id),
            "Narwhal, chest pain",
            will_come_again=False,
        )
    with clinic.unit_of_work(clinic.staff()) as uow:
        alerts.close(uow, clinic.alerts()[0].id, "Rang her: narwhal")
    clinic.send_due()
    return booked


def readable(clinic):
    """Everything beside a patient that is not encrypted, as (table, column, words)."""
    with clinic.engine.connect() as connection:
        for name in READABLE:
            columns = [column.name for column in Base.metadata.tables[name].columns]
            for row in connection.execute(text(f'SELECT * FROM "{name}"')).mappings():
                for column in columns:
                    if isinstance(row[column], (bytes, memoryview)):
                        assert bytes(row[column]).startswith(b"gAAAA"), f"{name}.{column}"
                    elif row[column] is not None:
                        yield name, column, str(row[column]).casefold()


def test_the_story_has_everything_in_it(clinic, story):
    assert {one.tier for one in clinic.alerts()} >= {Tier.RED, Tier.CRISIS, Tier.AMBER}
    assert set(clinic.kinds()) >= SEALED | {Kind.ON_CALL_ALERT, Kind.CHECK_IN}
    assert {(one.pain, one.sleep) for one in clinic.all(Answer)} >= {(2, None), (10, 1)}
    assert {one.meaning for one in clinic.all(InboundMessage)} >= {"scored", "note", "optout"}


def test_no_word_a_patient_told_can_be_read_beside_them(clinic, story):
    kept = list(readable(clinic))

    assert any(words == ALICE.name.casefold() for _, _, words in kept)
    for table, column, words in kept:
        assert not any(told in words for told in TOLD), f"{table}.{column}: {words}"


def test_no_health_word_can_be_read_beside_a_patient_but_in_our_own_consents(clinic, story):
    for table, column, words in readable(clinic):
        if (table, column) not in OURS:
            found = HEALTH_WORDS.search(words.replace("patient", ""))
            assert found is None, f"{table}.{column}: {words}"


def test_neither_how_grave_nor_how_read_nor_which_answer_can_be_read(clinic, story):
    tiers = {tier.value for tier in Tier}
    answers = {kind.value for kind in SEALED}
    read_as = {one.meaning for one in clinic.all(InboundMessage)} - {"confirm", "move", "note"}

    for table, column, words in readable(clinic):
        parts = set(words.replace(":", " ").replace(",", " ").split())
        assert not parts & (tiers | answers), f"{table}.{column}: {words}"
        if column not in {"source", "actor"}:
            assert not parts & read_as, f"{table}.{column}: {words}"


def test_an_answer_keeps_no_number_that_can_be_read(clinic, story):
    with clinic.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM answer")).mappings().all()

    assert rows
    for row in rows:
        assert not [value for value in row.values() if isinstance(value, int)]
        assert len({len(bytes(one["numbers"])) for one in rows}) == 1


def test_which_text_went_cannot_be_found_out_by_trying_our_own_words(clinic, story):
    bodies = {sha256(one.body.encode()).hexdigest() for one in clinic.sms.sent}
    kept = {one.body_digest for one in clinic.messages()} - {None}

    assert len(kept) > 3
    assert not {digest[:48] for digest in bodies} & {digest[:48] for digest in kept}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_not_a_byte_of_the_story_is_in_the_files_either(clinic, story, tmp_path):
    held = b"".join(one.read_bytes() for one in tmp_path.iterdir() if one.is_file()).lower()

    assert ALICE.email.encode() in held
    for word in TOLD:
        assert word.encode() not in held
