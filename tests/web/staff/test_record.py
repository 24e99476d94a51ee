"""What staff look at, and what they were refused, is on record."""

import pytest

from booking.audit.models import AuditEvent


def record(staff):
    with staff.database.read_only() as session:
        query = session.query(AuditEvent.actor, AuditEvent.action, AuditEvent.subject)
        return [tuple(row) for row in query.order_by(AuditEvent.id)]


def test_a_refused_page_is_on_record_with_who_asked_and_for_what(staff):
    browser = staff.signed_in("theo")

    assert browser.get(f"/staff/appointments/{staff.anas}").status == 404

    with staff.database.read_only() as session:
        [kept] = session.query(AuditEvent).filter_by(action="refused").all()
        assert kept.actor == f"user:{staff.users['theo']}"
        assert kept.subject == "staff_appointments.show"
        assert kept.subject_id == staff.anas


def test_nothing_is_recorded_of_whoever_is_not_signed_in(staff):
    staff.browser().get(f"/staff/appointments/{staff.anas}")

    assert record(staff) == []


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("/staff/?date=2026-03-02", "calendar day 2026-03-02"),
        ("/staff/?date=2026-03-02&view=week", "calendar week 2026-03-02"),
        ("/staff/messages", "messages"),
    ],
)
def test_lists_with_patients_in_them_are_on_record(staff, path, subject):
    browser = staff.signed_in("dana")

    assert browser.get(path).status == 200

    assert (f"user:{staff.users['dana']}", "viewed", subject) in record(staff)
