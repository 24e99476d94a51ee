"""Writes load through the real services: bookings, moves, cancels, sessions done."""

import random
import threading
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from booking.clinic.actor import Everything, StaffActor, System
from booking.kit.errors import DomainError
from booking.messaging import queries as message_store
from booking.messaging.kinds import Kind
from booking.patients.consent import ConsentKind
from booking.patients.service import Person, read_person
from booking.scheduling import appointments, bookings, holds
from booking.scheduling import attendance as sessions
from demo.answers import answers
from tests.chaos import people

STAFF = StaffActor(UUID(int=1), Everything())
LONGEST_RUN = timedelta(minutes=80)


LETTERS = str.maketrans("0123456789", "abcdefghij")
"""A name of digits is refused, so a patient's number is spelled in letters."""


class Load(threading.Thread):
    """Books, moves, cancels and finishes, so many steps a second, until told to stop."""

    def __init__(self, runtime, seed, steps_a_second):
        super().__init__(name="load", daemon=True)
        self.runtime = runtime
        self.stopping = threading.Event()
        self.counts = {}
        self._pause = 1 / steps_a_second
        self._chance = random.Random(f"{seed} load")
        now = runtime.clock.now()
        with runtime.database.transaction() as session:
            services = people.open_practice(session, now)
        self._coming = people.coming_slots(services, now)
        self._past = people.past_slots(services, now)
        self._later = people.late_starts(now)
        self._phones = iter(people.phones(self._chance))
        self._used = []
        self._booked = []
        quiet = runtime.policies.reminders.quiet_hours
        self._awake, self._asleep = people.zones_by_day(quiet, now, LONGEST_RUN)

    def run(self):
        steps = {self.book: 50, self.finish: 18, self.move: 16, self.cancel: 12}
        verbs, weights = list(steps), list(steps.values())
        while not self.stopping.wait(self._pause * self._chance.uniform(0.3, 1.7)):
            verb = self._chance.choices(verbs, weights)[0]
            try:
                verb()
                name = verb.__name__
            except (DBAPIError, DomainError, StopIteration) as refused:
                # What a database that is away refuses is simply not booked.
                name = f"{verb.__name__} refused ({type(refused).__name__})"
            self.counts[name] = self.counts.get(name, 0) + 1

    def book(self):
        """Book a session of the coming weeks whose reminders come due within seconds."""
        service, starts_at = next(self._coming)
        person, zone = self._person(), self._zone()
        with self.runtime.unit_of_work(System.BOOKING_PAGE) as uow:
            booked = self._booking(uow, service, starts_at, person, zone)
            self._bring_forward(uow, booked.id, {Kind.REMINDER})
            self._sometimes_short_lived(uow, booked.id)
        self._booked.append(booked.id)

    def finish(self):
        """Let a session of the last days be done; its check-in comes due within seconds."""
        service, starts_at = next(self._past)
        person, zone = self._person(), self._zone()
        with self.runtime.unit_of_work(STAFF) as uow:
            earlier = replace(uow, now=starts_at - timedelta(days=4))
            booked = self._booking(earlier, service, starts_at, person, zone)
            sessions.finish(uow, booked.id)
            self._bring_forward(uow, booked.id, {Kind.CHECK_IN})

    def move(self):
        """Give a booked session another time."""
        if self._booked:
            starts_at = self._chance.choice(self._later)
            moved = self._chance.choice(self._booked[-40:])
            with self.runtime.unit_of_work(STAFF) as uow:
                appointments.move(uow, moved, starts_at)
                self._bring_forward(uow, moved, {Kind.REMINDER})

    def cancel(self):
        """Cancel a booked session."""
        if self._booked:
            gone = self._booked.pop(-1 - self._chance.randrange(min(30, len(self._booked))))
            with self.runtime.unit_of_work(STAFF) as uow:
                appointments.cancel(uow, gone)

    def _booking(self, uow, service, starts_at, person, zone):
        held = holds.hold(uow, service, starts_at, zone)
        known = read_person(person, clinic=uow.clinic)
        wish = bookings.BookingRequest(known, answers(), frozenset(ConsentKind))
        return bookings.book(uow, held.id, wish).appointment

    def _person(self):
        """Return a new patient; every fifth shares the phone of an earlier one."""
        shares = self._used and self._chance.random() < 0.2
        phone = None if shares else next(self._phones, None)
        phone = phone or self._chance.choice(self._used[-60:])
        number = len(self._used)
        self._used.append(phone)
        language = self._chance.choice(("en", "en", "es"))
        name = f"Patient {str(number).translate(LETTERS).title()}"
        return Person(name, phone, f"patient-{number}@example.org", language)

    def _zone(self):
        sleeps = self._asleep and self._chance.random() < 0.15
        return self._chance.choice(self._asleep if sleeps else self._awake)

    def _bring_forward(self, uow, appointment_id, kinds):
        """Let what is planned for days from now come due within seconds."""
        uow.session.flush()
        for message in message_store.unsent_of(uow.session, appointment_id, kinds):
            due_at = uow.now + timedelta(seconds=self._chance.uniform(0.2, 5.0))
            message.due_at = message.next_attempt_at = due_at
            if self._chance.random() < 0.12:
                message.expires_at = due_at + timedelta(seconds=self._chance.uniform(0.3, 4.0))

    def _sometimes_short_lived(self, uow, appointment_id):
        if self._chance.random() < 0.1:
            for message in message_store.unsent_of(uow.session, appointment_id):
                message.expires_at = uow.now + timedelta(seconds=self._chance.uniform(0.5, 4.0))
