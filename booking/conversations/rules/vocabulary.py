"""The words replies are read by, English and Spanish, as kit.text_normalization leaves them.

No rule stands here, only vocabulary: adding a word here is enough.
"""

from typing import Final

from booking.kit.text_normalization import vocabulary

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
