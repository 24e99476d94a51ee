import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.checkin import Scores
from booking.domain.reply import (
    Changed,
    Confirm,
    HelpAsked,
    Move,
    OptIn,
    OptOut,
    Other,
    Reading,
    Scored,
    Unchanged,
    Unclear,
    UnclearReason,
    free_text,
    read_reply,
)

TYPICAL = Scores(4, 6, 3)


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        "Stop.",
        "STOP!!!",
        " stop \n",
        "“STOP”",
        "ＳＴＯＰ",
        "stooooop",
        "stopp",
        "Stop please",
        "please stop",
        "Please STOP now",
        "pls stop",
        "ok stop",
        "stop thanks",
        "Hi, please stop",
        "Stop it",
        "stop this",
        "stop texting me",
        "Stop texting",
        "stop messaging me please",
        "stop sending me these texts",
        "stop sending messages",
        "STOP ALL MESSAGES",
        "stop all",
        "stopall",
        "STOP ALL",
        "can you stop texting me",
        "Could you please stop",
        "I want to stop these texts",
        "I would like to stop",
        "Stop bothering me",
        "STOP I don't want these anymore",
        "stop, I am in pain",
        "STOP. My pain is worse",
        "My shoulder is better. Stop.",
        "4 6 3. STOP",
        "4 6 3 stop",
        "stop 4 6 3",
        "4 6 3\nSTOP",
        "pain 4 tired 6 stiff 3 stop please",
        "UNSUBSCRIBE",
        "unsubscribe me",
        "Please unsubscribe me from this",
        "how do I unsubscribe",
        "cancel",
        "Cancel.",
        "CANCEL please",
        "cancel texts",
        "END",
        "end please",
        "Quit",
        "quit texting me",
        "Revoke",
        "I revoke consent",
        "I withdraw my consent",
        "OPTOUT",
        "opt out",
        "Opt-out",
        "opt me out please",
        "I am opting out",
        "don't text me",
        "Do not text me anymore",
        "dont message me again",
        "no more texts",
        "no more messages please",
        "take me off your list",
        "remove me",
        "remove my number from your system",
        "leave me alone",
        "ALTO",
        "alto por favor",
        "¡Alto!",
        "PARAR",
        "parar gracias",
        "BAJA",
        "baja",
        "dame de baja",
        "quiero darme de baja",
        "denme de baja por favor",
        "CANCELAR",
        "cancelar mensajes",
        "no más mensajes",
        "no quiero más mensajes",
        "no quiero recibir mensajes",
        "no me envíen más mensajes",
        "No me escriban",
        "dejen de escribirme",
        "Dejen de enviar textos",
        "retiro mi consentimiento",
    ],
)
def test_an_opt_out_is_honoured_however_it_is_said(text):
    assert isinstance(read_reply(text), OptOut)


@pytest.mark.parametrize(
    "text",
    [
        "the pain won't stop",
        "The pain wont stop",
        "the cramps don't stop",
        "my hands never stop hurting",
        "it hurts non stop",
        "nonstop pain",
        "non-stop headaches",
        "I can't stop shaking",
        "Stop the pain",
        "stop by at 3?",
        "Can I stop by tomorrow",
        "should I stop taking prednisone",
        "stop taking my pills?",
        "please don't stop texting me",
        "Don't stop",
        "do not stop the messages",
        "I don't want to opt out",
        "do not unsubscribe me",
        "pain 4 tired 6 stiff 3 and the pain won't stop",
        "4 6 3 the pain would not stop all night",
        "the swelling stopped",
        "it stopped hurting",
        "bus stop",
        "cancel my appointment",
        "Can we cancel Tuesday?",
        "I need to cancel my session",
        "I want it all to end",
        "at the end of the day",
        "weekend was good",
        "I quit my job",
        "alto dolor hoy",
        "tengo el azúcar alto",
        "presión baja",
        "la fiebre baja",
        "el dolor no para",
        "cancelar mi cita",
        "quiero cancelar la sesión",
    ],
)
def test_a_word_like_stop_inside_a_sentence_is_no_opt_out(text):
    assert not isinstance(read_reply(text), OptOut)


def test_what_else_was_said_with_an_opt_out_is_kept_for_a_person():
    assert free_text(read_reply("STOP. My pain is worse")) == "pain is worse"
    assert free_text(read_reply("stop please")) == ""
    assert free_text(read_reply("Please don't text me anymore, thanks")) == ""
    assert free_text(read_reply("dame de baja por favor")) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("START", OptIn("start")),
        ("start please", OptIn("start")),
        ("Start texting me again", OptIn("start")),
        ("UNSTOP", OptIn("unstop")),
        ("Yes", OptIn("yes")),
        ("yes please", OptIn("yes")),
        ("COMENZAR", OptIn("comenzar")),
        ("HELP", HelpAsked()),
        ("help!", HelpAsked()),
        ("Help me please", HelpAsked()),
        ("I need help", HelpAsked()),
        ("info", HelpAsked()),
        ("AYUDA", HelpAsked()),
        ("ayuda por favor", HelpAsked()),
        ("Información", HelpAsked()),
        ("C", Confirm()),
        ("c", Confirm()),
        (" c. ", Confirm()),
        ("(C)", Confirm()),
        ("C thanks!", Confirm()),
        ("ok c", Confirm()),
        ("Yes, C", Confirm()),
        ("Ｃ", Confirm()),
        ("confirm", Confirm()),
        ("Confirmed", Confirm()),
        ("Sí, confirmo", Confirm()),
        ("R", Move()),
        ("r please", Move()),
        ("Reschedule", Move()),
        ("reprogramar por favor", Move()),
        ("N", Unchanged()),
        ("n thank you", Unchanged()),
        ("Nothing changed", Unchanged()),
        ("sin cambios", Unchanged()),
        ("H", Changed()),
        ("h.", Changed()),
        ("My health has changed", Changed()),
        ("mi salud cambió", Changed()),
    ],
)
def test_single_words_and_letters_are_read(text, expected):
    assert read_reply(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "???",
        "👍",
        "ok",
        "thanks",
        "no",
        "C R",
        "c u there",
        "help with booking please",
        "help I can't breathe",
        "yes but later",
        "start of the week was bad",
        "I'm late",
        "Can I come at 5?",
        "see you at 5",
        "it is on 4 May",
        "my number is 212 555 0134",
        "2125550134",
        "call +1 212-555-0134",
        "3/5/2026",
        "2026-03-05",
        "is 14:30 ok",
        "3:30 4 6",
        "can we do 3pm",
        "pain started 2 days ago",
        "I slept 4 hours, took 2 pills at 8",
        "4 6 3 hours",
        "took 5mg then 10mg then 5mg",
        "room 463",
        "it costs $4 6 3",
        "nobody told me, no one called",
        "tengo una pregunta",
        "me duele la espalda",
        "gracias por todo",
        "call 911",
    ],
)
def test_everything_else_goes_to_a_person_word_for_word(text):
    assert read_reply(text) == Other(text.strip())
    assert free_text(read_reply(text)) == text.strip()


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


@given(st.text(max_size=200))
def test_no_text_makes_reading_fail(text):
    assert isinstance(read_reply(text), Reading)
    assert isinstance(free_text(read_reply(text)), str)


pieces = st.lists(
    st.sampled_from(
        [
            *["4", "6", "3", "10", "11", "463", "4.5", "-2", "/", ",", ".", "-", "~", "½", "⓵"],
            *["pain", "tired", "stiff", "dolor", "p", "t", "s", "four", "seis", "half", "hours"],
            *["out of 10", "/10", "stop", "yes", "help", "c", "and", "my", "knee", "4️⃣", "🔟"],
        ]
    ),
    max_size=12,
)


@given(pieces, st.sampled_from(["", " "]))
def test_no_mixture_of_known_words_makes_reading_fail(parts, between):
    assert isinstance(read_reply(between.join(parts)), Reading)


opt_outs = st.sampled_from(
    ["stop", "STOP", "Stop all", "unsubscribe", "stop texting me", "opt out", "no más mensajes"]
)
punctuation = st.text(alphabet=" .!?,\n", max_size=4)
beside = st.sampled_from(
    ["", "4 6 3", "C", "yes", "help", "pain 4 tired 6 stiff 3", "my knee hurts", "gracias"]
)


@given(opt_outs, beside, st.booleans(), punctuation, punctuation)
def test_an_opt_out_in_a_sentence_of_its_own_wins_over_all_else(out, other, first, end, start):
    text = f"{out}. {other}" if first else f"{other}. {out}"

    assert isinstance(read_reply(start + text + end), OptOut)


@given(points, points, points)
def test_digits_run_together_are_never_taken_as_scores(a, b, c):
    assert not isinstance(read_reply(f"{a}{b}{c}"), Scored)
