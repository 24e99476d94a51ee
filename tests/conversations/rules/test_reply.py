import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.conversations.rules.reply import (
    Agree,
    Changed,
    Confirm,
    HelpAsked,
    MoveRequest,
    OptInRequest,
    OptOutRequest,
    Other,
    Reading,
    Unchanged,
    free_text,
    read_reply,
)


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        "Stop.",
        "STOP!!!",
        "“STOP”",
        "ＳＴＯＰ",
        "stooooop",
        "stopp",
        "Stop please",
        "please stop",
        "pls stop",
        "Reply STOP",
        "unsub",
        "stop thanks",
        "Hi, please stop",
        "Stop it",
        "stop this",
        "stop texting me",
        "Stop texting",
        "stop messaging me please",
        "stop sending me these texts",
        "stop sending messages",
        "Stop the reminders but keep the appointment",
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
        "4 6 3\nSTOP",
        "pain 4 tired 6 stiff 3 stop please",
        "UNSUBSCRIBE",
        "unsubscribe me",
        "Please unsubscribe me from this",
        "how do I unsubscribe",
        "cancel",
        "CANCEL please",
        "cancel texts",
        "END",
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
        "para",
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
    assert isinstance(read_reply(text), OptOutRequest)


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
        "remove me from the waiting list",
        "take me off the waitlist please",
        "cancel my appointment",
        "Can we cancel Tuesday?",
        "I need to cancel my session",
        "I want it all to end",
        "at the end of the day",
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
    assert not isinstance(read_reply(text), OptOutRequest)


def test_what_else_was_said_with_an_opt_out_is_kept_for_a_person():
    assert free_text(read_reply("STOP. My pain is worse")) == "pain is worse"
    assert free_text(read_reply("4 6 3 STOP")) == "4 6 3"
    assert free_text(read_reply("stop please")) == ""
    assert free_text(read_reply("Please don't text me anymore, thanks")) == ""
    assert free_text(read_reply("dame de baja por favor")) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("START", OptInRequest("start")),
        ("start please", OptInRequest("start")),
        ("Start texting me again", OptInRequest("start")),
        ("UNSTOP", OptInRequest("unstop")),
        ("Yes", OptInRequest("yes")),
        ("yes please", OptInRequest("yes")),
        ("COMENZAR", OptInRequest("comenzar")),
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
        ("C?", Other("C?")),
        ("ok", Agree()),
        ("👍", Agree()),
        ("R", MoveRequest()),
        ("r please", MoveRequest()),
        ("Reschedule", MoveRequest()),
        ("reprogramar por favor", MoveRequest()),
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
        "thanks",
        "no",
        "C R",
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

    assert isinstance(read_reply(start + text + end), OptOutRequest)
