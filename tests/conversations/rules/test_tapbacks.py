"""Quotations: which parts of a text may be one, and what is left of a like."""

import pytest

from booking.conversations.rules.reply import OptOutRequest, free_text, read_reply
from booking.conversations.rules.tapbacks import (
    MOST_MARKS,
    REACTIONS,
    candidate_quotes,
    is_reaction,
    remove_passages,
)
from booking.safety.rules.red_flags import Tier, find_red_flags

OURS = "Willow: thank you. If it is urgent call 911. #ab12"


@pytest.mark.parametrize(
    "text",
    [
        OURS,
        f"Liked “{OURS}”",
        f'Liked "{OURS}"',
        f"Le gustó «{OURS}»",
        f"\u200a\u200b👍\u200b to “\u200a\u200b{OURS}\u200b”",
        f"Liked “{OURS} ”",
        f"Nora’s phone’s like: “{OURS}”",
        f"> {OURS}\nyes",
        f"Eliminó “Me gusta” de “{OURS}”",
    ],
)
def test_a_quotation_is_found_whatever_stands_around_it(text):
    assert OURS in {one.said for one in candidate_quotes(text)}
    assert "911" not in remove_passages(text, {OURS})


def test_a_text_of_ours_with_apostrophes_is_found_whole():
    ours = "The Women's Rooms: it's at ten. #ab12"

    assert remove_passages(f"Liked '{ours}'", {ours}).split() == ["Liked", "'", ".", "'"]


def test_what_is_said_beside_a_quotation_stays():
    left = remove_passages(f"I have “{OURS}” chest pain", {OURS})

    assert left.split()[:2] == ["I", "have"]
    assert left.split()[-2:] == ["chest", "pain"]


def test_a_quotation_cut_out_makes_no_denial_of_what_follows_it():
    left = remove_passages(f"No “{OURS}” chest pain", {OURS})

    assert not find_red_flags(left).negated


@pytest.mark.parametrize("quoted", [OURS[:-1], OURS + "!", OURS.upper(), OURS[8:]])
def test_what_is_not_word_for_word_ours_stays(quoted):
    text = f"Liked “{quoted}”"

    assert remove_passages(text, {OURS}) == text


def test_a_text_full_of_marks_is_read_as_it_stands_and_soon():
    text = "'" * (MOST_MARKS + 1) + f"“{OURS}”"

    assert remove_passages(text * 500, {OURS}) == text * 500
    assert len(candidate_quotes("“”" * 50_000)) <= 1


@pytest.mark.parametrize("reaction", sorted(REACTIONS))
def test_a_reaction_by_itself_means_no_danger_and_ends_no_texts(reaction):
    found = find_red_flags(reaction)
    assert found is None or found.tier is Tier.REVIEW
    assert not isinstance(read_reply(reaction), OptOutRequest)


@pytest.mark.parametrize(
    "left", ["Liked “\n.\n”", "👍 to “”", "Le gustó «»", "❤️ “”", "Reacted 😮 to “”"]
)
def test_a_like_is_nothing_but_a_like(left):
    assert is_reaction(left)


@pytest.mark.parametrize(
    "left",
    [
        "",
        "“”",
        "Liked “” chest pain",
        "ok “”",
        "C “”",
        "Liked “chest pain”",
        "Reacted with pain to “”",
    ],
)
def test_what_says_more_or_nothing_is_no_like(left):
    assert not is_reaction(left)


def test_the_cut_leaves_nothing_for_a_person_to_read():
    assert free_text(read_reply(remove_passages(f"C\n“{OURS}”", {OURS}))) == ""
