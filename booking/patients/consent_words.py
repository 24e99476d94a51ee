"""The exact words of every consent that was ever asked for, in English and in Spanish.

A text's version changes with its words, and what was once asked for stays here: a record names
the version a person agreed to. `{clinic}`, `{carrier}` and `{mail_host}` stand for the names of
the clinic and of who carries its texts and its mails.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one consent; Spanish ones are there since the second versions."""

    version: str
    text: str
    spanish: str = ""

    def named(self, *, clinic: str, carrier: str, mail_host: str, language: str = "en") -> str:
        """Return the words as the patient reads them and as they are kept."""
        words = self.spanish if language == "es" and self.spanish else self.text
        names = {"{clinic}": clinic, "{carrier}": carrier, "{mail_host}": mail_host}
        for mark, name in names.items():
            words = words.replace(mark, name)
        return words


_ALL: Final = (
    Wording(
        "treatment-1",
        "I agree to a massage session with the therapist I chose. I know that it does not "
        "replace medical care, that I can say stop or ask for a change at any moment, and "
        "that I can withdraw this agreement whenever I like.",
        "Acepto una sesión de masaje con la persona que elegí. Sé que no sustituye la atención "
        "médica, que puedo decir basta o pedir un cambio en cualquier momento, y que puedo "
        "retirar este acuerdo cuando quiera.",
    ),
    Wording(
        "health-data-1",
        "I agree that {clinic} keeps the health answers I give here and in my check-ins, "
        "encrypted, to plan my sessions with care. I can ask to see, correct or delete "
        "them, and I can withdraw this agreement.",
    ),
    Wording(
        "health-data-2",
        "I agree that {clinic} keeps the health answers I give here, the numbers of my "
        "check-ins, my notes and what I text, all encrypted in its database, to plan my "
        "sessions with care. My name, mobile number and mail address, and when my sessions "
        "are, stand there too and are not encrypted. I can ask to see, correct or delete what "
        "is kept, and I can withdraw this agreement.",
        "Acepto que {clinic} guarde las respuestas de salud que doy aquí, los números de mis "
        "seguimientos, mis notas y lo que escribo por mensaje, todo cifrado en su base de "
        "datos, para preparar mis sesiones con cuidado. Mi nombre, mi número de móvil, mi "
        "correo y las fechas de mis sesiones también están allí y no van cifrados. Puedo pedir "
        "ver, corregir o borrar lo guardado, y puedo retirar este acuerdo.",
    ),
    Wording(
        "sharing-1",
        "I agree that {clinic} shows these answers and my check-ins to the therapist of "
        "my session, and to nobody else outside the team that looks after my booking.",
    ),
    Wording(
        "sharing-2",
        "I agree that {clinic} shows these answers and my check-ins to the therapist of my "
        "session, and to nobody else outside the team that looks after my booking. What I "
        "choose to text is carried by {carrier}, and mails to me by {mail_host}: both can read "
        "what they carry.",
        "Acepto que {clinic} muestre estas respuestas y mis seguimientos a quien me atiende, y a "
        "nadie más fuera del equipo que lleva mi reserva. Lo que yo decida escribir por mensaje "
        "lo transporta {carrier}, y los correos que recibo, {mail_host}: ambos pueden leer lo "
        "que transportan.",
    ),
    Wording(
        "sms-1",
        "I agree to receive automated texts from {clinic} about my sessions and check-ins "
        "at the mobile number I gave. This is my choice and no condition of booking. At "
        "most one text a day and three a week, besides answers to mine and safety "
        "messages. Message and data rates may apply. Texts are not encrypted. Reply STOP "
        "to end them, HELP for help.",
    ),
    Wording(
        "sms-2",
        "I agree to receive automated texts from {clinic} about my sessions and check-ins "
        "at the mobile number I gave. This is my choice and no condition of booking. At "
        "most one text a day and three a week, besides answers to mine and safety "
        "messages. Message and data rates may apply. Texts are not encrypted on their way: "
        "{carrier}, which carries them, and my phone company can read them. Reply STOP "
        "to end them, HELP for help.",
        "Acepto recibir mensajes automáticos de {clinic} sobre mis sesiones y seguimientos en el "
        "número de móvil que di. Es mi elección y no una condición para reservar. Como mucho un "
        "mensaje al día y tres por semana, además de respuestas a los míos y mensajes de "
        "seguridad. Pueden aplicarse tarifas de mensajes y datos. Los mensajes no van cifrados "
        "por el camino: {carrier}, que los transporta, y mi compañía telefónica pueden leerlos. "
        "Responda STOP para terminarlos, HELP para ayuda.",
    ),
)
WORDING_BY_VERSION: Final[Mapping[str, Wording]] = MappingProxyType(
    {wording.version: wording for wording in _ALL}
)
NOW_ASKED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "treatment": "treatment-1",
        "health_data": "health-data-2",
        "sharing": "sharing-2",
        "sms": "sms-2",
    }
)
"""Which version of each consent the booking page asks for."""
