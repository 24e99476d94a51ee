from booking.web.avatars import leaf_mark


def test_the_same_name_gives_the_same_leaf_and_another_name_another():
    assert leaf_mark("dana") == leaf_mark("dana")
    assert leaf_mark("dana") != leaf_mark("miguel")


def test_a_leaf_carries_nothing_of_the_name_and_no_style():
    drawn = leaf_mark("<dana>")

    assert "dana" not in drawn
    assert "style=" not in drawn
