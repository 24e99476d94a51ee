"""The website for a WSGI server: `gunicorn booking.wsgi:app`."""

import os
import sys

from flask import Flask

from booking.database_shape import UnfitDatabase, refuse_at_start
from booking.kit.db import db
from booking.kit.logs import configure_logging
from booking.settings import SettingsError, load_settings
from booking.web.app import create_app


def make_app() -> Flask:
    """Return the website of this process's settings; ends the process if they are wrong.

    So does a database that is not what this version needs; a command such as the upgrade of
    that database looks for itself.
    """
    try:
        settings = load_settings()
    except SettingsError as wrong:
        sys.exit(str(wrong))
    configure_logging()
    site = create_app(settings)
    if not os.environ.get("FLASK_RUN_FROM_CLI"):
        _refuse_unfit_database(site)
    return site


def _refuse_unfit_database(site: Flask) -> None:
    try:
        with site.app_context():
            refuse_at_start(db.engine)
            # A server forks what it has loaded, and no connection may be shared.
            db.engine.dispose()
    except UnfitDatabase as unfit:
        sys.exit(str(unfit))


app = make_app()
