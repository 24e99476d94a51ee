"""The runtime that the site and the workers share, built once per process from settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

import booking.tables  # noqa: F401  (makes every table known)
from booking.checkins.message_subjects import CheckInSubjects
from booking.clinic.actor import Actor
from booking.clinic.clinic import Clinic
from booking.clinic.policy import (
    DEFAULT_POLICIES,
    AbusePolicy,
    Allowance,
    BookingPolicy,
    ClinicPolicies,
    DeliveryPolicy,
)
from booking.clinic.unit_of_work import Handlers, UnitOfWork
from booking.event_handlers import HANDLERS
from booking.gateways.smtp import SmtpMail
from booking.gateways.texts import MessageTexts
from booking.gateways.twilio_sms import TwilioSignatures, TwilioSms
from booking.kit.clock import Clock, WallClock
from booking.kit.column_types import use_field_keys
from booking.kit.db import Database
from booking.kit.links import LinkMaker, derived_key
from booking.messaging.account_subjects import AccountLinkSubjects
from booking.messaging.ports import EmailGateway, MessageRenderer, SmsGateway
from booking.messaging.subjects import Subjects, SubjectsInOrder
from booking.scheduling.message_subjects import AppointmentSubjects
from booking.settings import Settings

STATUS_PATH = "/hooks/twilio/status"
INBOUND_PATH = "/hooks/twilio/inbound"


@dataclass(frozen=True)
class Runtime:
    """Everything a use case needs that is not its own arguments."""

    settings: Settings
    clinic: Clinic
    policies: ClinicPolicies
    clock: Clock
    database: Database
    links: LinkMaker
    sms: SmsGateway
    email: EmailGateway
    texts: MessageRenderer
    signatures: TwilioSignatures
    subjects: Subjects
    """What messages are about, in the order in which it is locked."""
    handlers: Handlers

    @contextmanager
    def unit_of_work(self, actor: Actor, now: datetime | None = None) -> Iterator[UnitOfWork]:
        """Open a unit of work that writes; it is kept when the block ends well."""
        with self.database.transaction() as session:
            yield self.working_with(session, actor, now)

    @contextmanager
    def read_only(self, actor: Actor, now: datetime | None = None) -> Iterator[UnitOfWork]:
        """Open a unit of work that only reads; nothing done in it is kept."""
        with self.database.read_only() as session:
            yield self.working_with(session, actor, now)

    def working_with(
        self, session: Session, actor: Actor, now: datetime | None = None
    ) -> UnitOfWork:
        """Return the unit of work of a transaction that is open already."""
        now = now or self.clock.now()
        return UnitOfWork(session, now, actor, self.clinic, self.policies, self.handlers)


def build_runtime(
    settings: Settings,
    database: Database,
    *,
    clock: Clock | None = None,
    sms: SmsGateway | None = None,
    email: EmailGateway | None = None,
) -> Runtime:
    """Put the parts together; what is given replaces what the settings would choose."""
    clock = clock or WallClock()
    use_field_keys([key.get_secret_value() for key in settings.field_keys])
    tokens = [token.get_secret_value() for token in settings.twilio_auth_tokens]
    secrets = [key.get_secret_value() for key in settings.secret_keys]
    links = LinkMaker(
        [derived_key(secret, "links") for secret in secrets], settings.public_base_url
    )
    return Runtime(
        settings=settings,
        clinic=clinic_of(settings),
        policies=_policies(settings),
        clock=clock,
        database=database,
        links=links,
        sms=sms
        or TwilioSms(
            account_sid=settings.twilio_account_sid,
            auth_token=tokens[0],
            base_url=settings.twilio_base_url,
            sender=settings.sender,
            callback_url=settings.public_base_url + STATUS_PATH,
            clock=clock,
        ),
        email=email
        or SmtpMail(
            settings.smtp_url.get_secret_value(),
            sender=settings.mail_from,
            sender_name=settings.clinic_name,
            clock=clock,
        ),
        texts=MessageTexts(),
        signatures=TwilioSignatures(tokens),
        subjects=SubjectsInOrder(
            (AppointmentSubjects(links), CheckInSubjects(links), AccountLinkSubjects(links))
        ),
        handlers=HANDLERS,
    )


def _policies(settings: Settings) -> ClinicPolicies:
    search = timedelta(seconds=settings.search_seconds)
    return replace(
        DEFAULT_POLICIES,
        booking=BookingPolicy(settling=timedelta(seconds=settings.settle_seconds)),
        abuse=AbusePolicy(
            texts_in_all=Allowance(*settings.web_texts),
            mails_in_all=Allowance(*settings.web_mails),
        ),
        delivery=DeliveryPolicy(
            lease=timedelta(seconds=settings.lease_seconds),
            first_search=search,
            next_search=search * 2 / 3,
        ),
    )


def clinic_of(settings: Settings) -> Clinic:
    """Return what the services know of the clinic."""
    return Clinic(
        name=settings.clinic_name,
        phone=settings.clinic_phone,
        zone=settings.clinic_timezone,
        region=settings.clinic_region,
        emergency_number=settings.emergency_number,
        crisis_line=settings.crisis_line,
        email=settings.mail_from,
        sender=settings.sender,
        on_call=settings.on_call,
        text_countries=frozenset(settings.text_countries),
        carrier=settings.carrier_name,
        mail_host=settings.mail_host_name,
    )
