"""A patient's check-ins over time: who may see them, and that the chart says only what it can."""

from datetime import timedelta

import pytest

from booking.safety.rules.red_flags import Tier
from booking.scheduling.states import State
from tests.web.staff_cast import STARTS

LESS = ((7, 7, 7), (4, 7, 8))
"""Pain three points less after than before, tiredness the same, stiffness one more."""


def patient_page(staff, who="dana", patient_id=None):
    return staff.signed_in(who).get(f"/staff/patients/{patient_id or staff.ana}")


def visits(staff, *scores):
    with staff.database.transaction() as session:
        for number, (before, after) in enumerate(scores):
            staff.add_visit(session, 7 * (len(scores) - number), before, after)


@pytest.mark.parametrize("who", ["dana", "cora", "ada"])
def test_those_who_treat_the_patient_and_the_office_open_the_page(staff, who):
    assert patient_page(staff, who).heading == "Ana Example"


def test_for_a_therapist_without_a_session_the_patient_does_not_exist(staff):
    page = patient_page(staff, "theo")

    assert page.status == 404
    assert "Ana" not in page.html
    assert staff.openings("patient") == []


@pytest.mark.parametrize("state", [State.HELD, State.CANCELLED])
def test_a_cancelled_session_alone_does_not_open_the_page(staff, state):
    with staff.database.transaction() as session:
        later = STARTS + timedelta(days=1)
        staff.add_appointment(session, staff.therapists.theo, staff.ana, later, state)

    assert patient_page(staff, "theo").status == 404


def test_opening_the_page_is_recorded(staff):
    patient_page(staff)

    assert staff.openings("patient") == [(f"user:{staff.users['dana']}", staff.ana)]


def test_a_patient_nobody_knows_is_not_found(staff):
    page = patient_page(staff, "ada", staff.users["ada"])

    assert page.status == 404


def test_every_answer_is_a_point_and_every_missing_one_a_gap(staff):
    visits(staff, LESS, ((5, 5, 5), None), (None, (6, 6, 6)), (None, None), LESS)

    page = patient_page(staff)

    charts = page.soup.select(".chart")
    assert len(charts) == 3
    for chart in charts:
        assert len(chart.select("circle.before")) == 3
        assert len(chart.select("circle.after")) == 3
        assert len(chart.select("line.pair")) == 2
        assert len(chart.select("path.gap")) == 4
    assert (
        "5 sessions: 6 answers, 4 missing" in charts[0].select_one(".chart-drawing")["aria-label"]
    )


def test_the_table_holds_the_same_numbers_newest_first(staff):
    visits(staff, ((7, 6, 5), (4, 3, 2)), ((5, 5, 5), None))

    rows = [
        [cell.get_text(strip=True) for cell in row.select("th, td")]
        for row in patient_page(staff).soup.select(".numbers tbody tr")
    ]

    assert rows == [
        ["February 23, 2026", "5", "no answer", "5", "no answer", "5", "no answer"],
        ["February 16, 2026", "7", "4", "6", "3", "5", "2"],
    ]


def test_three_pairs_get_a_median_but_no_name(staff):
    visits(staff, LESS, LESS, LESS, ((7, 7, 7), None))

    page = patient_page(staff)

    medians = [line.get_text() for line in page.soup.select(".median")]
    assert medians[0] == "Median change over the last 3 complete sessions: −3 points."
    assert not any(word in " ".join(medians) for word in ("better", "worse", "same"))
    assert "It takes 1 more before a change is given a name." in page.text


def test_four_pairs_get_a_name_by_the_asymmetric_thresholds(staff):
    visits(staff, LESS, LESS, LESS, LESS)

    medians = [line.get_text() for line in patient_page(staff).soup.select(".median")]

    assert medians == [
        "Median change over the last 4 complete sessions: −3 points: better.",
        "Median change over the last 4 complete sessions: 0 points: about the same.",
        "Median change over the last 4 complete sessions: +1 points: worse.",
    ]


def test_only_the_last_four_pairs_make_the_median(staff):
    visits(staff, ((10, 10, 10), (0, 0, 0)), LESS, LESS, LESS, LESS)

    assert "−3 points: better" in patient_page(staff).text


def test_the_caption_says_what_the_chart_cannot_show(staff):
    visits(staff, LESS, (None, None))

    caption = patient_page(staff).soup.select_one(".caption").get_text()

    assert "1 of 2 sessions answered both before and after." in caption
    assert "cannot show that massage caused any change" in caption


def test_before_the_first_session_there_is_no_chart(staff):
    page = patient_page(staff)

    assert "No session has taken place yet." in page.text
    assert not page.soup.select("svg.chart-drawing")


def test_a_therapist_sees_the_sessions_with_them_and_the_office_all(staff):
    with staff.database.transaction() as session:
        theirs = staff.add_visit(session, 14, *LESS, with_="theo")

    assert str(theirs) not in patient_page(staff).html
    assert str(theirs) in patient_page(staff, "cora").html


def test_open_alerts_stand_on_top_in_the_patients_own_words(staff):
    with staff.database.transaction() as session:
        sid = staff.add_text(session, "a <b>fever</b>", patient_id=staff.ana)
        staff.add_alert(session, Tier.AMBER, staff.ana, inbound_sid=sid)

    page = patient_page(staff)

    assert "a <b>fever</b>" in page.text
    assert "<b>fever" not in page.html
    assert page.title == "Sessions of Ana – Lavender Row"
