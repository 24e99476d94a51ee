"""`python -m demo.load`: fills an empty database; does nothing where there are therapists."""

from datetime import datetime, time, timedelta

from booking.accounts import service as staff
from booking.accounts.models import Role
from booking.accounts.service import NewUser
from booking.clinic.actor import StaffActor, System
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.db import open_database, open_engine
from booking.kit.logs import configure_logging
from booking.messaging import outbox
from booking.messaging.kinds import Kind
from booking.messaging.reason import Reason
from booking.runtime import build_runtime
from booking.scheduling import appointments
from booking.scheduling import attendance as sessions
from booking.scheduling.states import Transition
from booking.scheduling.transitions import transition
from booking.settings import load_settings
from booking.therapists.models import Therapist
from demo import COORDINATOR_SIGN_IN, DEMO_SIGN_IN, cast, queries
from demo.stages import HISTORY, Stage, at_local, awake
from demo.therapists import add_therapist, let_licence_lapse

HOME, LONDON, SYDNEY = "dana-sample", "ada-sample", "mei-sample"


def load(uow: UnitOfWork) -> bool:
    """Add the demo's people and appointments; False where there are therapists already."""
    if queries.has_therapists(uow.session):
        return False
    people = {one.slug: add_therapist(uow.session, one, uow.now) for one in cast.THERAPISTS}
    stage = Stage(uow, coordinator=_add_staff(uow, people))
    _history(stage, people[HOME])
    _coming(stage, people[HOME])
    _due_soon(stage, people)
    _without_therapist(stage, people)
    return True


def _add_staff(uow: UnitOfWork, people: dict[str, Therapist]) -> StaffActor:
    """Add the accounts; returns the coordinator, who takes the steps of the past."""
    accounts = (
        (DEMO_SIGN_IN, "Dana Sample", Role.THERAPIST, people[HOME].id),
        (COORDINATOR_SIGN_IN, "Demo coordinator", Role.COORDINATOR, None),
    )
    _, coordinator = [
        staff.add_user(uow, NewUser(email, name, password, role, therapist_id))
        for (email, password), name, role, therapist_id in accounts
    ]
    return staff.actor_of(coordinator)


def _history(stage: Stage, dana: Therapist) -> None:
    """Ten weeks of one patient, with gaps, and shorter ones of two others."""
    zone = dana.locations[0].zone
    for days_ago, before, after in HISTORY:
        day = at_local(stage.now - timedelta(days=days_ago), time(10), zone)
        stage.done(dana, cast.ALICE, day, before, after)
    for days_ago in (20, 6):
        day = at_local(stage.now - timedelta(days=days_ago), time(15), zone)
        stage.done(dana, cast.BEA, day, (4, 6, 5), (3, 6, 5))
    day = at_local(stage.now - timedelta(days=5), time(11), zone)
    missed = stage.book(dana, cast.EVE, day, booked_at=day - timedelta(days=8))
    stage.step(sessions.miss, missed, missed.ends_at)
    stage.settle(missed)


def _coming(stage: Stage, dana: Therapist) -> None:
    """The next days: confirmed, booked, asked for, cancelled, moved, and one at the door."""
    now, zone = stage.now, dana.locations[0].zone

    def later(days: int, hour: int) -> datetime:
        return at_local(now + timedelta(days=days), time(hour), zone)

    confirmed = stage.book(
        dana,
        cast.ALICE,
        later(2, 10),
        booked_at=now - timedelta(days=6),
        raynaud="yes",
        steroids="longer",
        skin=["rash"],
        skin_regions=["left_hand", "right_hand"],
        pressure="2",
        positions=["side", "help_with_table"],
        allergies=["fragrance"],
        note="Mornings are slow; please give me time to turn.",
    )
    stage.step(appointments.confirm, confirmed, now - timedelta(hours=20))
    stage.settle(confirmed)
    stage.settle(
        stage.book(dana, cast.BEA, later(3, 14), booked_at=now - timedelta(days=2), pressure="1")
    )
    stage.settle(
        stage.book(
            dana, cast.DOT, later(4, 11), booked_at=now - timedelta(days=1), anticoagulant="doac"
        )
    )
    cancelled = stage.book(dana, cast.EVE, later(5, 15), booked_at=now - timedelta(days=3))
    stage.step(appointments.cancel, cancelled, now - timedelta(days=1))
    stage.settle(cancelled)
    today = stage.book(
        dana, cast.FAY, now - timedelta(minutes=20), booked_at=now - timedelta(days=7)
    )
    if today.starts_at <= now:
        stage.step(sessions.arrive, today, now)
    stage.settle(today)


def _due_soon(stage: Stage, people: dict[str, Therapist]) -> None:
    """A reminder and a check-in that come due within the first minute, where it is day."""
    slugs = (HOME, LONDON, SYDNEY)
    zones = {people[slug].locations[0].zone: people[slug] for slug in slugs}
    quiet = stage.uow.policies.reminders.quiet_hours
    zone = awake(list(zones), quiet, stage.now)
    therapist = zones[zone]
    # Two days ahead: whatever the hour is now, the reminder of the day before is still to come.
    in_two_days = stage.now + timedelta(hours=50)
    coming = stage.book(
        therapist, cast.GWEN, in_two_days, booked_at=stage.now - timedelta(days=4), pressure="3"
    )
    stage.settle(coming)
    stage.bring_forward(coming, Kind.REMINDER)
    yesterday = stage.now - timedelta(hours=25)
    done = stage.book(
        therapist, cast.HANA, yesterday, booked_at=stage.now - timedelta(days=8), pressure="2"
    )
    stage.settle(done)
    stage.step(sessions.finish, done, min(done.ends_at, stage.now))
    stage.bring_forward(done, Kind.CHECK_IN)


def _without_therapist(stage: Stage, people: dict[str, Therapist]) -> None:
    """A session booked before its therapist's licence lapsed; somebody has to take it over."""
    for one in cast.THERAPISTS:
        if not one.licence_lapsed:
            continue
        therapist = people[one.slug]
        appointment = stage.book(
            therapist,
            cast.IRIS,
            stage.now + timedelta(days=6),
            booked_at=stage.now - timedelta(days=15),
        )
        let_licence_lapse(stage.uow.session, therapist, stage.now.date())
        transition(stage.uow, appointment, Transition.LOSE_THERAPIST)
        outbox.cancel_pending(
            stage.uow,
            appointment.id,
            reason=Reason.THERAPIST_UNAVAILABLE,
        )


def main() -> None:
    """Fill the database of this process's settings, if it is empty."""
    configure_logging("WARNING")
    settings = load_settings()
    runtime = build_runtime(settings, open_database(open_engine(settings.database_url)))
    with runtime.unit_of_work(System.WORKERS) as uow:
        loaded = load(uow)
    print("demo data loaded" if loaded else "the database has therapists already: nothing loaded")


if __name__ == "__main__":
    main()
