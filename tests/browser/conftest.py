"""The website on a port of its own, and a real Chromium to open it with."""

import pytest

from booking.web.app import create_app
from booking.web.limits import limiter
from tests.browser.serving import serving
from tests.build.times import SettableClock
from tests.web.site import lay_tables, settings_for
from tests.web.world import NOW, add_therapist


@pytest.fixture
def address(tmp_path):
    """Where the website of a clinic with one therapist answers."""
    lay_tables(tmp_path)
    clock = SettableClock(NOW)
    with serving(lambda _: create_app(settings_for(tmp_path), clock=clock)) as (app, address):
        limiter.reset()
        with app.extensions["lupine"].database.transaction() as session:
            add_therapist(session)
        yield address


@pytest.fixture
def open_window(chromium):
    """Open a window; whatever the browser complains about fails the test at its end."""
    windows, complaints = [], []

    def open_(width=390, height=844, **options):
        window = chromium.new_context(
            viewport={"width": width, "height": height},
            timezone_id="America/Chicago",
            **options,
        )
        windows.append(window)
        page = window.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: _note(line, complaints))
        return page

    yield open_
    for window in windows:
        window.close()
    assert complaints == []


def _note(line, complaints):
    # A form that is answered with 409 or 422 is no fault of the page.
    if line.type == "error" and "Failed to load resource" not in line.text:
        complaints.append(line.text)
