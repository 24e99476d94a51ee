"""The words replies are read by, English and Spanish, as they stand after `plain_text.plain`.

No rule stands here, only vocabulary: adding a word here is enough.
"""

from typing import Final


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a text, each once."""
    return frozenset(text.split())


# Carriers and the law know these; `parar` and the like are ours to honour. A strong word
# means one thing wherever a sentence begins with it; the others also mean something else
# ("alto" is high, "cancel my session"), so they count only where nothing else is said.
OPT_OUT_STRONG: Final = vocabulary(
    "stop stopall unsubscribe unsubscribed optout stp stopp sotp stpo ctop stahp stawp unsub "
    "unsuscribe unsubcribe desuscribir desuscribirme"
)
OPT_OUT_ALONE: Final = OPT_OUT_STRONG | vocabulary(
    "cancel end quit revoke cancell alto para parar pare paren baja cancelar detener revocar revoco"
)
OPT_IN: Final = vocabulary("start unstop yes iniciar comenzar empezar reanudar")
HELP: Final = vocabulary("help info ayuda informacion ayudame hlep")

# Of all these, the words that only somebody who writes Spanish uses.
SPANISH: Final = vocabulary(
    "desuscribir desuscribirme alto para parar pare paren baja cancelar detener revocar revoco "
    "iniciar comenzar empezar reanudar ayuda informacion ayudame mensajes mensaje textos texto "
    "recordatorios"
)

# Said around a word without changing it.
COURTESY: Final = vocabulary(
    "please pls plz plis thanks thank thanx thx ty you u now ok okay k hi hello hey sorry dear "
    "team sir madam por favor porfavor porfa gracias ya hola saludos muchas "
    "immediately"
)
# What may be stopped: words for the texts themselves.
TEXTS: Final = vocabulary(
    "text texts texting txt txts txting message messages messaging msg msgs sms sending send "
    "contacting notifications reminders mensaje mensajes texto textos enviar enviarme mandar "
    "mandarme escribir escribirme recordatorios"
)
# Small words around "stop" that leave its meaning alone.
SMALL: Final = vocabulary(
    "i me my we us to the a all these this those it them any more anymore from your want wanna "
    "need wish would like can could just must do everything here again reply de los las el la "
    "estos estas me mi quiero deseo necesito mas un una"
)
# After "stop" these make it a sentence about something else.
STOP_OTHER: Final = vocabulary(
    "pain pains painful hurt hurts hurting ache aches aching bleeding taking medicine medicines "
    "medication medications meds pill pills prednisone drug drugs massage massages session "
    "sessions appointment appointments smoking working work shaking crying worrying by at in "
    "on over for pressing press rubbing using moving walking swelling itching cramps cramping "
    "spasms dolor duele sangrado medicina sesion cita masaje"
)

LETTERS: Final[dict[str, str]] = {
    "c": "confirm",
    "confirm": "confirm",
    "confirmed": "confirm",
    "i confirm": "confirm",
    "c confirm": "confirm",
    "confirmo": "confirm",
    "confirmar": "confirm",
    "confirmado": "confirm",
    "confirmada": "confirm",
    "r": "move",
    "reschedule": "move",
    "r reschedule": "move",
    "reprogramar": "move",
    "reagendar": "move",
    "n": "unchanged",
    "unchanged": "unchanged",
    "no change": "unchanged",
    "no changes": "unchanged",
    "nothing changed": "unchanged",
    "nothing has changed": "unchanged",
    "n nothing changed": "unchanged",
    "sin cambios": "unchanged",
    "nada cambio": "unchanged",
    "nada ha cambiado": "unchanged",
    "h": "changed",
    "changed": "changed",
    "health changed": "changed",
    "my health changed": "changed",
    "my health has changed": "changed",
    "h health changed": "changed",
    "mi salud cambio": "changed",
    "mi salud ha cambiado": "changed",
}
# May stand beside a letter: "yes, C".
AGREEMENT: Final = vocabulary("yes yep yeah si sure")

NUMBERS: Final[dict[str, int]] = {
    word: value
    for value, names in enumerate(
        (
            "zero cero sero",
            "one uno",
            "two dos",
            "three tres thre",
            "four cuatro quatro fuor",
            "five cinco sinco",
            "six seis",
            "seven siete",
            "eight ocho eigth",
            "nine nueve nuebe",
            "ten diez dies",
        )
    )
    for word in names.split()
}
# A score with one of these is no whole number.
INEXACT: Final = vocabulary("half halves medio media point punto coma quarter")

PAIN: Final = vocabulary(
    "pain pains pian pane paine dolor dolores dolo hurt hurts hurting ache aches duele duelen p d"
)
TIREDNESS: Final = vocabulary(
    "tired tiredness tierd tiered tird tirdness tiredn fatigue fatige fatigued fatuge exhaustion "
    "exhausted cansancio cansansio canzancio cansada cansado cansanc fatiga agotamiento t f "
    "c"
)
STIFFNESS: Final = vocabulary(
    "stiff stiffness stif stifness stiffnes stiffnis stifnes rigidez rigides rijidez rijides "
    "rigido rigida tieso tiesa s r"
)

# Between the three numbers of a plain list.
LIST_WORDS: Final = vocabulary("and then y e luego n a un una")
# Between a number and the word that names it.
CONNECT: Final = LIST_WORDS | vocabulary(
    "is was are at about level levels score scores rating a an my the im i am feel feeling feels "
    "now today of like around it its for with to be being been me mi mis es esta estoy son de en "
    "con para el la los un una nivel hoy ahora tengo siento como muy very so really out in "
    "my"
)
# Before the first number, in front of an answer.
LEAD: Final = CONNECT | vocabulary(
    "here hello hi hey good morning afternoon evening night numbers number answer answers reply "
    "ratings currently still think guess maybe probably would say ok okay yes hola buenos buenas "
    "dias tardes noches numeros respuesta puntuacion puntos valores aqui casi mas menos after id "
    "si despues doing checkin check or o"
)
# After a number, these make it a measure of something else.
UNITS: Final = vocabulary(
    "am pm oclock hour hours hr hrs h min mins minute minutes day days week weeks month months "
    "year years yr yrs time times mg ml mcg pill pills tablet tablets dose doses mile miles km "
    "lb lbs kg th st nd rd dollars usd hora horas minuto minutos dia dias semana semanas mes "
    "meses ano anos vez veces pastilla pastillas dosis percent"
)
