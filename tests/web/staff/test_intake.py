"""An intake in the words a therapist reads."""

from booking.intake.rules.answers import IntakeAnswers
from booking.intake.rules.assessment import RULES, AssessmentOutcome, assess
from booking.web.staff.intake import TECHNIQUE_WORDS, caution_count, intake_view


def view(texts=None, **values):
    answers = IntakeAnswers({key: tuple(chosen) for key, chosen in values.items()}, texts or {})
    return intake_view(answers, assess(answers))


def test_classes_stand_from_stop_to_adapt():
    shown = view(
        raynaud=["yes"], skin=["rash"], flare=["mild"], fever_48h=["yes"], steroids=["longer"]
    )

    assert [group.outcome for group in shown.cautions] == [
        AssessmentOutcome.STOP,
        AssessmentOutcome.CLEAR,
        AssessmentOutcome.LOCAL,
        AssessmentOutcome.ADAPT,
    ]


def test_every_finding_of_the_rules_is_shown():
    answers = IntakeAnswers(
        {"flare": ("mild",), "raynaud": ("ulcers",), "allergies": ("latex", "lanolin")}, {}
    )
    assessment = assess(answers)

    shown = intake_view(answers, assessment)

    texts = {text for group in shown.cautions for text in group.texts}
    assert texts == {finding.therapist for finding in assessment.findings}
    assert shown.count == len(texts) == caution_count(assessment)


def test_places_products_and_techniques_are_words_not_keys():
    shown = view(swollen_joints=["right_lower_leg"], allergies=["nut_oil"], bones=["osteoporosis"])

    assert shown.places == ("Right lower leg",)
    assert shown.products == ("Nut oils",)
    assert "heavy compression" in shown.techniques


def test_every_technique_that_a_rule_leaves_out_has_words():
    assert set(TECHNIQUE_WORDS) == {name for rule in RULES for name in rule.avoid}


def test_the_pressure_is_the_lowest_any_rule_allows():
    assert view(steroids=["longer"], bones=["osteoporosis"]).pressure_cap == 2
    assert view(raynaud=["no"]).pressure_cap is None


def test_comfort_and_own_words_stand_apart_with_their_questions():
    shown = view({"note": "No candles."}, pressure=["2"], positions=["side", "seated"])

    assert [said for _label, said in shown.comfort] == ["On my side; Seated", "2, light"]
    assert [words for _label, words in shown.words] == ["No candles."]


def test_all_answers_are_there_and_questions_left_open_are_named():
    shown = view(flare=["no"], allergies=["latex"])

    said = {answer for _group, answers in shown.all_answers for _label, answer in answers}
    assert said == {"No", "Latex"}
    assert any("steroids" in label for label in shown.open_questions)


def test_an_intake_without_a_single_answer_can_be_shown():
    shown = view()

    assert shown.count == 0
    assert shown.comfort == ()
