"""What staff may write in a text: short, and naming nothing that the phone must not tell."""

from typing import Final

from booking.kit.errors import Flaw, InvalidInput
from booking.kit.text_normalization import normalize as bare
from booking.kit.text_normalization import vocabulary
from booking.kit.text_normalization import words as words_of
from booking.messaging.rules.sms_segments import to_gsm7

LONGEST: Final = 480
"""Characters; four segments of the plain alphabet at most."""

TELLING: Final = vocabulary(
    "lupus sle autoimmune autoinmune rheumatoid reumatoide arthritis artritis fibromyalgia "
    "fibromialgia scleroderma esclerodermia sjogren sjogrens myositis miositis vasculitis "
    "nephritis nefritis antiphospholipid antifosfolipido raynaud raynauds diagnosis diagnosed "
    "diagnostico cancer hiv vih pregnant pregnancy embarazada embarazo hydroxychloroquine "
    "hidroxicloroquina plaquenil methotrexate metotrexato azathioprine azatioprina mycophenolate "
    "micofenolato belimumab benlysta rituximab prednisone prednisona cortisone cortisona "
    "warfarin warfarina"
)
"""Illnesses and their medicines, English and Spanish, without accents. Whoever holds the phone
reads a text; what these words say belongs in a call."""


def staff_words(raw: str) -> str:
    """Return what was typed as it will be sent: trimmed, typographic signs made plain.

    Raises InvalidInput about the field `words` where it is empty, longer than 480 characters, or
    names an illness or a medicine.
    """
    words = to_gsm7("\n".join(line.rstrip() for line in raw.splitlines()).strip())
    if not words:
        raise _wrong("reply_missing")
    if len(words) > LONGEST:
        raise _wrong("reply_too_long", longest=LONGEST, length=len(words))
    told = sorted(TELLING & set(words_of(bare(words))))
    if told:
        raise _wrong("reply_tells", word=told[0])
    return words


def _wrong(why: str, **values: object) -> InvalidInput:
    return InvalidInput(words=Flaw(why, values))
