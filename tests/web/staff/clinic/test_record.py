"""The record of who did what: an auditor reads it and nothing else."""

import pytest

from booking.accounts.models import Role
from booking.audit.models import AuditEvent


@pytest.fixture
def audrey(staff):
    with staff.database.transaction() as session:
        staff.users["audrey"] = staff.add_user(session, "audrey", Role.AUDITOR)
    return staff.signed_in("audrey")


def test_an_auditor_begins_on_the_record_and_reads_who_did_what(staff, audrey):
    staff.signed_in("dana").get(f"/staff/appointments/{staff.anas}")

    page = audrey.get("/staff/sign-in")

    assert page.path == "/staff/clinic/record"
    assert "Opened Dana" in page.text
    assert "Signed in Audrey" in page.text


def test_no_patient_is_named_on_the_record(staff, audrey):
    staff.signed_in("dana").get(f"/staff/patients/{staff.ana}")

    assert "Ana" not in audrey.get("/staff/clinic/record").text


@pytest.mark.parametrize(
    "path",
    [
        "/staff/",
        "/staff/alerts",
        "/staff/inbox",
        "/staff/messages",
        "/staff/appointments/{anas}",
        "/staff/patients/{ana}",
        "/staff/clinic/accounts",
    ],
)
def test_an_auditor_sees_nothing_else(staff, audrey, path):
    assert audrey.get(path.format(anas=staff.anas, ana=staff.ana)).status == 403


def test_an_auditors_page_tells_nothing_of_patients_in_its_heading(staff, audrey):
    with staff.database.transaction() as session:
        staff.add_alert(session, patient_id=staff.ana)

    page = audrey.get("/staff/clinic/record")

    assert page.soup.find("a", string="Alerts") is None
    assert page.soup.select(".count") == []


def test_the_record_is_searched_by_day_person_act_and_number(staff, audrey):
    staff.signed_in("dana").get(f"/staff/appointments/{staff.anas}")
    staff.signed_in("cora").get(f"/staff/appointments/{staff.bos}")
    address = "/staff/clinic/record"

    assert "Cora" not in lines(audrey.get(f"{address}?who={staff.users['dana']}"))
    assert "Dana" not in lines(audrey.get(f"{address}?about={staff.bos}"))
    assert "Signed in" not in lines(audrey.get(f"{address}?act=opened"))
    assert lines(audrey.get(f"{address}?first=2026-03-03")) == ""
    assert "Dana" in lines(audrey.get(f"{address}?first=2026-03-02&last=2026-03-02"))
    assert "Dana" in lines(audrey.get(f"{address}?first=x&last=9&who=&about=y&before=x"))


def lines(page):
    assert page.status == 200
    return " ".join(one.get_text(" ", strip=True) for one in page.soup.select(".ledger-lines li"))


def test_pages_of_the_record_follow_each_other(staff, audrey):
    with staff.database.transaction() as session:
        for number in range(120):
            session.add(
                AuditEvent(
                    at=staff.clock.now(), actor="workers", action=f"act{number}", subject="test"
                )
            )
    seen, page = "", audrey.get("/staff/clinic/record")
    for _ in range(2):
        seen += lines(page)
        page = page.follow("Earlier ones")
    seen += lines(page)

    assert all(f"Act{number} " in seen for number in range(120))


def test_that_somebody_read_the_record_stands_on_it(staff, audrey):
    audrey.get("/staff/clinic/record")

    assert "Viewed Audrey" in lines(audrey.get("/staff/clinic/record"))


def test_an_administrator_reads_it_too_and_nobody_else(staff):
    assert staff.signed_in("ada").get("/staff/clinic/record").status == 200
    for who in ("dana", "cora"):
        assert staff.signed_in(who).get("/staff/clinic/record").status == 403
