import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.intake.rules.answers import (
    BY_KEY,
    QUESTIONS,
    TALK,
    IntakeAnswers,
    QuestionKind,
    parse_answers,
)
from booking.intake.rules.assessment import RULES, AssessmentOutcome, assess
from tests.build.intake import WELL

STOP, CLEAR, LOCAL, ADAPT = (
    AssessmentOutcome.STOP,
    AssessmentOutcome.CLEAR,
    AssessmentOutcome.LOCAL,
    AssessmentOutcome.ADAPT,
)


def assessed(**answers):
    return assess(parse_answers({**WELL, **answers}))


def test_a_well_person_books_as_usual():
    assessment = assessed()

    assert assessment.outcome is AssessmentOutcome.OK
    assert assessment.findings == ()
    assert assessment.pressure_cap is None
    assert assessment.avoid_regions == ()
    assert assessment.patient_texts("911") == ()


def test_the_outcomes_stand_in_order_of_gravity():
    assert STOP > CLEAR > LOCAL > ADAPT > AssessmentOutcome.OK


# One row for each row of the clinic's table, written out by hand.
@pytest.mark.parametrize(
    ("answers", "outcome", "rules"),
    [
        ({"red_signs": ["chest_pain"]}, STOP, {"red-signs"}),
        ({"red_signs": ["breathless"]}, STOP, {"red-signs"}),
        ({"red_signs": ["new_weakness"]}, STOP, {"red-signs"}),
        ({"red_signs": ["confusion"]}, STOP, {"red-signs"}),
        ({"red_signs": ["unsure"]}, STOP, {"red-signs"}),
        ({"red_signs": ["leg_swollen"]}, STOP, {"leg-swollen"}),
        ({"suspected_clot": ["yes"]}, STOP, {"suspected-clot"}),
        ({"suspected_clot": ["unsure"]}, STOP, {"suspected-clot"}),
        ({"fever_48h": ["yes"]}, STOP, {"fever"}),
        ({"fever_48h": ["unsure"]}, STOP, {"fever"}),
        ({"infection": ["yes"]}, STOP, {"infection"}),
        ({"infection": ["unsure"]}, CLEAR, {"infection-unsure"}),
        ({"flare": ["severe"]}, STOP, {"severe-flare"}),
        ({"flare": ["mild"]}, CLEAR, {"flare"}),
        ({"flare": ["moderate"]}, CLEAR, {"flare"}),
        ({"flare": ["unsure"]}, CLEAR, {"flare"}),
        ({"clot_history": ["yes"]}, CLEAR, {"past-clot"}),
        ({"clot_history": ["unsure"]}, CLEAR, {"past-clot"}),
        ({"antiphospholipid": ["antibodies"]}, CLEAR, {"antiphospholipid"}),
        ({"antiphospholipid": ["syndrome"]}, CLEAR, {"antiphospholipid"}),
        ({"antiphospholipid": ["unsure"]}, CLEAR, {"antiphospholipid"}),
        ({"anticoagulant": ["warfarin"]}, CLEAR, {"anticoagulant"}),
        ({"anticoagulant": ["doac"]}, CLEAR, {"anticoagulant"}),
        ({"anticoagulant": ["heparin"]}, CLEAR, {"anticoagulant"}),
        ({"anticoagulant": ["antiplatelet"]}, CLEAR, {"anticoagulant"}),
        ({"anticoagulant": ["unsure"]}, CLEAR, {"anticoagulant"}),
        ({"low_platelets": ["yes"]}, CLEAR, {"low-platelets"}),
        ({"low_platelets": ["unsure"]}, CLEAR, {"low-platelets"}),
        ({"organs_changing": ["yes"]}, CLEAR, {"organs-changing"}),
        ({"organs_changing": ["unsure"]}, CLEAR, {"organs-changing"}),
        ({"steroids": ["none"]}, AssessmentOutcome.OK, set()),
        ({"steroids": ["up_to_3_months"]}, AssessmentOutcome.OK, set()),
        ({"steroids": ["longer"]}, ADAPT, {"long-steroids"}),
        ({"steroids": ["unsure"]}, ADAPT, {"long-steroids"}),
        ({"skin": ["fragile"]}, ADAPT, {"fragile-skin"}),
        ({"bones": ["osteoporosis"]}, ADAPT, {"osteoporosis"}),
        ({"bones": ["unsure"]}, ADAPT, {"osteoporosis"}),
        (
            {"bones": ["fracture_12m"], "bone_regions": ["left_foot"]},
            CLEAR,
            {"fracture", "fracture-site"},
        ),
        (
            {"bones": ["avascular_necrosis"], "bone_regions": ["left_hip"]},
            CLEAR,
            {"avascular-necrosis", "avascular-necrosis-site"},
        ),
        ({"skin": ["rash"], "skin_regions": ["face"]}, LOCAL, {"skin"}),
        ({"skin": ["discoid"], "skin_regions": ["face"]}, LOCAL, {"skin"}),
        ({"skin": ["wound"], "skin_regions": ["face"]}, LOCAL, {"skin"}),
        ({"skin": ["ulcer"], "skin_regions": ["face"]}, LOCAL, {"skin"}),
        ({"skin": ["vasculitis"], "skin_regions": ["face"]}, LOCAL, {"skin"}),
        ({"swollen_joints": ["right_knee"]}, LOCAL, {"hot-joint"}),
        ({"avoid_regions": ["belly"]}, LOCAL, {"own-wish"}),
        ({"immunosuppressants": ["yes"]}, ADAPT, {"immunosuppressed"}),
        ({"immunosuppressants": ["unsure"]}, ADAPT, {"immunosuppressed"}),
        ({"raynaud": ["yes"]}, ADAPT, {"raynaud"}),
        ({"raynaud": ["unsure"]}, ADAPT, {"raynaud"}),
        ({"raynaud": ["ulcers"]}, LOCAL, {"raynaud-ulcers"}),
        ({"neuropathy": ["numb"]}, ADAPT, {"neuropathy"}),
        ({"neuropathy": ["painful"]}, ADAPT, {"neuropathy"}),
        ({"neuropathy": ["unsure"]}, ADAPT, {"neuropathy"}),
        ({"pregnancy": ["first_trimester"]}, CLEAR, {"early-pregnancy"}),
        ({"pregnancy": ["later"]}, ADAPT, {"pregnancy"}),
        ({"pregnancy": ["postpartum"]}, ADAPT, {"pregnancy"}),
        ({"pregnancy": ["undisclosed"]}, ADAPT, {"pregnancy"}),
        (
            {"pregnancy": ["later"], "antiphospholipid": ["antibodies"]},
            CLEAR,
            {"antiphospholipid", "pregnancy-antiphospholipid", "pregnancy"},
        ),
        (
            {"surgery_port": ["surgery_6w"], "surgery_regions": ["belly"]},
            CLEAR,
            {"surgery-or-port", "surgery-or-port-site"},
        ),
        (
            {"surgery_port": ["port"], "surgery_regions": ["chest"]},
            CLEAR,
            {"surgery-or-port", "surgery-or-port-site"},
        ),
        ({"allergies": ["latex"]}, ADAPT, {"allergy-latex"}),
        ({"allergies": ["nut_oil"]}, ADAPT, {"allergy-nut-oil"}),
        ({"allergies": ["none"]}, AssessmentOutcome.OK, set()),
        ({"diagnosis": ["sle"]}, AssessmentOutcome.OK, set()),
        ({"positions": ["side"], "pressure": ["5"]}, AssessmentOutcome.OK, set()),
    ],
)
def test_each_row_of_the_clinics_table_leads_to_its_outcome(answers, outcome, rules):
    assessment = assessed(**answers)

    assert assessment.outcome is outcome
    assert {finding.rule_id for finding in assessment.findings} == rules


def test_the_strongest_outcome_decides_and_all_cautions_add_up():
    assessment = assessed(
        fever_48h=["yes"],
        anticoagulant=["doac"],
        steroids=["longer"],
        skin=["wound"],
        skin_regions=["left_arm"],
        swollen_joints=["right_knee"],
        allergies=["latex", "lanolin"],
    )

    assert assessment.outcome is STOP
    assert [finding.outcome for finding in assessment.findings] == sorted(
        (finding.outcome for finding in assessment.findings), reverse=True
    )
    assert assessment.pressure_cap == 2
    assert assessment.avoid_regions == ("left_arm", "right_knee")
    assert {"deep_work", "friction", "joint_stretch"} <= set(assessment.avoid_techniques)
    assert assessment.blocked_products == ("fragrance", "lanolin", "latex")


def test_places_are_avoided_even_where_the_question_before_them_was_left_empty():
    assert assessed(skin_regions=["left_hip"]).avoid_regions == ("left_hip",)


def test_raynaud_with_ulcers_keeps_hands_and_feet_out():
    assert assessed(raynaud=["ulcers"]).avoid_regions == (
        "left_foot",
        "left_hand",
        "right_foot",
        "right_hand",
    )


@pytest.mark.parametrize("key", sorted(WELL))
def test_a_wish_to_talk_about_a_critical_question_brings_a_call_before_the_session(key):
    assessment = assessed(**{key: [TALK]})

    assert assessment.outcome is CLEAR
    assert assessment.pressure_cap == 2
    assert [finding.rule_id for finding in assessment.findings] == [f"talk-{key}"]


@pytest.mark.parametrize("question", [q for q in QUESTIONS if not q.critical], ids=lambda q: q.key)
def test_a_wish_to_talk_about_another_question_reaches_the_therapist(question):
    assessment = assessed(**{question.key: [TALK]})

    assert assessment.outcome is ADAPT
    assert question.label in assessment.findings[0].therapist


def test_a_wish_to_talk_never_hides_an_emergency():
    assert assessed(red_signs=["chest_pain", TALK]).outcome is STOP


def test_the_emergency_text_carries_the_clinics_own_number():
    [text] = assessed(red_signs=["chest_pain"], anticoagulant=["doac"]).patient_texts("112")

    assert "112" in text
    assert "{" not in text


def test_emergency_comes_before_urgent_care_in_what_the_patient_reads():
    first, second = assessed(red_signs=["leg_swollen", "breathless"]).patient_texts("911")

    assert "call 911 now" in first
    assert "urgent care" in second


def test_the_therapist_sees_what_was_not_answered():
    assert "steroids" in assessed().not_answered
    assert "steroids" not in assessed(steroids=["none"]).not_answered


FORBIDDEN = re.compile(
    r"\bsafe(ly)?\b|diagnos|you have (a|an) |\b(stop|keep|continue|skip|pause) (taking|your)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_patients_are_never_told_safe_nor_what_they_have_nor_what_to_take(rule):
    assert not FORBIDDEN.search(rule.patient)
    assert not re.search(r"\bsafe\b", rule.therapist, re.IGNORECASE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_speaks_of_questions_and_answers_that_exist(rule):
    assert rule.when
    for when in rule.when:
        assert when.values
        assert when.values <= BY_KEY[when.key].values
        assert TALK not in when.values
    assert rule.pressure_cap in {None, 1, 2, 3, 4, 5}
    assert rule.outcome is not AssessmentOutcome.OK


def test_every_rule_has_a_name_of_its_own():
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_every_question_that_can_stop_or_hold_a_session_must_be_answered():
    decisive = {when.key for rule in RULES if rule.outcome in {STOP, CLEAR} for when in rule.when}

    assert decisive == {question.key for question in QUESTIONS if question.critical}


def subsets(question):
    if question.kind is QuestionKind.TEXT:
        return st.just(())
    return st.lists(st.sampled_from(sorted(question.values)), max_size=3).map(tuple)


any_answers = st.fixed_dictionaries({q.key: subsets(q) for q in QUESTIONS}).map(
    lambda values: IntakeAnswers({k: v for k, v in values.items() if v}, {})
)


@given(any_answers, st.sampled_from(QUESTIONS), st.data())
def test_one_more_answer_never_weakens_the_outcome(answers, question, data):
    more = data.draw(st.sampled_from(sorted(question.values)))
    values = {**answers.values, question.key: (*answers.values.get(question.key, ()), more)}

    before, after = assess(answers), assess(IntakeAnswers(values, {}))

    assert after.outcome >= before.outcome
    assert set(after.avoid_regions) >= set(before.avoid_regions)
    assert set(after.blocked_products) >= set(before.blocked_products)
    assert (after.pressure_cap or 5) <= (before.pressure_cap or 5)
