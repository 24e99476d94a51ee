"""What stops a booking."""

from typing import Final

from booking.intake.rules.rule import (
    EMERGENCY,
    REST,
    RHEUMATOLOGIST,
    URGENT,
    AssessmentOutcome,
    Rule,
    Source,
    any_of,
)

STOP_RULES: Final = (
    Rule(
        "red-signs",
        (any_of("red_signs", "chest_pain", "breathless", "new_weakness", "confusion", "unsure"),),
        AssessmentOutcome.STOP,
        "Emergency signs were reported. No session.",
        EMERGENCY,
        Source.FOUNDATION,
    ),
    Rule(
        "leg-swollen",
        (any_of("red_signs", "leg_swollen"),),
        AssessmentOutcome.STOP,
        "One leg is swollen. No session.",
        URGENT,
        Source.EMBOLISM_CASES,
    ),
    Rule(
        "suspected-clot",
        (any_of("suspected_clot", "yes", "unsure"),),
        AssessmentOutcome.STOP,
        "A clot is suspected. No session.",
        URGENT,
        Source.EMBOLISM_CASES,
    ),
    Rule(
        "fever",
        (any_of("fever_48h", "yes", "unsure"),),
        AssessmentOutcome.STOP,
        "Fever within 48 hours. No session.",
        REST,
        Source.FOUNDATION,
    ),
    Rule(
        "infection",
        (any_of("infection", "yes"),),
        AssessmentOutcome.STOP,
        "Active infection. No session.",
        REST,
        Source.FOUNDATION,
    ),
    Rule(
        "severe-flare",
        (any_of("flare", "severe"),),
        AssessmentOutcome.STOP,
        "Severe flare. No session.",
        RHEUMATOLOGIST,
        Source.FOUNDATION,
    ),
)
