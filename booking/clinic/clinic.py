"""Who the clinic is."""

from dataclasses import dataclass, field

from booking.clinic.text_countries import is_texted


@dataclass(frozen=True)
class Clinic:
    """What the services know about the clinic they work for."""

    name: str
    phone: str
    zone: str
    region: str
    emergency_number: str
    crisis_line: str
    email: str
    """The address mails come from."""
    sender: str
    """The number or service our texts come from; opt-outs are kept for each."""
    on_call: str | None = None
    languages: tuple[str, ...] = field(default=("en", "es"))
    text_countries: frozenset[str] = frozenset()
    """Countries whose numbers are texted, beside the clinic's own."""
    carrier: str = "Twilio"
    mail_host: str = "our mail host"
    """Who carries the clinic's texts and mails, as patients read it."""

    @property
    def names(self) -> dict[str, str]:
        """The names that consents are read with."""
        return {"clinic": self.name, "carrier": self.carrier, "mail_host": self.mail_host}

    @property
    def texted_countries(self) -> frozenset[str]:
        """All countries whose numbers are texted."""
        return self.text_countries | {self.region}

    def texts(self, phone: str) -> bool:
        """Whether texts that nobody asked for by text go to a number (E.164)."""
        return is_texted(phone, self.texted_countries)

    @property
    def alert_contacts(self) -> tuple[str, ...]:
        """Who is paged for an alert: a page by text has a mail beside it, lest neither arrive."""
        if self.on_call is None:
            return ()
        return (self.on_call,) if "@" in self.on_call else (self.on_call, self.email)
