"""The website as tests make it: its settings, and a database with nothing in it yet."""

from flask_migrate import upgrade

from booking.kit.db import db
from booking.web.app import create_app
from tests.build.settings import settings_of


def settings_for(folder, **changes):
    """Settings of a clinic whose data lie in a folder, and which texts at anybody's rate."""
    ours = {
        "database_url": f"sqlite:///{folder}/lupine.sqlite3",
        "data_dir": folder,
        "public_base_url": "http://localhost",
        "clinic_name": "Lavender Row",
        "sender_rate": 1.0,
    }
    return settings_of(**{**ours, **changes})


def lay_tables(folder):
    """Make a database by the migrations and return its file."""
    app = create_app(settings_for(folder))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return folder / "lupine.sqlite3"
