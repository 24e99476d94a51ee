from booking.web.avatars import avatar


def test_the_same_name_gives_the_same_leaf_and_another_name_another():
    assert avatar("dana") == avatar("dana")
    assert avatar("dana") != avatar("miguel")


def test_a_leaf_carries_nothing_of_the_name_and_no_style():
    drawn = avatar("<dana>")

    assert "dana" not in drawn
    assert "style=" not in drawn
