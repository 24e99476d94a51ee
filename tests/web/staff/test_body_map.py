"""The figure on which places to leave alone are marked."""

import pytest

from booking.intake.rules.body_regions import REGIONS
from booking.web.staff.body_map import DRAWN, HEIGHT, WIDTH, body_map


def marked(figure):
    return {shape.region for shape in figure.shapes if shape.avoid}


@pytest.mark.parametrize("region", [option.value for option in REGIONS if option.value != "talk"])
def test_every_place_a_patient_can_mark_is_on_the_figure(region):
    assert region in DRAWN
    front, back = body_map([region])
    assert region in marked(front) | marked(back)


def test_the_patients_left_is_right_on_the_page_in_front_and_left_behind():
    front, back = body_map(["left_hand"])

    [in_front] = [shape for shape in front.shapes if shape.avoid]
    [behind] = [shape for shape in back.shapes if shape.avoid]
    assert in_front.middle[0] > WIDTH / 2
    assert behind.middle[0] < WIDTH / 2
    assert (front.left_label, front.right_label) == ("Right", "Left")
    assert (back.left_label, back.right_label) == ("Left", "Right")


def test_face_and_chest_are_in_front_only_and_the_back_behind_only():
    front, back = body_map(["face", "chest", "belly", "upper_back", "lower_back"])

    assert marked(front) == {"face", "chest", "belly"}
    assert marked(back) == {"upper_back", "lower_back"}


def test_nothing_marked_and_places_not_drawn_leave_the_figure_plain():
    assert [marked(figure) for figure in body_map(["everywhere"])] == [set(), set()]


def test_the_figure_stays_within_its_bounds_and_is_symmetric():
    for figure in body_map([]):
        assert all(s.x >= 0 and s.x + s.width <= WIDTH for s in figure.shapes)
        assert all(s.y >= 0 and s.y + s.height <= HEIGHT for s in figure.shapes)
        middles = sorted(round(s.middle[0], 3) for s in figure.shapes)
        assert middles == sorted(round(WIDTH - x, 3) for x in middles)
