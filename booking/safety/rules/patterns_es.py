"""Red flags in Spanish: (name, words, other words allowed between). See pattern.

Not in the clinic's own list, added here and to be confirmed by the clinician who signs:
garganta, convulsion, ambulancia, peor-dolor-de-cabeza, sangrado (AMBER), all of REVIEW.
"""

from typing import Final

from booking.safety.rules.pattern import Pattern, Tier, lines

CRISIS: Final = lines(
    Tier.CRISIS,
    "es",
    ("suicidio", "suicidio/suicidarme/suicidar/suicida/suicidarse/=suisidio/=suisidarme", 0),
    ("matarme", "matarme", 0),
    ("sobredosis", "sobredosis", 0),
    ("demasiadas-pastillas", "tome/tomado demasiadas/muchas pastillas", 1),
    ("me-quiero-matar", "me quiero/voy matar", 1),
    ("quitarme-la-vida", "quitarme/quitar/quito vida", 2),
    ("no-quiero-vivir", "no quiero/quisiera/deseo vivir/=bibir/existir", 2),
    ("no-quiero-seguir", "no quiero/puedo seguir viviendo/asi", 1),
    ("sin-ganas-de-vivir", "sin/no ganas/razon/razones/motivos vivir/=bibir", 3),
    ("quiero-morir", "quiero/quisiera/deseo morir/morirme/moriria", 2),
    ("prefiero-morir", "prefiero/preferiria morir/morirme/muerta/muerto", 2),
    ("mejor-muerta", "mejor muerta/muerto", 2),
    ("acabar-con-mi-vida", "acabar/terminar mi vida", 2),
    ("acabar-con-todo", "acabar/terminar con todo", 0),
    ("hacerme-dano", "hacerme/lastimarme/cortarme dano/venas/misma/mismo", 2),
    ("quiero-danarme", "quiero/voy/quisiera lastimarme/cortarme/danarme", 1),
    ("no-vale-la-pena", "no vale pena vivir/seguir/viviendo", 2),
)

RED: Final = lines(
    Tier.RED,
    "es",
    (
        "dolor-de-pecho",
        "~pecho/=pehco dolor/dolores/duele/dule/duela/doliendo/doler/presion/opresion/oprime/"
        "aprieta/apretado/punzada/punzadas/ardor/pesadez",
        3,
    ),
    ("no-respirar", "no puedo/consigo/logro/alcanzo/podia/puede respirar/respiro/aire", 2),
    ("brazo-y-pecho", "~dolor/duele/duelen brazo/mandibula pecho", 5),
    ("nopuedo-respirar", "nopuedo respirar", 1),
    ("no-respiro", "no respiro", 1),
    ("cuesta-respirar", "cuesta/dificultad/dificil/costando/problemas/apenas respirar/respiro", 2),
    ("falta-de-aire", "falta/faltando/faltaba aire/aliento/respiracion", 2),
    ("sin-aliento", "sin aliento", 0),
    ("sin-aire", "quedo/quede/quedando sin aire", 0),
    ("me-ahogo", "ahogo/ahogando/ahogandome/asfixio/asfixiando", 0),
    ("garganta", "~garganta/lengua/labios cierra/cerrando/hinchada/hinchados/=inchada", 3),
    (
        "pierna-hinchada",
        "~pierna/piernas/pantorrilla/pantorrillas hinchada/hinchadas/hincho/hinchazon/=inchada/"
        "=inchadas/=incho/=inchazon/inflamada/inflamadas/hinchando",
        3,
    ),
    ("pierna-caliente", "~pierna/pantorrilla caliente/roja", 3),
    ("derrame", "derrame/ictus/embolia", 0),
    ("infarto", "infarto/=imfarto", 0),
    ("ataque", "ataque/ataques corazon/cardiaco/cerebral/cerebrovascular", 2),
    ("cara-caida", "~cara/boca caida/caido/torcida/torcido/chueca/dormida/duerme/paralizada", 3),
    (
        "medio-cuerpo",
        "medio/media/mitad cuerpo/cara dormido/dormida/debil/paralizado/paralizada",
        3,
    ),
    ("un-lado", "lado izquierdo/derecho dormido/debil/adormecido/paralizado", 2),
    ("debilidad-nueva", "~debilidad/debil repente/repentina/subita/nueva", 3),
    ("no-hablar-bien", "no puedo hablar bien/claro", 1),
    ("lengua-trabada", "traba/trabando/trabo lengua", 2),
    ("no-mover", "no puedo/logro/consigo mover brazo/pierna/lado/cara/mano", 2),
    ("no-siento", "no siento brazo/pierna/cara/lado/mano", 1),
    ("confusion", "siento/repente/subita/muy confundida/confundido/confusion/desorientada", 2),
    ("perdi-la-vista", "perdi/perdiendo/perdida vista/vision", 2),
    ("peor-dolor-de-cabeza", "peor dolor cabeza", 2),
    ("convulsion", "convulsion/convulsiones/convulsiono", 0),
    ("desmayo", "desmayo/desmaye/desmayado/desmayada/desmayando/=desmallo/=desmalle", 0),
    ("perdi-el-conocimiento", "perdi/perdido/perder/perdiendo conocimiento/conciencia", 2),
    ("inconsciente", "inconsciente/desvaneci", 0),
    ("mucha-sangre", "mucha/bastante/demasiada/perdiendo/vomito/vomite/escupo/tos sangre", 2),
    ("sangrado-fuerte", "~sangrado/sangrando/sangro fuerte/mucho/abundante/bastante", 2),
    ("no-para-de-sangrar", "no para/deja/paro sangrar/sangrado/sangrando/sangre", 2),
    ("hemorragia", "hemorragia/=emorragia/=hemoragia", 0),
    ("ambulancia", "ambulancia/=anbulancia", 0),
)

AMBER: Final = lines(
    Tier.AMBER,
    "es",
    ("fiebre", "fiebre/=fievre/=fiebra/=fieber/fiebres/calentura", 0),
    ("temperatura", "tengo/tuve/tenia/alta/mucha/con temperatura", 1),
    ("temperatura-alta", "temperatura alta/38/39/40/41", 3),
    ("erupcion", "sarpullido/=salpullido/erupcion/ronchas/=roncha/urticaria", 0),
    ("manchas", "manchas rojas/nuevas/piel", 3),
    ("moreton", "moreton/moretones/=moretes/hematoma/hematomas/cardenales/morados", 0),
    ("herida", "herida/heridas/=erida", 0),
    ("llaga", "llaga/llagas/ulcera/ulceras", 0),
    ("sangrado", "sangrado/sangrando/sangra/sangro", 0),
)

REVIEW: Final = lines(
    Tier.REVIEW,
    "es",
    ("=mareo", "=mareo/=mareos/mareada/mareado", 0),
    ("hinchazon", "hinchada/hinchado/hinchados/hinchadas/hinchazon/=inchado/inflamado", 0),
    ("peor", "peor/insoportable", 0),
    ("hospital", "urgencias/emergencia/emergencias", 0),
    ("embarazo", "embarazada/embarazo", 0),
    ("trombosis", "trombosis/coagulo", 0),
    ("infeccion", "infeccion/infectado/infectada", 0),
    ("vomito", "vomito/vomitos/vomitando/nauseas/escalofrios", 0),
    ("dormido", "adormecido/adormecida/hormigueo", 0),
    ("brote", "brote", 0),
    ("sangre", "sangre", 0),
    ("animo", "deprimida/deprimido/desesperada/desesperado", 0),
    ("alergia", "alergia/alergica/alergico/reaccion", 0),
)

SPANISH: Final[tuple[Pattern, ...]] = (*CRISIS, *RED, *AMBER, *REVIEW)
