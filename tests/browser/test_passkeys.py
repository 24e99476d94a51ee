"""A passkey of a real browser: added, used to sign in, and in the middle of what one types."""

import pytest

from booking.web.app import create_app
from booking.web.limits import limiter
from tests.browser.serving import serving
from tests.build.times import SettableClock
from tests.web.site import lay_tables, settings_for
from tests.web.staff_cast import PASSWORD, StaffSite
from tests.web.world import NOW, add_therapist

pytestmark = pytest.mark.browser


@pytest.fixture
def site(tmp_path):
    """The website with its staff, at the name and port that its settings say."""
    lay_tables(tmp_path)
    clock = SettableClock(NOW)
    limiter.reset()

    def make(address):
        return create_app(settings_for(tmp_path, public_base_url=address), clock=clock)

    with serving(make) as (app, address):
        with app.extensions["lupine"].database.transaction() as session:
            add_therapist(session)
        staff = StaffSite(app, clock)
        staff.address = address
        yield staff


@pytest.fixture
def window(site, open_window):
    """A window of a browser whose device has a finger to show."""
    page = open_window()
    page.emulate_media(reduced_motion="reduce")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return page


def sign_in(window, site, who="dana"):
    window.goto(f"{site.address}/staff/sign-in")
    window.get_by_label("Mail address").fill(f"{who}@example.org")
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in", exact=True).click()
    window.wait_for_url(f"{site.address}/staff/")


def add_passkey(window, site):
    window.goto(f"{site.address}/staff/account")
    window.get_by_role("link", name="Add a passkey").click()
    window.get_by_label("What you call it").fill("My phone")
    window.get_by_role("button", name="Add a passkey").click()
    window.get_by_text("The passkey is added").wait_for()


def test_a_passkey_signs_in_with_one_touch(window, site):
    sign_in(window, site)
    add_passkey(window, site)
    assert window.get_by_text("My phone", exact=True).is_visible()
    window.get_by_role("button", name="Sign out Dana").click()

    window.get_by_role("button", name="Sign in with a passkey").click()

    window.wait_for_url(f"{site.address}/staff/")


def test_after_a_session_of_ninety_minutes_one_touch_sends_what_was_typed(window, site):
    with site.database.transaction() as session:
        site.add_alert(session, patient_id=site.ana)
    sign_in(window, site)
    add_passkey(window, site)
    window.goto(f"{site.address}/staff/alerts")
    window.get_by_text("Close with what came of it").click()
    window.get_by_label("What came of it").select_option("spoke")
    window.get_by_label("Note").fill("She feels better.")
    site.clock.pass_(minutes=90)
    window.get_by_role("button", name="Close alert").click()

    window.get_by_role("button", name="Use a passkey").click()

    window.get_by_text("The alert is closed.").wait_for()


def test_a_device_that_gives_no_passkey_says_so_and_the_password_still_works(site, open_window):
    window = open_window()
    devtools = window.context.new_cdp_session(window)
    devtools.send("WebAuthn.enable")
    window.goto(f"{site.address}/staff/sign-in")
    window.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error()); }")

    window.get_by_role("button", name="Sign in with a passkey").click()

    window.get_by_text("Your device gave no passkey.").wait_for()
    sign_in(window, site)
