"""Places that a session leaves alone."""

from typing import Final

from booking.intake.rules.body_regions import HANDS_AND_FEET, REGIONS
from booking.intake.rules.form import TALK
from booking.intake.rules.rule import (
    LEFT_ALONE,
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
