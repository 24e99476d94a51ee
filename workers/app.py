"""The Celery application: `celery -A workers.app worker` and `celery -A workers.app beat`."""

import sys
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init

from booking.logs import configure_logging
from booking.settings import SettingsError, load_settings
from workers.broker import celery_settings
from workers.runtime import forget_runtime


def make_app() -> Celery:
    """Return the application of this process's settings; ends the process if they are wrong."""
    try:
        settings = load_settings()
    except SettingsError as wrong:
        sys.exit(str(wrong))
    app = Celery("lupine")
    app.config_from_object(celery_settings(settings))
    setup_logging.connect(_set_up_logging, weak=False)
    worker_process_init.connect(_start_child, weak=False)
    return app


def _set_up_logging(**_: Any) -> None:
    configure_logging()


def _start_child(**_: Any) -> None:
    forget_runtime()


app = make_app()
