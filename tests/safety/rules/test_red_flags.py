import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from booking.checkins.rules.score_flags import flag_for_scores
from booking.checkins.rules.scores import Scores
from booking.kit.text_normalization import normalize
from booking.safety.rules.negation import NEGATORS
from booking.safety.rules.red_flags import PATTERNS, Tier, find_red_flags
from tests.safety.rules.red_flag_calm_cases import CALM_TEXTS, DENIED_IN_VAIN, NEGATED_TEXTS
from tests.safety.rules.red_flag_cases import AMBER_TEXTS, CRISIS_TEXTS, RED_TEXTS, REVIEW_TEXTS


@pytest.mark.parametrize(
    ("tier", "text"),
    [(Tier.CRISIS, text) for text in CRISIS_TEXTS]
    + [(Tier.RED, text) for text in RED_TEXTS]
    + [(Tier.AMBER, text) for text in AMBER_TEXTS]
    + [(Tier.REVIEW, text) for text in REVIEW_TEXTS],
)
def test_a_red_flag_is_found_in_its_tier(tier, text):
    flag = find_red_flags(text)

    assert flag is not None
    assert flag.tier is tier
    assert not flag.negated
    assert any(pattern_id.startswith(tier) for pattern_id in flag.pattern_ids)


@pytest.mark.parametrize("text", NEGATED_TEXTS)
def test_a_plain_negation_is_still_read_by_a_person(text):
    flag = find_red_flags(text)

    assert flag is not None
    assert flag.tier is Tier.REVIEW
    assert flag.negated
    assert flag.pattern_ids


@pytest.mark.parametrize("text", DENIED_IN_VAIN)
def test_a_negation_that_is_none_lowers_nothing(text):
    flag = find_red_flags(text)

    assert flag is not None
    assert flag.tier is Tier.RED


@pytest.mark.parametrize("text", CALM_TEXTS)
def test_everyday_words_raise_nothing(text):
    assert find_red_flags(text) is None


def test_a_text_in_two_tiers_has_the_graver_one_and_tells_both():
    flag = find_red_flags("chest pain and I want to die, fever too")

    assert flag is not None
    assert flag.tier is Tier.CRISIS
    assert flag.tiers == (Tier.CRISIS, Tier.RED, Tier.AMBER)


def test_a_negated_flag_beside_a_standing_one_hides_nothing():
    flag = find_red_flags("no chest pain, but a fever")

    assert flag is not None
    assert flag.tier is Tier.AMBER
    assert flag.tiers == (Tier.AMBER, Tier.REVIEW)
    assert not flag.negated


@pytest.mark.parametrize("tier", list(Tier))
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_tier_has_patterns_in_both_languages(tier, language):
    assert any(p.tier is tier and p.language == language for p in PATTERNS)


def test_every_pattern_has_a_name_of_its_own():
    assert len({pattern.id for pattern in PATTERNS}) == len(PATTERNS)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.id)
def test_every_pattern_is_written_as_texts_are_read_and_finds_itself(pattern):
    for term in pattern.terms:
        for word in term:
            assert normalize(word) == word
            text = " ".join(word if term is other else min(other) for other in pattern.terms)
            flag = find_red_flags(text)
            assert flag is not None
            assert pattern.id in flag.pattern_ids


SERIOUS = [
    *((Tier.CRISIS, text) for text in CRISIS_TEXTS),
    *((Tier.RED, text) for text in RED_TEXTS),
    *((Tier.AMBER, text) for text in AMBER_TEXTS),
]
GRAVITY = {tier: place for place, tier in enumerate(Tier)}
CALM_WORDS = (
    "hello my knee today I have the 4 6 3 thanks since because massage please tengo hoy gracias "
    "mucho y or better worse fever rash 😭 stop C"
)
calm_words = st.lists(st.sampled_from(CALM_WORDS.split()), max_size=8).map(" ".join)
punctuation = st.text(alphabet=" .,!?;:\n-…()\"'¡¿*", max_size=5)


@given(st.sampled_from(SERIOUS), calm_words, calm_words, punctuation, punctuation)
def test_no_words_around_it_and_no_punctuation_lower_a_flag(serious, before, after, one, other):
    tier, text = serious

    flag = find_red_flags(f"{before} {one}{text}{other} {after}")

    assert flag is not None
    assert GRAVITY[flag.tier] <= GRAVITY[tier]


@given(st.sampled_from(SERIOUS), st.text(max_size=40), st.text(max_size=40))
def test_any_text_around_a_flag_leaves_a_person_to_read_it(serious, before, after):
    assert find_red_flags(f"{before} {serious[1]} {after}") is not None


@given(
    st.sampled_from(SERIOUS),
    st.lists(st.sampled_from(sorted(NEGATORS)), min_size=1, max_size=3).map(" ".join),
)
def test_a_negation_in_front_never_makes_a_flag_vanish(serious, negation):
    assert find_red_flags(f"{negation} {serious[1]}") is not None


@given(st.sampled_from(SERIOUS), st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_case_changes_nothing(serious, change):
    tier, text = serious

    flag = find_red_flags(change(text))

    assert flag is not None
    assert flag.tier is tier


@given(st.sampled_from(SERIOUS), st.data())
def test_full_width_letters_and_drawn_out_letters_change_nothing(serious, data):
    tier, text = serious
    wide = "".join(chr(ord(ch) + 0xFEE0) if "!" <= ch <= "~" else ch for ch in text)
    letters = [i for i, ch in enumerate(text) if ch.isalpha()]
    assume(letters)
    i = data.draw(st.sampled_from(letters))
    drawn = text[:i] + text[i] * 4 + text[i + 1 :]

    assert find_red_flags(wide).tier is tier
    assert find_red_flags(drawn) is not None


@given(st.text(max_size=300))
def test_no_text_makes_the_search_fail(text):
    flag = find_red_flags(text)

    assert flag is None or flag.pattern_ids


points = st.integers(0, 10)
any_scores = st.builds(Scores, points, points, points)


@pytest.mark.parametrize(
    ("now", "baseline", "previous_worse", "tier"),
    [
        (Scores(4, 5, 5), Scores(1, 5, 5), False, Tier.AMBER),
        (Scores(3, 5, 5), Scores(1, 5, 5), False, None),
        (Scores(8, 5, 5), Scores(6, 5, 5), False, Tier.AMBER),
        (Scores(8, 5, 5), Scores(7, 5, 5), False, None),
        (Scores(7, 5, 5), Scores(5, 5, 5), False, None),
        (Scores(10, 5, 5), Scores(9, 5, 5), False, None),
        (Scores(10, 5, 5), Scores(10, 5, 5), False, None),
        (Scores(2, 5, 5), Scores(1, 5, 5), True, Tier.AMBER),
        (Scores(1, 6, 5), Scores(1, 5, 5), True, Tier.AMBER),
        (Scores(1, 5, 6), Scores(1, 5, 5), True, Tier.AMBER),
        (Scores(1, 5, 5), Scores(1, 5, 5), True, None),
        (Scores(0, 4, 4), Scores(1, 5, 5), True, None),
        (Scores(1, 9, 9), Scores(1, 5, 5), False, None),
        (Scores(8, 5, 5), None, False, Tier.REVIEW),
        (Scores(10, 5, 5), None, True, Tier.REVIEW),
        (Scores(7, 10, 10), None, False, None),
    ],
)
def test_scores_are_judged_against_the_patients_own_baseline(now, baseline, previous_worse, tier):
    assert flag_for_scores(now, baseline, previous_worse) is tier


@given(any_scores, any_scores, st.booleans())
def test_more_pain_never_lowers_what_scores_raise(now, baseline, previous_worse):
    assume(now.pain < 10)
    more = Scores(now.pain + 1, now.tiredness, now.stiffness)

    if flag_for_scores(now, baseline, previous_worse) is not None:
        assert flag_for_scores(more, baseline, previous_worse) is not None
