"""Rules and workers carry codes and values: what people read of them the website says."""

from pathlib import Path

import pytest

from tests.contracts.prose import in_rules

ROOT = Path(__file__).resolve().parents[2]
RULES = [
    path
    for folder in ("booking", "workers")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if not {"migrations", "web"} & set(path.parts)
]
HEARD = "what people write is known by these words; nobody is told them"
SIGNED = "data with a version, which a clinician signs or a patient agrees to"
OPERATED = "whoever runs the system reads it, or it is what the database says"
IN_EACH_LANGUAGE = "a calendar file or a time in a message, which have words of each language"
HOLDS_WORDS = {
    "booking/checkins/rules/correction.py": HEARD,
    "booking/checkins/rules/score_vocabulary.py": HEARD,
    "booking/conversations/rules/opt_out.py": HEARD,
    "booking/conversations/rules/opt_out_words.py": HEARD,
    "booking/conversations/rules/tapbacks.py": HEARD,
    "booking/conversations/rules/vocabulary.py": HEARD,
    "booking/database_shape.py": OPERATED,
    "booking/gateways/texts.py": IN_EACH_LANGUAGE,
    "booking/intake/rules/adapt.py": SIGNED,
    "booking/intake/rules/assessment.py": SIGNED,
    "booking/intake/rules/body_regions.py": SIGNED,
    "booking/intake/rules/clear.py": SIGNED,
    "booking/intake/rules/form.py": SIGNED,
    "booking/intake/rules/local.py": SIGNED,
    "booking/intake/rules/questions.py": SIGNED,
    "booking/intake/rules/questions_body.py": SIGNED,
    "booking/intake/rules/questions_health.py": SIGNED,
    "booking/intake/rules/rule.py": SIGNED,
    "booking/intake/rules/stop.py": SIGNED,
    "booking/kit/faults.py": OPERATED,
    "booking/kit/logs.py": OPERATED,
    "booking/monitoring/metrics.py": OPERATED,
    "booking/patients/consent_words.py": SIGNED,
    "booking/safety/rules/patterns_en.py": HEARD,
    "booking/safety/rules/patterns_es.py": HEARD,
    "booking/scheduling/ics.py": IN_EACH_LANGUAGE,
    "workers/beat_logging.py": OPERATED,
    "workers/file_transport.py": OPERATED,
    "workers/jobs.py": OPERATED,
    "workers/poller.py": OPERATED,
    "workers/sending.py": OPERATED,
    "workers/spool.py": OPERATED,
}
"""Files outside the website that hold words, and why they may."""
RECORDED = {
    "The carrier refused a text: this phone has stopped our texts.",
    "booking page",
    "check-in page",
    "kept at its wall time",
    "link closed",
    "links closed",
    "not understood",
    "page opened by ",
    "proven by ",
    "settings kept",
    "settings taken",
    "the text ",
    "zone rules",
}
"""What the audit and the consents keep: it stays as it is stored, and no page shows it."""
SETTINGS = {"our mail host"}
"""What a clinic may call by another name."""


def _name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("code", [one for one in RULES if _name(one) not in HOLDS_WORDS], ids=_name)
def test_no_rule_says_a_sentence(code):
    assert set(in_rules(code.read_text())) <= RECORDED | SETTINGS


@pytest.mark.parametrize(
    "planted",
    [
        "Alarm(AlarmCode.CLOCK, now, f'{minutes} minutes behind')",
        "yield f'application is {state}'",
        "SendResult(id, Outcome.UNKNOWN, reason='the carrier is out of reach')",
        "class Change(StrEnum):\n    SAME = 'about the same'",
        "note(detail={'why': 'Its words could not be made.'})",
        "NAMES = ('register entry', 'licence')",
    ],
)
def test_a_sentence_in_a_rule_is_found(planted):
    assert in_rules(planted)


@pytest.mark.parametrize(
    "fine",
    [
        "SendResult(id, Outcome.UNKNOWN, reason=Trouble.OUT_OF_REACH)",
        "log.warning('a batch is cut short')",
        "raise ValueError('a time without a zone')",
        "CarrierError(21602, ErrorClass.CONTENT, 'The text was empty.')",
        "text('state IN (\\'sent\\')')",
        "STOPS = 'stop end quit'.split()",
        "assert found, 'it was written above'",
        "def may():\n    'Whether it may.'",
    ],
)
def test_codes_and_what_nobody_is_told_are_left_alone(fine):
    assert in_rules(fine) == []


def test_whatever_may_hold_words_is_there_and_holds_some():
    held = {_name(path): in_rules(path.read_text()) for path in RULES}

    assert {name for name in HOLDS_WORDS if not held.get(name)} == set()
    assert {words for found in held.values() for words in found} >= RECORDED | SETTINGS
