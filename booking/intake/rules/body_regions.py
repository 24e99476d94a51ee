"""The places on the body that a patient can mark, as data."""

from typing import Final

from booking.intake.rules.form import offered

REGIONS: Final = offered(
    ("head", "Head"),
    ("face", "Face"),
    ("neck", "Neck"),
    ("chest", "Chest"),
    ("belly", "Belly"),
    ("upper_back", "Upper back"),
    ("lower_back", "Lower back"),
    ("left_shoulder", "Left shoulder"),
    ("right_shoulder", "Right shoulder"),
    ("left_arm", "Left arm or elbow"),
    ("right_arm", "Right arm or elbow"),
    ("left_hand", "Left hand or wrist"),
    ("right_hand", "Right hand or wrist"),
    ("left_hip", "Left hip"),
    ("right_hip", "Right hip"),
    ("left_thigh", "Left thigh"),
    ("right_thigh", "Right thigh"),
    ("left_knee", "Left knee"),
    ("right_knee", "Right knee"),
    ("left_lower_leg", "Left lower leg"),
    ("right_lower_leg", "Right lower leg"),
    ("left_foot", "Left foot or ankle"),
    ("right_foot", "Right foot or ankle"),
)
HANDS_AND_FEET: Final = frozenset({"left_hand", "right_hand", "left_foot", "right_foot"})
