"""The intake's questions about the body today and about comfort, as data."""

from typing import Final

from booking.intake.rules.body_regions import REGIONS
from booking.intake.rules.form import Group, Question, QuestionKind, ShownIf, offered

BODY: Final = (
    Question(
        "skin",
        Group.BODY,
        QuestionKind.MULTI,
        "How is your skin today?",
        "Sore skin is left alone, delicate skin is touched lightly.",
        offered(
            ("rash", "A rash"),
            ("discoid", "Discoid patches"),
            ("wound", "An open wound"),
            ("ulcer", "An ulcer"),
            ("vasculitis", "Vasculitis of the skin"),
            ("fragile", "Thin skin that tears easily"),
            ("none", "None of these"),
        ),
    ),
    Question(
        "skin_regions",
        Group.BODY,
        QuestionKind.REGIONS,
        "Where is it?",
        "The therapist keeps away from these places.",
        REGIONS,
        shown_if=ShownIf("skin", frozenset({"rash", "discoid", "wound", "ulcer", "vasculitis"})),
    ),
    Question(
        "swollen_joints",
        Group.BODY,
        QuestionKind.REGIONS,
        "Which joints are hot or swollen today? Leave empty if none.",
        "They are neither rubbed nor stretched.",
        REGIONS,
    ),
    Question(
        "raynaud",
        Group.BODY,
        QuestionKind.CHOICE,
        "Do your fingers or toes turn white or blue in the cold (Raynaud)?",
        "The room is kept warm and nothing cold is used.",
        offered(
            ("no", "No"),
            ("yes", "Yes"),
            ("ulcers", "Yes, with sores on fingers or toes"),
            ("unsure", "I am not sure"),
        ),
    ),
    Question(
        "neuropathy",
        Group.BODY,
        QuestionKind.CHOICE,
        "Do you have numb or painful nerves (neuropathy)?",
        "Where feeling is changed, it is hard to tell how firm a touch is.",
        offered(
            ("no", "No"),
            ("numb", "Yes, numb"),
            ("painful", "Yes, painful"),
            ("unsure", "I am not sure"),
        ),
    ),
    Question(
        "avoid_regions",
        Group.BODY,
        QuestionKind.REGIONS,
        "Is there anywhere you do not want to be touched?",
        "You need no reason.",
        REGIONS,
    ),
)

COMFORT: Final = (
    Question(
        "allergies",
        Group.COMFORT,
        QuestionKind.MULTI,
        "Are you allergic or sensitive to any of these?",
        "They stay out of the room.",
        offered(
            ("latex", "Latex"),
            ("nut_oil", "Nut oils"),
            ("fragrance", "Fragrance"),
            ("lanolin", "Lanolin"),
            ("adhesive", "Adhesive tape"),
            ("none", "None of these"),
        ),
    ),
    Question(
        "pressure",
        Group.COMFORT,
        QuestionKind.SCALE,
        "How firm do you like the touch?",
        "You can change your mind at any moment.",
        offered(
            ("1", "1, feather-light"),
            ("2", "2, light"),
            ("3", "3, medium"),
            ("4", "4, firm"),
            ("5", "5, very firm"),
        ),
    ),
    Question(
        "positions",
        Group.COMFORT,
        QuestionKind.MULTI,
        "Which positions work for you?",
        "The table and the pillows are set up before you come.",
        offered(
            ("face_down", "Face down"),
            ("side", "On my side"),
            ("back", "On my back"),
            ("seated", "Seated"),
            ("cannot_lie_flat", "I cannot lie flat"),
            ("help_with_table", "I need help with the table"),
        ),
    ),
    Question(
        "note",
        Group.COMFORT,
        QuestionKind.TEXT,
        "Anything else your therapist should know? (optional)",
        "In your own words.",
        offered(),
    ),
)
