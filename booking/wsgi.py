"""The website for a WSGI server: `gunicorn booking.wsgi:app`."""

import sys

from flask import Flask

from booking.logs import configure_logging
from booking.settings import SettingsError, load_settings
from booking.web.app import create_app


def make_app() -> Flask:
    """Return the website of this process's settings; ends the process if they are wrong."""
    try:
        settings = load_settings()
    except SettingsError as wrong:
        sys.exit(str(wrong))
    configure_logging()
    return create_app(settings)


app = make_app()
