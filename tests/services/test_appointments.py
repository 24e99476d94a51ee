from tests.build.cast import ALICE, DANA


def test_moving_an_appointment_cancels_its_old_reminders_and_plans_new_ones(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at="2026-03-06T14:00Z")
    assert clinic.reminders(booked) == ["2026-03-03T14:00Z", "2026-03-05T14:00Z"]

    clinic.move(booked, to="2026-03-09T14:00Z")

    assert clinic.reminders(booked) == ["2026-03-06T14:00Z", "2026-03-08T14:00Z"]
