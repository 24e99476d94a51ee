import threading
from urllib.parse import quote

import pytest
import requests
from bs4 import BeautifulSoup

from simulator.links import linked

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "https://example.org/\"onmouseover='alert(1)'",
    "http://example.org/<b>x</b>",
    "data:text/html,<script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
]


def page_of(world, phone):
    answer = world.get(f"/phones/{quote(phone)}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


@pytest.mark.parametrize("body", HOSTILE)
def test_a_hostile_text_is_shown_as_text_and_nothing_else(world, phone, body):
    world.text(phone, body)
    world.reply(phone, body)

    page = page_of(world, phone)

    bubbles = page.select(".bubble")
    assert [bubble.get_text() for bubble in bubbles] == [body, body]
    assert page.select(".talk script, .talk img, .talk b") == []
    for link in page.select(".talk a"):
        assert link["href"].startswith(("http://", "https://"))
        assert set(link.attrs) == {"href", "target", "rel"}


def test_web_addresses_are_links_without_their_trailing_point():
    html = str(linked("Move it: https://example.org/a/x?y=1&z=2. Or call."))

    assert 'href="https://example.org/a/x?y=1&amp;z=2"' in html
    assert html.endswith("</a>. Or call.")


def test_the_page_works_without_javascript(world, phone):
    world.text(phone, "Reply C to confirm.")

    answer = requests.post(f"{world.base_url}/phones/{phone}", data={"body": "C"}, timeout=5)

    assert answer.status_code == 200
    assert [b.get_text() for b in page_of(world, phone).select(".mine .bubble")] == ["C"]
    world.until(lambda: world.inbound(phone))
    assert world.inbound(phone)[0]["Body"] == "C"


def test_pressing_enter_sends_what_was_typed_and_no_quick_reply(world, phone):
    world.text(phone)

    [form] = page_of(world, phone).select("form:has(input[name=body])")

    # A browser presses a form's first button for Enter; a quick reply must not be it.
    assert [button.get("aria-label") for button in form.select("button")] == ["Send"]
    assert form["action"] == f"/phones/{phone}"


def test_a_typed_reply_is_sent(world, phone):
    requests.post(f"{world.base_url}/phones/{phone}", data={"body": " 4 6 3 "}, timeout=5)

    world.until(lambda: world.inbound(phone))
    assert world.inbound(phone)[0]["Body"] == "4 6 3"


def test_an_empty_reply_sends_nothing(world, phone):
    requests.post(f"{world.base_url}/phones/{phone}", data={"body": "  "}, timeout=5)

    assert world.get("/control/messages", phone=phone).json() == []


def test_unread_texts_are_counted_until_somebody_looks(world, phone):
    world.text(phone)
    world.text(phone)
    other = "+12025557777"
    world.text(other)

    before = page_of(world, other).select_one(f'a[href="/phones/{phone}"] .unread')
    page_of(world, phone)
    after = page_of(world, other).select_one(f'a[href="/phones/{phone}"] .unread')

    assert before.get_text() == "2 unread"
    assert after is None


def test_the_phone_with_the_newest_text_comes_first(world, phone):
    world.text("+12025557778")
    world.text(phone)

    first = BeautifulSoup(world.get("/").text, "html.parser").select(".phones .who")[0]

    assert first.get_text() == phone


def test_a_phone_that_said_stop_says_so(world, phone):
    world.reply(phone, "STOP")

    assert "STOP" in page_of(world, phone).select_one(".stopped").get_text()


def test_a_failed_text_says_why(world, phone):
    world.faults({"kind": "delivery_failure", "code": 30006, "to": phone})
    message = world.text(phone)
    world.until(lambda: world.twilio.messages(message.sid).fetch().status == "undelivered")

    assert "not delivered (30006" in " ".join(
        page_of(world, phone).select_one(".lost .state").get_text().split()
    )


def test_another_phone_can_be_opened_by_its_number(world):
    good = requests.post(
        f"{world.base_url}/phones", data={"number": "+1 (202) 555-0199"}, timeout=5
    )
    bad = requests.post(f"{world.base_url}/phones", data={"number": "alice"}, timeout=5)

    assert good.url.endswith("/phones/%2B12025550199") or good.url.endswith("/phones/+12025550199")
    assert bad.status_code == 400
    assert "country code" in bad.text


def test_something_that_is_no_phone_has_no_page(world):
    assert world.get("/phones/alice").status_code == 404


OWN_FORM = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
FOREIGN = [
    {"Origin": "https://example.com"},
    {"Origin": "null"},
    {"Origin": "https://example.com", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


def test_a_browser_may_send_the_pages_own_form(world, phone):
    url = f"{world.base_url}/phones/{phone}"

    answer = requests.post(url, data={"body": "C"}, headers=OWN_FORM, timeout=5)

    assert answer.status_code == 200


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_web_site_cannot_send_texts(world, phone, headers):
    answer = requests.post(
        f"{world.base_url}/phones/{phone}",
        data={"body": "C"},
        headers=headers,
        timeout=5,
    )

    assert answer.status_code == 403
    assert world.get("/control/messages", phone=phone).json() == []


def test_pages_load_nothing_from_elsewhere_and_run_no_inline_script(world):
    answer = world.get("/")

    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
    page = BeautifulSoup(answer.text, "html.parser")
    for tag in page.select("[src], link[href]"):
        address = tag.get("src") or tag["href"]
        assert address.startswith("/")
        assert world.get(address).status_code == 200


def test_an_open_page_hears_of_a_new_text_at_once(world, phone):
    with requests.get(f"{world.base_url}/events", stream=True, timeout=5) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith(b"retry")
        sender = threading.Thread(target=world.text, args=(phone,))
        sender.start()

        heard = next(line for line in lines if line.startswith(b"data"))
        sender.join()

    assert int(heard.removeprefix(b"data: ")) > 0


def test_a_picture_is_sent_with_one_press_and_shown_as_what_it_is(world, phone):
    address = f"{world.base_url}/phones/{phone}"
    requests.post(address, data={"media": "image/jpeg"}, timeout=5)

    world.until(lambda: world.inbound(phone))
    [post] = world.inbound(phone)
    assert (post["Body"], post["NumMedia"], post["MediaContentType0"]) == ("", "1", "image/jpeg")
    assert "image/jpeg" in world.get(f"/phones/{phone}").text
    requests.post(address, data={"media": "application/x-evil"}, timeout=5)
    assert len(world.get("/control/messages", phone=phone).json()) == 1
