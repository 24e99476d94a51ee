import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.checkins.rules.scores import Scores
from booking.conversations.rules.reply import Scored, Unclear, UnclearReason, free_text, read_reply

TYPICAL = Scores(4, 6, 3)


@pytest.mark.parametrize(
    "text",
    [
        "4 6 3",
        " 4  6  3 ",
        "4,6,3",
        "4, 6, 3",
        "4/6/3",
        "4 / 6 / 3",
        "4-6-3",
        "4 - 6 - 3",
        "4–6–3",
        "4.6.3",
        "4. 6. 3.",
        "4;6;3",
        "4|6|3",
        "4\n6\n3",
        "- 4\n- 6\n- 3",
        "(4, 6, 3)",
        "4 and 6 and 3",
        "4, 6 and 3",
        "4 6 & 3",
        "04 06 03",
        "４ ６ ３",
        "４，６，３",
        "٤ ٦ ٣",
        "④ ⑥ ③",
        "④⑥③",
        "4️⃣6️⃣3️⃣",
        "4️⃣ 6️⃣ 3️⃣",
        "4\u20e36\u20e33\u20e3",
        "4\u00a06\u00a03",
        "4\u200b 6\u200b 3",
        "four six three",
        "Four, six, three.",
        "FOUR SIX THREE",
        "four-six-three",
        "four 6 three",
        "fuor six thre",
        "4 out of 10, 6 out of 10, 3 out of 10",
        "4 out of 10, 6/10, 3/10",
        "4/10 6/10 3/10",
        "4/10, 6/10, 3/10",
        "4 / 10, 6 / 10, 3 / 10",
        "4 6 3 out of 10",
        "four, six and three out of ten",
        "4 6 3/10",
        "pain 4 tired 6 stiff 3",
        "Pain 4, Tired 6, Stiff 3",
        "pain: 4\ntired: 6\nstiff: 3",
        "pain=4 tired=6 stiff=3",
        "pain-4 tired-6 stiff-3",
        "pain4 tired6 stiff3",
        "Pain is 4, tiredness is 6, stiffness is 3",
        "my pain is about a 4 today and I'm tired like a 6, stiffness 3",
        "pain level 4 fatigue level 6 stiffness level 3",
        "stiff 3 pain 4 tired 6",
        "tired 6 stiff 3 pain 4",
        "stiffness 3, tiredness 6, pain 4",
        "4 pain 6 tired 3 stiff",
        "4 for pain, 6 for tired and 3 for stiffness",
        "3 stiff, 4 pain, 6 tired",
        "pain 4/10 tired 6/10 stiff 3/10",
        "pain 4 out of 10 tired 6 out of 10 stiff 3 out of 10",
        "pain four tired six stiff three",
        "pian 4 tierd 6 stif 3",
        "pain 4 fatige 6 stifness 3",
        "pain, tired, stiff: 4 6 3",
        "stiff pain tired 3 4 6",
        "4 6 3 pain tired stiff",
        "P4 T6 S3",
        "p 4 t 6 s 3",
        "P4, F6, S3",
        "hi 4 6 3",
        "Today: 4 6 3",
        "My numbers are 4 6 3",
        "I'm 4 6 3 today",
        "It's 4, 6, 3",
        "ok 4 6 3",
        "cuatro seis tres",
        "Cuatro, seis, tres",
        "cuatro seis y tres",
        "4 6 y 3",
        "dolor 4 cansancio 6 rigidez 3",
        "Dolor: 4, cansancio: 6, rigidez: 3",
        "rigidez 3 dolor 4 cansancio 6",
        "dolor cuatro cansancio seis rigidez tres",
        "4 de dolor, 6 de cansancio y 3 de rigidez",
        "dolor 4 fatiga 6 rigides 3",
        "dolor 4 cansansio 6 rijidez 3",
        "4 de 10, 6 de 10, 3 de 10",
        "4 sobre 10, 6 sobre 10, 3 sobre 10",
        "D4 C6 R3",
        "Hola, hoy 4 6 3",
        "Buenos días: 4 6 3",
        "mi dolor es 4, cansancio 6 y rigidez 3",
        "tengo dolor 4, cansada 6, tiesa 3",
    ],
)
def test_scores_are_read_however_they_are_typed(text):
    reading = read_reply(text)

    assert isinstance(reading, Scored)
    assert reading.scores == TYPICAL
    assert free_text(reading) in {"", "today"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 10 10", Scores(10, 10, 10)),
        ("10/10/10", Scores(10, 10, 10)),
        ("10/10 10/10 10/10", Scores(10, 10, 10)),
        ("10 out of 10, 10 out of 10, 10 out of 10", Scores(10, 10, 10)),
        ("🔟 🔟 🔟", Scores(10, 10, 10)),
        ("🔟0️⃣🔟", Scores(10, 0, 10)),
        ("ten ten ten", Scores(10, 10, 10)),
        ("diez diez diez", Scores(10, 10, 10)),
        ("0 0 0", Scores(0, 0, 0)),
        ("zero zero zero", Scores(0, 0, 0)),
        ("cero cero cero", Scores(0, 0, 0)),
        ("4/10/3", Scores(4, 10, 3)),
        ("0, 10, 0", Scores(0, 10, 0)),
        ("uno dos tres", Scores(1, 2, 3)),
        ("one two three", Scores(1, 2, 3)),
        ("7 8 9", Scores(7, 8, 9)),
        ("nueve ocho siete", Scores(9, 8, 7)),
        ("siete, cinco y ocho", Scores(7, 5, 8)),
    ],
)
def test_the_ends_of_the_scale_are_read(text, expected):
    assert read_reply(text) == Scored(expected)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("4 6 3 thanks", ""),
        ("4 6 3 thank you so much", "so much"),
        ("4 6 3 my knee hurts", "my knee hurts"),
        ("4/10 6/10 3/10 better today", "better today"),
        ("4 6 3 😭", ""),
        ("pain 4 tired 6 stiff 3, slept badly", "slept badly"),
        ("4 6 3 mejor que ayer", "mejor que ayer"),
        ("4 6 3. I have a rash", "i have a rash"),
    ],
)
def test_words_beside_the_scores_are_kept_for_a_person(text, rest):
    reading = read_reply(text)

    assert isinstance(reading, Scored)
    assert reading.scores == TYPICAL
    assert free_text(reading) == rest


@pytest.mark.parametrize(
    ("text", "reason", "guess"),
    [
        ("463", UnclearReason.GLUED, TYPICAL),
        ("463 thanks", UnclearReason.GLUED, TYPICAL),
        ("46 3", UnclearReason.GLUED, TYPICAL),
        ("4 63", UnclearReason.GLUED, TYPICAL),
        ("000", UnclearReason.GLUED, Scores(0, 0, 0)),
        ("11 3 2", UnclearReason.OUT_OF_RANGE, None),
        ("4 6 30", UnclearReason.OUT_OF_RANGE, None),
        ("40 60 30", UnclearReason.OUT_OF_RANGE, None),
        ("pain 4 tired 60 stiff 3", UnclearReason.OUT_OF_RANGE, None),
        ("4/6/26", UnclearReason.OUT_OF_RANGE, None),
        ("101010", UnclearReason.OUT_OF_RANGE, None),
        ("4 6", UnclearReason.TOO_FEW, None),
        ("4", UnclearReason.TOO_FEW, None),
        ("7!", UnclearReason.TOO_FEW, None),
        ("seven", UnclearReason.TOO_FEW, None),
        ("4 and 6", UnclearReason.TOO_FEW, None),
        ("dolor 4", UnclearReason.TOO_FEW, None),
        ("my pain is 7", UnclearReason.TOO_FEW, None),
        ("pain 4 tired 6", UnclearReason.TOO_FEW, None),
        ("pain 4, stiff and tired 6", UnclearReason.TOO_FEW, None),
        ("4 6 3 2", UnclearReason.TOO_MANY, None),
        ("4 6 3 10", UnclearReason.TOO_MANY, None),
        ("4 6 3 or 4 6 4", UnclearReason.TOO_MANY, None),
        ("pain 4 tired 6 stiff 3 sleep 5", UnclearReason.TOO_MANY, TYPICAL),
        ("4.5 6 3", UnclearReason.INEXACT, None),
        ("4,5 6 3", UnclearReason.INEXACT, None),
        ("4.5 6.5 3.5", UnclearReason.INEXACT, None),
        ("4,6 3", UnclearReason.INEXACT, None),
        ("pain 4 tired 6 stiff 3.5", UnclearReason.INEXACT, None),
        ("4-5 6 3", UnclearReason.INEXACT, None),
        ("4-6 3", UnclearReason.INEXACT, None),
        ("4/6 3", UnclearReason.INEXACT, None),
        ("pain 4-5, tired 6, stiff 3", UnclearReason.INEXACT, None),
        ("-4 6 3", UnclearReason.INEXACT, TYPICAL),
        ("pain -4 tired -6 stiff -3", UnclearReason.INEXACT, TYPICAL),
        ("4½ 6 3", UnclearReason.INEXACT, TYPICAL),
        ("4 and a half, 6, 3", UnclearReason.INEXACT, TYPICAL),
        ("4 y medio, 6, 3", UnclearReason.INEXACT, TYPICAL),
        ("four point five", UnclearReason.INEXACT, None),
        ("40% 6 3", UnclearReason.INEXACT, None),
        ("4 to 6 3", UnclearReason.IN_A_SENTENCE, TYPICAL),
        ("4 or 6, 3", UnclearReason.IN_A_SENTENCE, TYPICAL),
        ("pain 4 6 3", UnclearReason.IN_A_SENTENCE, TYPICAL),
        ("pain 4 pain 6 pain 3", UnclearReason.IN_A_SENTENCE, None),
        ("C 4 6 3", UnclearReason.IN_A_SENTENCE, TYPICAL),
        ("I had 4 of 6 and then 3", UnclearReason.IN_A_SENTENCE, TYPICAL),
        ("pain 4 or 5, tired 6, stiff", UnclearReason.IN_A_SENTENCE, None),
        (
            "pain went to 4 then tired since breakfast 6 stiff mostly 3",
            UnclearReason.IN_A_SENTENCE,
            TYPICAL,
        ),
    ],
)
def test_what_is_not_clear_is_asked_never_stored(text, reason, guess):
    reading = read_reply(text)

    assert isinstance(reading, Unclear)
    assert (reading.reason, reading.guess) == (reason, guess)


def test_words_beside_unclear_numbers_are_kept_for_a_person():
    assert free_text(read_reply("my pain is 7 and my doctor is away")) == "doctor away"
    assert free_text(read_reply("463")) == ""


points = st.integers(0, 10)
EN = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
ES = ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez"]
FORMATS = {
    "spaces": lambda a, b, c: f"{a} {b} {c}",
    "commas": lambda a, b, c: f"{a},{b},{c}",
    "commas and spaces": lambda a, b, c: f"{a}, {b}, {c}",
    "slashes": lambda a, b, c: f"{a}/{b}/{c}",
    "dashes": lambda a, b, c: f"{a}-{b}-{c}",
    "dots": lambda a, b, c: f"{a}.{b}.{c}",
    "lines": lambda a, b, c: f"{a}\n{b}\n{c}",
    "out of ten": lambda a, b, c: f"{a} out of 10, {b}/10, {c} of 10",
    "named": lambda a, b, c: f"pain {a} tired {b} stiff {c}",
    "named in another order": lambda a, b, c: f"Stiffness: {c}; pain: {a}; fatigue: {b}",
    "names after": lambda a, b, c: f"{a} pain {b} tired {c} stiff",
    "spanish names": lambda a, b, c: f"dolor {a} cansancio {b} rigidez {c}",
    "letters": lambda a, b, c: f"P{a} T{b} S{c}",
    "english words": lambda a, b, c: f"{EN[a]} {EN[b]} {EN[c]}",
    "spanish words": lambda a, b, c: f"{ES[a]} {ES[b]} y {ES[c]}",
    "keycaps": lambda a, b, c: " ".join(keycap(n) for n in (a, b, c)),
    "full width": lambda a, b, c: " ".join(full_width(n) for n in (a, b, c)),
}


def keycap(number):
    return "🔟" if number == 10 else f"{number}\ufe0f\u20e3"


def full_width(number):
    return "".join(chr(ord("０") + int(digit)) for digit in str(number))


@pytest.mark.parametrize("form", FORMATS.values(), ids=list(FORMATS))
@given(a=points, b=points, c=points, case=st.sampled_from([str, str.upper, str.title]))
def test_scores_survive_every_way_of_writing_them(form, a, b, c, case):
    assert read_reply(case(form(a, b, c))) == Scored(Scores(a, b, c))


@given(points, points, points)
def test_digits_run_together_are_never_taken_as_scores(a, b, c):
    assert not isinstance(read_reply(f"{a}{b}{c}"), Scored)
