"""The words in which patients give numbers."""

from typing import Final

from booking.kit.text_normalization import vocabulary

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
