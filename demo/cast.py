"""The demo's therapists and patients; every number, address and licence is invented."""

from dataclasses import dataclass, field
from datetime import time

from booking.therapists.eligibility import ApplicationState

EARLY = ((time(8), time(12)), (time(13), time(16)))
OFFICE = ((time(9), time(12, 30)), (time(13, 30), time(18)))
LATE = ((time(12), time(20)),)
MORNINGS = ((time(9), time(13)),)

WEEKDAYS = (0, 1, 2, 3, 4)
ALL_WEEK = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True)
class DemoService:
    """A service: its name, length and buffers (minutes), and price (cents)."""

    name: str
    description: str
    minutes: int
    price_cents: int
    minutes_before: int = 0
    minutes_after: int = 15


GENTLE = DemoService(
    "Gentle massage", "Slow, light pressure, with rests whenever you want one.", 60, 9500
)
SHORT = DemoService(
    "Short and light", "Half an hour for days with little energy.", 30, 5500, minutes_after=10
)
LONG = DemoService(
    "Long and slow", "An hour and a half with time to settle, turn and rest.", 90, 13500, 5, 20
)
HANDS = DemoService(
    "Hands and feet", "Seated; only hands, forearms and feet, as lightly as you like.", 45, 7000
)
LYMPH = DemoService(
    "Lymphatic drainage", "Very light strokes, never deep; on the table or seated.", 60, 10500
)
SEATED = DemoService("Seated session", "In a chair, dressed, neck to hands.", 40, 6500)


@dataclass(frozen=True)
class DemoTherapist:
    """A therapist, where and when they work, and what they offer."""

    slug: str
    name: str
    city: str
    jurisdiction: str
    zone: str
    hours: tuple[tuple[time, time], ...]
    expertise: tuple[str, ...]
    services: tuple[DemoService, ...]
    days: tuple[int, ...] = WEEKDAYS
    languages: tuple[str, ...] = ("English",)
    currency: str = "USD"
    state: ApplicationState = ApplicationState.APPROVED
    licence_lapsed: bool = False
    trained: bool = True
    step_free: bool = True
    techniques: tuple[str, ...] = ("Swedish, light", "Myofascial, gentle")
    positions: tuple[str, ...] = ("On the side", "On the back", "Seated")
    about: str = field(default="Plans every session around how you are on the day.")


JOINTS, SKIN, FATIGUE, RAYNAUD, STEROIDS, FIBRO = (
    "Sore joints",
    "Sensitive skin",
    "Little energy",
    "Cold hands",
    "After long steroid use",
    "Widespread pain",
)

THERAPISTS: tuple[DemoTherapist, ...] = (
    DemoTherapist(
        "dana-sample",
        "Dana Sample",
        "New York",
        "US-NY",
        "America/New_York",
        OFFICE,
        (JOINTS, FATIGUE, SKIN),
        (GENTLE, SHORT, LONG),
        days=ALL_WEEK,
        languages=("English", "Spanish"),
        about="Works slowly, asks often, and keeps the room warm. Fourteen years of practice, "
        "six of them mostly with people whose joints hurt.",
    ),
    DemoTherapist(
        "theo-sample",
        "Theo Sample",
        "New York",
        "US-NY",
        "America/New_York",
        LATE,
        (RAYNAUD, JOINTS),
        (HANDS, GENTLE),
        about="Evening hours. Hands and feet first, for those who feel the cold.",
    ),
    DemoTherapist(
        "imani-sample",
        "Imani Sample",
        "Chicago",
        "US-IL",
        "America/Chicago",
        OFFICE,
        (FATIGUE, FIBRO),
        (SHORT, GENTLE, LYMPH),
        days=(0, 2, 4, 5),
        about="Short sessions with long rests; you may sleep.",
    ),
    DemoTherapist(
        "mateo-sample",
        "Mateo Sample",
        "Denver",
        "US-CO",
        "America/Denver",
        EARLY,
        (JOINTS, STEROIDS),
        (GENTLE, LONG),
        languages=("English", "Spanish"),
        about="Early hours. Used to fragile skin and bones; never forceful.",
    ),
    DemoTherapist(
        "june-sample",
        "June Sample",
        "Los Angeles",
        "US-CA",
        "America/Los_Angeles",
        OFFICE,
        (SKIN, FATIGUE),
        (LYMPH, SHORT),
        days=(1, 2, 3, 5),
        about="Fragrance-free room, hypoallergenic products only, shades on every window.",
    ),
    DemoTherapist(
        "noor-sample",
        "Noor Sample",
        "Minneapolis",
        "US-MN",
        "America/Chicago",
        MORNINGS,
        (FIBRO, JOINTS),
        (SEATED, GENTLE),
        trained=False,
        about="Seated work for those who cannot lie flat.",
    ),
    DemoTherapist(
        "ada-sample",
        "Ada Sample",
        "London",
        "GB",
        "Europe/London",
        OFFICE,
        (JOINTS, RAYNAUD, FATIGUE),
        (GENTLE, HANDS, LONG),
        days=ALL_WEEK,
        currency="GBP",
        about="Step-free, heated table, a kettle always on.",
    ),
    DemoTherapist(
        "rhys-sample",
        "Rhys Sample",
        "Cardiff",
        "GB",
        "Europe/London",
        LATE,
        (FIBRO, STEROIDS),
        (SHORT, GENTLE),
        currency="GBP",
        step_free=False,
        about="Afternoons and evenings; home visits by arrangement.",
    ),
    DemoTherapist(
        "mei-sample",
        "Mei Sample",
        "Sydney",
        "AU",
        "Australia/Sydney",
        EARLY,
        (SKIN, LYMPH.name),
        (LYMPH, GENTLE),
        days=ALL_WEEK,
        currency="AUD",
        about="Light-touch work only; north-facing room with blinds.",
    ),
    DemoTherapist(
        "claire-sample",
        "Claire Sample",
        "Toronto",
        "CA-ON",
        "America/Toronto",
        OFFICE,
        (JOINTS, SKIN),
        (GENTLE, SHORT),
        languages=("English", "French"),
        currency="CAD",
        about="Registered therapist; treatment plans you can take home.",
    ),
    DemoTherapist(
        "ivo-sample",
        "Ivo Sample",
        "Boston",
        "US-MA",
        "America/New_York",
        OFFICE,
        (JOINTS,),
        (GENTLE,),
        state=ApplicationState.REVIEW,
        about="Waits for a second pair of eyes: in review, and so not bookable.",
    ),
    DemoTherapist(
        "lena-sample",
        "Lena Sample",
        "Philadelphia",
        "US-PA",
        "America/New_York",
        OFFICE,
        (FATIGUE, JOINTS),
        (GENTLE, SHORT),
        licence_lapsed=True,
        about="The licence has lapsed, and so nobody can book.",
    ),
)


@dataclass(frozen=True)
class DemoPatient:
    """A patient with an invented number from the range kept for fiction."""

    name: str
    phone: str
    email: str
    language: str = "en"


ALICE = DemoPatient("Alice Sample", "+12125550111", "alice@example.org")
BEA = DemoPatient("Bea Sample", "+12125550122", "bea@example.org")
DOT = DemoPatient("Dot Sample", "+12125550144", "dot@example.org")
EVE = DemoPatient("Eve Sample", "+12125550155", "eve@example.org")
FAY = DemoPatient("Fay Sample", "+12125550166", "fay@example.org")
GWEN = DemoPatient("Gwen Sample", "+12125550177", "gwen@example.org")
HANA = DemoPatient("Hana Sample", "+12125550188", "hana@example.org")
IRIS = DemoPatient("Iris Sample", "+12125550199", "iris@example.org")
