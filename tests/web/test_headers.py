import pytest
from itsdangerous import URLSafeTimedSerializer

from booking.web.app import create_app
from tests.web.site import settings_for

CLINIC = "https://clinic.example.org"
PAGES = ("/", "/therapists/dana-demo", "/evidence", "/privacy", "/nowhere", "/livez")


def set_cookies(app, address):
    """Return the cookies that a page sets for somebody who brings none."""
    return app.test_client().get(address, base_url=CLINIC).headers.getlist("Set-Cookie")


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_forbids_foreign_scripts_frames_and_referrers(browser, address):
    headers = browser.get(address).headers

    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", ["/", "/therapists/dana-demo", "/evidence", "/nowhere"])
def test_pages_hold_nothing_that_the_policy_would_block(browser, address):
    soup = browser.get(address).soup

    assert not soup.find_all(style=True)
    assert not soup.find_all("style")
    assert all(script.get("src", "").startswith("/static/") for script in soup("script"))
    assert not [tag for tag in soup.find_all() if any(name.startswith("on") for name in tag.attrs)]
    links = [tag["href"] for tag in soup.find_all("link") if tag.get("rel") == ["stylesheet"]]
    assert links
    assert all(link.startswith("/static/") for link in links)


def test_public_pages_are_asked_for_again_and_personal_ones_kept_nowhere(browser, held):
    assert browser.get("/").headers["Cache-Control"] == "private, no-cache"
    assert held.headers["Cache-Control"] == "no-store"


def test_an_asset_with_its_digest_may_be_kept_for_a_year(browser):
    address = browser.get("/").soup.find("script")["src"]

    kept = browser.get(address)
    fresh = browser.get(address.split("?", maxsplit=1)[0])

    assert "immutable" in kept.headers["Cache-Control"]
    assert kept.headers["Cache-Control"] != fresh.headers["Cache-Control"]


def test_over_https_the_cookie_and_the_transport_are_strict(tmp_path):
    app = create_app(settings_for(tmp_path, public_base_url="https://clinic.example.org"))

    answer = app.test_client().get("/evidence", base_url="https://clinic.example.org")

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert app.config["SESSION_COOKIE_SECURE"]


def test_other_hosts_of_the_clinic_are_promised_https_only_where_it_says_so(tmp_path):
    app = create_app(settings_for(tmp_path, public_base_url=CLINIC, hsts_include_subdomains=True))

    answer = app.test_client().get("/evidence", base_url=CLINIC)

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_over_https_the_cookie_is_bound_to_this_very_host(settings, clock):
    changed = settings.model_copy(update={"public_base_url": CLINIC})

    cookie = set_cookies(create_app(changed, clock=clock), "/staff/sign-in")[0]

    assert cookie.startswith("__Host-lupine=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_over_plain_http_no_transport_promise_is_made(browser):
    assert "Strict-Transport-Security" not in browser.get("/").headers


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(browser):
    cookie = browser.get("/therapists/dana-demo").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_over_https_a_form_is_taken_although_no_referrer_is_sent(settings, clock):
    app = create_app(
        settings.model_copy(update={"public_base_url": "https://clinic.example.org"}), clock=clock
    )
    client = app.test_client()
    page = client.get("/evidence", base_url="https://clinic.example.org")
    with client.session_transaction(base_url="https://clinic.example.org") as session:
        session["csrf_token"] = "raw"
    with app.test_request_context():
        token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps("raw")

    answer = client.post(
        "/holds", data={"csrf_token": token}, base_url="https://clinic.example.org"
    )

    assert page.status_code == 200
    assert answer.status_code == 404  # past the token, to a service that there is none of


@pytest.mark.parametrize("address", ["/evidence", "/privacy", "/livez", "/static/css/base.css"])
def test_a_page_without_a_form_sets_no_cookie(app, address):
    assert set_cookies(app, address) == []


@pytest.mark.parametrize(
    ("address", "page"),
    [("/staff", "/staff/"), ("/therapists//dana-demo?week=1", "/therapists/dana-demo?week=1")],
)
def test_no_redirect_names_the_host_that_a_caller_wrote(app, address, page):
    answer = app.test_client().get(address, base_url="http://evil.example")

    assert answer.headers["Location"] == page
    assert "evil" not in answer.get_data(as_text=True)
