import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from booking.domain.checkin import Scores
from booking.domain.plain_text import plain
from booking.domain.redflag_negation import NEGATORS
from booking.domain.redflags import PATTERNS, Tier, find_red_flags, flag_for_scores

CRISIS_TEXTS = [
    "suicide",
    "I feel suicidal",
    "thinking about sucide",
    "i am suicidle",
    "I want to kill myself",
    "killing myself",
    "im going to kil myself",
    "I could kill my self",
    "I want to end my life",
    "ending my life",
    "I will take my own life",
    "I want to end it all",
    "I don't want to live",
    "i dont want to live anymore",
    "I do not want to live",
    "I no longer want to live",
    "don't wanna be alive",
    "I don't want to be here anymore",
    "I want to die",
    "i just wanna die",
    "this pain makes me want to die",
    "I wish I was dead",
    "I'd rather be dead",
    "better off dead",
    "they would be better off without me",
    "no reason to live",
    "I see no point in living",
    "life is not worth living",
    "I want to hurt myself",
    "I might harm myself",
    "self-harm",
    "selfharm again",
    "I can't go on like this",
    "no i dont want to live",
    "4 6 3 I want to die",
    "suicidio",
    "pienso en suicidarme",
    "pienso en el suisidio",
    "quiero matarme",
    "me quiero matar",
    "me voy a matar",
    "quiero quitarme la vida",
    "no quiero vivir",
    "No quiero vivir más",
    "ya no quiero vivir así",
    "no quiero bibir",
    "no tengo ganas de vivir",
    "sin ganas de vivir",
    "quiero morir",
    "me quiero morir",
    "quiero morirme",
    "prefiero morir",
    "estaría mejor muerta",
    "quiero acabar con mi vida",
    "voy a acabar con todo",
    "quiero hacerme daño",
    "voy a cortarme las venas",
    "no vale la pena vivir",
    "no quiero seguir viviendo",
]
RED_TEXTS = [
    "chest pain",
    "CHEST PAIN!!!",
    "I have chest pain",
    "chest pians",
    "chset pain",
    "ches pain",
    "chestpain since noon",
    "chest-pain",
    "pain in my chest",
    "my chest hurts",
    "My chest really hurts",
    "tightness in my chest",
    "chest is tight",
    "pressure in the chest",
    "my chest feels heavy",
    "crushing chest",
    "pain 4 tired 6 stiff 3 and chest pain",
    "4 6 3 chest hurts",
    "No, my chest hurts",
    "no i have chest pain",
    "no my chest hurts",
    "I can't breathe",
    "i cant breathe",
    "I can’t breath",
    "cannot breathe",
    "can not breathe",
    "cant brethe",
    "cant breathe well",
    "I couldn't breathe last night",
    "no i cant breathe",
    "trouble breathing",
    "difficulty breathing",
    "having a hard time breathing, hard to breathe",
    "hard to breathe",
    "breathing is difficult",
    "short of breath",
    "shortness of breath",
    "shortness of breathe",
    "breathless",
    "can't catch my breath",
    "barely breathing",
    "my throat is closing",
    "tongue swelling",
    "one leg is swollen",
    "my leg is swolen",
    "swollen leg",
    "swelling in my left calf",
    "leg swelled up",
    "my calf is swollen and warm",
    "my legs swollen",
    "left leg feels warm",
    "hot leg",
    "I think I'm having a stroke",
    "mini stroke",
    "signs of stroke symptoms",
    "heart attack",
    "heart atack",
    "my face is drooping",
    "one side of face droops, face droop",
    "slurred speech",
    "cant speak properly",
    "my left side is numb",
    "sudden weakness",
    "new weakness in my hand",
    "I can't move my arm",
    "can't feel my leg",
    "suddenly confused",
    "I feel confused",
    "lost my vision",
    "worst headache of my life",
    "had a seizure",
    "I fainted",
    "i faintd twice, fainted",
    "keep fainting",
    "passed out",
    "I blacked out",
    "collapsed at home",
    "lost consciousness",
    "heavy bleeding",
    "bleeding heavily",
    "bleeding a lot",
    "the bleeding won't stop",
    "bleeding wont stop",
    "can't stop the bleeding",
    "coughing up blood",
    "vomiting blood",
    "blood everywhere",
    "call an ambulance",
    "called 911",
    "911",
    "dolor de pecho",
    "Dolor en el pecho",
    "dolor de pehco",
    "dolor d pecho",
    "me duele el pecho",
    "me duele mucho el pecho",
    "presión en el pecho",
    "opresión de pecho",
    "no puedo respirar",
    "no puedo respirar bien",
    "no puedo respira",
    "No consigo respirar",
    "me cuesta respirar",
    "dificultad para respirar",
    "me falta el aire",
    "falta de aire",
    "me ahogo",
    "sin aliento",
    "me quedo sin aire",
    "pierna hinchada",
    "la pierna esta hinchada",
    "tengo una pierna inchada",
    "se me hinchó la pierna",
    "pierna inflamada",
    "hinchazón en la pierna",
    "pantorrilla hinchada",
    "la pierna está caliente",
    "derrame cerebral",
    "un ictus",
    "ataque al corazón",
    "infarto",
    "cara caída",
    "la boca torcida",
    "media cara dormida",
    "lado izquierdo dormido",
    "debilidad repentina",
    "no puedo hablar bien",
    "no puedo mover el brazo",
    "no siento la pierna",
    "me siento confundida",
    "perdí la vista",
    "me desmayé",
    "me desmalle ayer",
    "un desmayo",
    "perdí el conocimiento",
    "mucha sangre",
    "sangrado abundante",
    "no para de sangrar",
    "hemorragia",
    "emorragia",
    "tos con sangre",
    "una ambulancia por favor",
    "sin fiebre, pero me duele el pecho",
]
AMBER_TEXTS = [
    "fever",
    "I have a fever",
    "feaver",
    "fevr since monday",
    "feverish",
    "running a temperature",
    "I have a temp",
    "temperature of 39",
    "my temp is 102",
    "new rash",
    "a rash on my arms",
    "rahs",
    "hives",
    "bruises everywhere",
    "brusies on my legs, bruise",
    "I bruised",
    "big bruse",
    "black and blue",
    "an open wound",
    "the wound is red",
    "wounds on my foot",
    "open sore",
    "my skin tore",
    "an ulcer",
    "my gums are bleeding",
    "fiebre",
    "tengo fiebre",
    "tengo fievre",
    "fieber",
    "calentura",
    "tengo temperatura",
    "sarpullido",
    "salpullido nuevo",
    "una erupción",
    "ronchas",
    "manchas rojas en la piel",
    "moretones",
    "un moretón",
    "hematoma",
    "una herida",
    "una erida",
    "llagas en la boca",
    "sangrado de encias",
    "4 6 3 tengo fiebre",
]
REVIEW_TEXTS = ["dizzy", "swollen hands", "much worse today", "hospital", "mareada", "peor"]
NEGATED_TEXTS = [
    "no chest pain",
    "No chest pain!",
    "not chest pain",
    "I have no chest pain",
    "I don't have chest pain",
    "I do not have any chest pain",
    "I haven't had any chest pain",
    "without chest pain",
    "never chest pain",
    "no more chest pain",
    "no pain in my chest",
    "my chest does not hurt",
    "my chest doesn't hurt",
    "my leg is not swollen",
    "my leg isn't swollen",
    "no swelling in my leg",
    "no fever or chest pain",
    "no chest pain or chest tightness",
    "no fever, no rash",
    "no fever",
    "I do not have a fever",
    "no new rash",
    "no shortness of breath",
    "no trouble breathing",
    "not suicidal",
    "I don't want to die",
    "no bruises",
    "I have not fainted",
    "no tengo fiebre",
    "no tengo dolor de pecho",
    "no me duele el pecho",
    "ya no me duele el pecho",
    "sin fiebre",
    "sin fiebre ni dolor de pecho",
    "sin dolor en el pecho",
    "no hay fiebre",
    "nunca he tenido dolor de pecho",
    "no quiero morir",
    "no tengo moretones",
    "ningún sangrado",
]
DENIED_IN_VAIN = [
    "not only chest pain",
    "no doubt it is chest pain",
    "not sure if it is chest pain",
    "no idea why I have chest pain",
    "not getting better, chest pain",
    "not getting better chest pain",
    "no. chest pain",
    "no, chest pain",
    "no\nchest pain",
    "no fever, chest pain",
    "no fever chest pain",
    "I never had chest pain like this",
    "nunca tuve dolor de pecho así",
    "not a day without chest pain",
    "no chest pain yesterday but now I do",
    "no chest pain before but now yes",
    "no chest pain until now",
    "ayer no dolor de pecho pero ahora si",
    "I don't think so, chest pain",
    "don't worry but chest pain",
    "no sé, dolor de pecho",
    "no pain in my chest, tightness in my chest",
]
CALM_TEXTS = [
    "",
    "   ",
    "4 6 3",
    "C",
    "thanks",
    "killing my back",
    "my back is killing me",
    "my knees are killing me today",
    "I could kill for a coffee",
    "see you in the end",
    "at the end of the day",
    "long strokes felt great",
    "nice firm strokes",
    "it was a stroke of genius",
    "never felt better",
    "I feel fewer aches",
    "would you have time",
    "the smell was nice",
    "confused about the time of my appointment",
    "I can't talk right now",
    "no puedo hablar ahora",
    "he dormido de lado",
    "warm towel on my back",
    "the hot stones were lovely",
    "room temperature was nice",
    "I wound up sleeping late",
    "went on hikes",
    "treasure chest of tips",
    "my neck hurts",
    "leg massage was great",
    "legs feel lighter",
    "deep breaths helped",
    "breathing exercises were nice",
    "in a rush",
    "gracias por todo",
    "me duele la espalda",
    "me duele la rodilla derecha",
    "he mirado el calendario",
    "la llamada llega tarde",
    "quiero vivir cerca",
    "estoy cansada",
    "no puedo ir mañana",
    "mi derecho a cancelar",
    "me siento mejor",
    "hasta mañana",
    "I want to move my appointment",
    "i live nearby",
    "not able to come on Monday",
]


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
            assert plain(word) == word
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
