"""What a session is adapted to."""

from typing import Final

from booking.intake.rules.rule import (
    GENTLER,
    PRODUCT,
    AssessmentOutcome,
    Rule,
    Source,
    any_of,
)

ADAPT_RULES: Final = (
    Rule(
        "long-steroids",
        (any_of("steroids", "longer", "unsure"),),
        AssessmentOutcome.ADAPT,
        "Steroids for over 3 months, or not ruled out: pressure at most 2, no friction.",
        GENTLER,
        Source.WERNER,
        pressure_cap=2,
        avoid=("friction",),
    ),
    Rule(
        "fragile-skin",
        (any_of("skin", "fragile"),),
        AssessmentOutcome.ADAPT,
        "Fragile skin: pressure at most 2, no friction.",
        GENTLER,
        Source.WERNER,
        pressure_cap=2,
        avoid=("friction",),
    ),
    Rule(
        "osteoporosis",
        (any_of("bones", "osteoporosis", "unsure"),),
        AssessmentOutcome.ADAPT,
        "Osteoporosis, or not ruled out: no thrust, no heavy compression.",
        GENTLER,
        Source.WALTON,
        pressure_cap=3,
        avoid=("thrust", "heavy_compression"),
    ),
    Rule(
        "immunosuppressed",
        (any_of("immunosuppressants", "yes", "unsure"),),
        AssessmentOutcome.ADAPT,
        "Immune system held down: strict hygiene; reschedule if you are ill yourself.",
        GENTLER,
        Source.WERNER,
    ),
    Rule(
        "raynaud",
        (any_of("raynaud", "yes", "unsure"),),
        AssessmentOutcome.ADAPT,
        "Raynaud: warm room, no ice.",
        GENTLER,
        Source.WALTON,
        avoid=("ice",),
    ),
    Rule(
        "neuropathy",
        (any_of("neuropathy", "numb", "painful", "unsure"),),
        AssessmentOutcome.ADAPT,
        "Neuropathy: pressure at most 2; what the patient feels is no reliable guide.",
        GENTLER,
        Source.WALTON,
        pressure_cap=2,
    ),
    Rule(
        "pregnancy",
        (any_of("pregnancy", "later", "postpartum", "undisclosed"),),
        AssessmentOutcome.ADAPT,
        "Pregnancy or post-partum, or not told: side-lying, no deep leg work.",
        GENTLER,
        Source.WALTON,
        pressure_cap=3,
        avoid=("deep_leg_work", "face_down"),
    ),
    *(
        Rule(
            f"allergy-{product.replace('_', '-')}",
            (any_of("allergies", product),),
            AssessmentOutcome.ADAPT,
            f"Allergy: keep {name} out of the room.",
            PRODUCT,
            Source.WERNER,
            blocked=(product,),
        )
        for product, name in (
            ("latex", "latex"),
            ("nut_oil", "nut oils"),
            ("fragrance", "fragrance"),
            ("lanolin", "lanolin"),
            ("adhesive", "adhesive tape"),
        )
    ),
)
