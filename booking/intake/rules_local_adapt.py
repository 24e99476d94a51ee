"""Safety rules, second half: places to leave alone, and what a session is adapted to."""

from typing import Final

from booking.intake.body_regions import HANDS_AND_FEET, REGIONS
from booking.intake.form import TALK
from booking.intake.rule import (
    GENTLER,
    LEFT_ALONE,
    PRODUCT,
    AssessmentOutcome,
    Rule,
    Source,
    When,
    any_of,
)

ANYWHERE: Final = frozenset(option.value for option in REGIONS if option.value != TALK)

LOCAL_RULES: Final = (
    Rule(
        "avascular-necrosis-site",
        (any_of("bones", "avascular_necrosis"),),
        AssessmentOutcome.LOCAL,
        "Keep away from the joints with avascular necrosis. If none is marked, ask first.",
        LEFT_ALONE,
        Source.GONTERO,
    ),
    Rule(
        "fracture-site",
        (any_of("bones", "fracture_12m"),),
        AssessmentOutcome.LOCAL,
        "Keep away from the broken bone. If none is marked, ask first.",
        LEFT_ALONE,
        Source.WALTON,
    ),
    Rule(
        "surgery-or-port-site",
        (any_of("surgery_port", "surgery_6w", "port"),),
        AssessmentOutcome.LOCAL,
        "Keep away from the wound or device. If none is marked, ask first.",
        LEFT_ALONE,
        Source.WALTON,
    ),
    Rule(
        "skin",
        (any_of("skin", "rash", "discoid", "wound", "ulcer", "vasculitis"),),
        AssessmentOutcome.LOCAL,
        "Skin lesions: keep away from the marked places, use a hypoallergenic lubricant.",
        LEFT_ALONE,
        Source.FOUNDATION,
        blocked=("fragrance",),
    ),
    Rule(
        "hot-joint",
        (When("swollen_joints", ANYWHERE),),
        AssessmentOutcome.LOCAL,
        "Hot or swollen joints: no friction, no stretch there.",
        LEFT_ALONE,
        Source.FOUNDATION,
        avoid=("joint_friction", "joint_stretch"),
    ),
    Rule(
        "raynaud-ulcers",
        (any_of("raynaud", "ulcers"),),
        AssessmentOutcome.LOCAL,
        "Raynaud with ulcers: keep away from hands and feet; warm room, no ice.",
        LEFT_ALONE,
        Source.WALTON,
        avoid=("ice",),
        regions=HANDS_AND_FEET,
    ),
    Rule(
        "own-wish",
        (When("avoid_regions", ANYWHERE),),
        AssessmentOutcome.LOCAL,
        "The patient does not want to be touched at some of the marked places. Do not ask why.",
        LEFT_ALONE,
        Source.FOUNDATION,
    ),
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
