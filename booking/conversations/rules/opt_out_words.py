"""The words by which a wish that texts end is known, English and Spanish, each of one class.

They stand as kit.text_normalization leaves them. The rules over the classes are in opt_out.
"""

import re
from enum import StrEnum
from typing import Final

from booking.conversations.rules.vocabulary import OPT_OUT_STRONG
from booking.kit.text_normalization import COURTESY, vocabulary


class Sort(StrEnum):
    """What a word does in such a wish; one letter each, so that a sentence is a string of them."""

    STOP = "S"
    END = "E"  # ends texts where texts are named: cancel, quit
    ENDS = "D"  # the same in Spanish, where "no" turns it round
    LET = "d"  # dejar, which needs "de"
    OF = "g"
    TEXT = "T"
    TELL = "C"  # sends a text: texting, contact, mandar
    TELL_ME = "Y"  # mandes, escriban: after "no" it forbids
    BOTHER = "B"
    GET = "R"
    WANT = "W"
    INTERESTED = "i"
    NO = "n"
    NOT = "N"
    NO_LONGER = "L"
    MORE = "M"
    ENOUGH = "H"
    SICK_OF = "h"
    REMOVE = "K"
    REMOVE_ME = "Q"
    TAKE = "t"
    TURN = "o"
    OFF = "O"
    NUMBER = "p"  # me, my number: who is to be left out
    LIST = "I"
    THESE = "Z"
    IT = "z"
    SESSION = "a"  # what else could be taken away or ended
    KNOW = "k"
    OPT_OUT = "U"
    WRONG_NUMBER = "X"
    LEAVE_ALONE = "V"
    SMALL = "F"
    AND = "e"
    DIGITS = "0"
    OTHER = "x"


_WORDS: Final[dict[Sort, str]] = {
    Sort.SMALL: (
        "the a an all any your ur yours from to for on i im ive ill id you youre u we my mi mis "
        "just really only ever even kindly el la los las un una sus su tus tu que ustedes usted "
        "se le les aqui here stuff anything things thing nothing nada ningun ninguna tantos "
        "tantas such guys can could would will should must may might be being been am is are "
        "through via automated automatic annoying stupid damn fucking as well yes si "
        "already right away immediately have has had keep going getting gonna try trying tried "
        "go ningunos algun estoy estamos esta sea ser mandando reply anybody todo toda "
        "todas so very much many other another hoy today muchos muchas another "
        "favor gracias por period comma punto coma exclamation point mark dot how"
    ),
    Sort.STOP: "stop ctop stopp stp sotp stpo stopall stahp stawp stoped",
    Sort.END: (
        "end quit cease cancel cancell cancle discontinue discontinuing halt disable deactivate "
        "terminate pause mute silence suspend refrain"
    ),
    Sort.ENDS: (
        "pare paren parar parad pares cese cesen cesar cancela cancelar cancelen cancele cancelo "
        "suspender suspenda suspendan detener detenga detengan terminar terminen termine "
        "evitenme evitarme evite desactivar desactive desactiven desactiva finalizar finalicen "
        "finalice eviten evitar"
    ),
    Sort.LET: "deja deje dejen dejad dejar",
    Sort.OF: "de of with con en del in on",
    Sort.TEXT: (
        "text texts txt txts message messages msg msgs sms reminder reminders notification "
        "notifications checkin checkins alert alerts spam mensaje mensajes mensage mensages "
        "mensajito mensajitos msj msjs texto textos recordatorio recordatorios notificacion "
        "notificaciones aviso avisos suscripcion subscription alertas communication "
        "communications correspondence comunicacion mesages"
    ),
    Sort.TELL: (
        "texting texted txting txtin textin texing textear textearme messaging messaged contact "
        "contacting contacted send sending write writing escribir escribirme escribirnos mandar "
        "mandarme mandarnos enviar enviarme enviarnos contactar contactarme mensajear notify "
        "notified comunicarse"
    ),
    Sort.TELL_ME: (
        "envie envien envies mande manden mandes mandeis escriba escriban escribas "
        "contacte contacten contactes moleste molesten molestes textee texteen llegue lleguen "
        "notifiquen comuniquen"
    ),
    Sort.BOTHER: (
        "bother bothering bug bugging harass harassing spamming annoying annoy disturb disturbing "
        "pester pestering molestar molestarme molestarnos fastidiar"
    ),
    Sort.GET: "receive receiving received get gets hear hearing recibir recibirlos recibiendo see",
    Sort.WANT: (
        "want wants wanted wanna need needs wish wishes like care desire quiero queremos quiere "
        "deseo deseamos necesito necesitamos quisiera gustaria prefer prefiero rather pido "
        "solicito autorizo acepto"
    ),
    Sort.INTERESTED: "interested interesa interesado interesada interesan",
    Sort.NO: "no ni sin",
    Sort.NOT: (
        "dont dnt never not wont cant doesnt didnt wouldnt shouldnt couldnt isnt arent havent "
        "hasnt aint jamas nunca without"
    ),
    Sort.NO_LONGER: "nolonger",
    Sort.MORE: "more anymore again further mas longer else nomore anymor",
    Sort.ENOUGH: "enough basta suficiente",
    Sort.SICK_OF: "sickof",
    Sort.REMOVE: (
        "remove delete erase unenroll deregister scratch quitar quite quiten quita borrar borre "
        "borren borra eliminar elimine eliminen elimina remover remueva remuevan saquen saque "
        "sacar exclude removed deleted erased"
    ),
    Sort.REMOVE_ME: (
        "quitenme quiteme quitame borrenme borreme borrame eliminenme elimineme eliminame saquenme "
        "saqueme sacame remuevanme removeme borrarme quitarme eliminarme sacarme"
    ),
    Sort.TAKE: "take taking taken",
    Sort.TURN: "turn switch shut",
    Sort.OFF: "off out",
    Sort.NUMBER: (
        "me us nos number numbers phone num cell mobile telephone name info information details "
        "numero telefono celular nombre datos movil cel"
    ),
    Sort.LIST: (
        "list lists listing system database databases record records roster directory mailing "
        "lista listas sistema registro registros servicio service program programa base ahi"
    ),
    Sort.THESE: "these this those them este estos estas esos esas ellos",
    Sort.IT: "it that eso esto lo",
    Sort.SESSION: (
        "appointment appointments appt apt session sessions massage massages booking bookings "
        "schedule calendar waitlist waiting wait spot slot monday tuesday wednesday thursday "
        "friday saturday sunday tomorrow cita citas sesion sesiones agenda espera reserva masaje "
        "lunes martes miercoles jueves viernes sabado domingo manana turno pain dolor"
    ),
    Sort.KNOW: "know understand remember figure",
    Sort.OPT_OUT: (
        "unsubscribe unsubscribed unsubscribing optout unsub unsuscribe unsubcribe desuscribir "
        "desuscribirme desuscriban desuscribanme desuscribeme noconsent blockyou"
    ),
    Sort.WRONG_NUMBER: "wrongnumber",
    Sort.LEAVE_ALONE: "leavealone",
    Sort.AND: "and or but y o pero because porque cause if when cuando since until hasta",
}

SORTS: Final[dict[str, Sort]] = {
    **dict.fromkeys(COURTESY, Sort.SMALL),
    **{word: sort for sort, text in _WORDS.items() for word in text.split()},
    **{word: Sort.OPT_OUT for word in OPT_OUT_STRONG if word.startswith(("unsu", "unsub", "desu"))},
}
FORGIVING: Final = frozenset(
    word
    for sort in (Sort.TEXT, Sort.TELL, Sort.OPT_OUT, Sort.REMOVE_ME, Sort.GET, Sort.TELL_ME)
    for word in _WORDS[sort].split()
)
"""In these, where they are long, one typing error is forgiven."""

# Alone, or with words around that change nothing: the wish itself.
ALONE: Final = vocabulary(
    "remove delete erase unenroll cancela cancelen cancele cancelo cancelame suspender detengan "
    "terminar desactivar finalizar borrar eliminar remover basta spam enough bajas cancle quitenme "
    "quiteme borrenme borreme elimineme eliminenme saquenme removeme desuscribeme"
)
TAKES_IT: Final = vocabulary("cancel cancell cancle quit remove delete erase")
"""Beside these "it" and "all" change nothing; "end it all" is another thing altogether."""
AROUND_IT: Final = vocabulary("it this these them those all everything")
SPOKEN_SIGNS: Final = vocabulary("period comma punto coma exclamation point mark dot")

# What may stand before a last "stop" without being what should stop.
BEFORE_STOP: Final = vocabulary(
    "c r n h y yes no nope not who whos whose is are said told asked already times twice wrong "
    "wrongnumber number person enough interested leavealone dont know and y e"
)
SPAM: Final = frozenset({"spam"})
CONDITIONS: Final = vocabulary("if when si cuando")
OF_A_CONDITION: Final = vocabulary("i it im my the she he me la el")
# What may come to a stop by itself: with one of these, a last "stop" is not said to us.
MAY_STOP: Final = vocabulary(
    "make makes made making when until see saw feel feels felt where help bus does did hands hand "
    "legs leg arms arm feet foot heart head knees knee fingers jaw eye eyes nose stomach cough "
    "next therapist she he massage session tremor tremors shaking it bleeding non"
)
# Before a shouted STOP these make it a word of the sentence.
NOT_SHOUTED: Final = vocabulary(
    "dont dnt wont doesnt didnt cant cannot couldnt wouldnt shouldnt never not to it will would "
    "should must could can may might bus truck full non pit next last first the a this that of "
    "say says said reply word pain pains dolor bleeding itching swelling cramps spasms hurting"
)

_MERGED: Final = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\b(?:do|don) (?:not|t|nt)\b", "dont"),
        (r"\b(?:does|doesn) (?:not|t|nt)\b", "doesnt"),
        (r"\b(?:did|didn) (?:not|t|nt)\b", "didnt"),
        (r"\b(?:will not|won t|wo nt)\b", "wont"),
        (r"\b(?:can not|can t|ca nt|cannot|unable to)\b", "cant"),
        (r"\b(?:would not|wouldn t)\b", "wouldnt"),
        (r"\b(?:no longer|nolonger)\b", "nolonger"),
        (r"\bopt(?:ing|ed)? (?:(?:me|us|my|this|number|of) ){0,2}out\b", "optout"),
        (
            r"\b(?:(?:me|nos) )?(?:dar|darme|darnos|denme|deme|demen|dame|den|doy|quiero|solicito"
            r"|pido|quisiera)(?: me)? (?:(?:la|de|mi) ){0,2}baja\b"
            r"(?! (?:\w{1,12} ){0,3}(?:trabajo|laboral|medica|escuela|imss|seguro))",
            "desuscribir",
        ),
        (
            r"\bbaja (?:(?:de|del|los|las|la|el|sus|estos) ){1,3}(?=mensaj|text|list|serv|recor)",
            "desuscribir ",
        ),
        (r"\b(?:turn|switch|shut)(?:ing)? off\b", "disable"),
        (
            r"\b(?:wrong|incorrect) (?:number|person|phone|guy|lady|num|nbr|contact)\b"
            r"|\b(?:numero|telefono|persona) (?:equivocad[oa]|incorrect[oa]|erroneo)\b"
            r"|\bequivocad[oa] de (?:numero|persona|telefono)\b"
            r"|\bse equivoc\w{1,5} de (?:numero|persona|telefono)\b",
            "wrongnumber",
        ),
        (
            r"\bleave (?:me|us) (?:alone|be)\b|\b(?:lose|forget) (?:my|this) number\b|\bgo away\b"
            r"|\bget lost\b|\b(?:fuck|f|piss|bug|buzz|eff) off\b|\bknock it off\b|\bcut it out\b"
            r"|\bdej(?:enme|eme|ame|ennos|enos) (?:en paz|tranquil[oa]s?|de molestar)\b",
            "leavealone",
        ),
        (
            r"\b(?:done|sick|tired|fed up|through|hart[oa]|cansad[oa]|fastidiad[oa])"
            r" (?:with|of|de|by)\b",
            "sickof",
        ),
        (
            r"\bblock(?:ing|ed)? (?:you|u|this number|your number|these texts|yall)\b"
            r"|\breport(?:ing|ed)? (?:you|this|as spam)\b|\b(?:los|las) voy a bloquear\b"
            r"|\bbloque(?:ar|are|ando) (?:este|su|el) numero\b",
            "blockyou",
        ),
        (
            r"\b(?:revoke|withdraw|revoco|retiro) (?:my |mi |all )?(?:consent|consentimiento"
            r"|permission|permiso)\b"
            r"|\b(?:dont|never|didnt|no) (?:doy |give |gave |given |di )?(?:you |my |mi |any )?"
            r"(?:consent(?:ed|imiento)?|permission|permiso)\b"
            r"|\b(?:never|didnt|dont) (?:sign(?:ed)?|subscribed?|asked|ask|enroll(?:ed)?"
            r"|register(?:ed)?) (?:up )?(?:for|to) (?:any )?"
            r"(?:(?:this|these|that|it|them)(?! \w)|(?:these |your |this )?(?:texts?|messages?|sms"
            r"|list|reminders?))\b",
            "noconsent",
        ),
        (r"\bget (me|us|my number|this number) (off|out)\b", r"take \1 \2"),
        (r"\bsee (?:these|your|any|them)\b", "get these"),
        (r"\bend (?:of|up|this|it)\b|\bends\b", "endof"),
        (r"\bmake (?:it|sure)(?: so)?(?: that)? i dont\b", "i dont want to"),
        (r"\bpara (?=de (?:\w{1,12} )?(?:mand|envi|escrib|text|molest))", "pare "),
        (r"(?m)^equivocad[oa]$", "wrongnumber"),
        (r"\bat once\b|\bright (?:now|away)\b", "now"),
        (r"\bbase de datos\b", "lista"),
    )
)


def merged(clause: str) -> str:
    """Write what is several words and means one as one: do not, wrong number, leave me alone."""
    for pattern, word in _MERGED:
        clause = pattern.sub(word, clause)
    return clause
