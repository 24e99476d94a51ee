from itertools import pairwise

import pytest

PUBLIC = ("/", "/therapists/dana-demo", "/evidence", "/privacy")


@pytest.mark.parametrize("address", PUBLIC)
def test_every_page_has_a_title_a_language_a_way_past_the_menu_and_headings_in_order(
    browser, address
):
    page = browser.get(address)

    assert page.status == 200
    assert page.soup.html["lang"] == "en"
    assert page.title.endswith("– Lavender Row")
    assert page.soup.find("a", class_="skip")["href"] == "#main"
    assert page.soup.find("main", id="main")
    levels = [int(one.name[1]) for one in page.soup.find_all(["h1", "h2", "h3", "h4"])]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("address", PUBLIC)
def test_every_field_has_a_label(browser, address):
    check_labels(browser.get(address).soup)


def test_every_field_of_the_booking_form_has_a_label_and_every_group_a_legend(held):
    check_labels(held.soup)
    for group in held.soup.find_all("fieldset"):
        assert group.find("legend").get_text(strip=True)


def check_labels(soup):
    for field in soup.find_all(["input", "select", "textarea"]):
        if field.get("type") == "hidden":
            continue
        labelled = field.find_parent("label") or soup.find("label", attrs={"for": field.get("id")})
        assert labelled is not None, field


def test_no_id_is_used_twice(held):
    ids = [tag["id"] for tag in held.soup.find_all(id=True)]

    assert len(ids) == len(set(ids))


def test_the_evidence_page_says_what_is_known_and_promises_nothing(browser):
    text = browser.get("/evidence").text.lower()

    for said in (
        "no trial of massage in people with lupus",
        "the certainty is low",
        "keep taking your medicines",
        "tell your therapist honestly",
        "wiltshire",
        "moyer",
    ):
        assert said in text
    for never in (" is safe", "safe for", "cures", "heals", "detox", "boosts"):
        assert never not in text


def test_the_project_calls_itself_by_the_clinics_name_only(browser):
    for address in PUBLIC:
        assert "Lupine" not in browser.get(address).text
