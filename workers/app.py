"""The Celery application: `celery -A workers.app worker` and `celery -A workers.app beat`."""

import sys
from typing import Any

from celery import Celery
from celery.signals import (
    setup_logging,
    worker_init,
    worker_process_init,
    worker_ready,
    worker_shutting_down,
)

from booking.database_shape import UnfitDatabase
from booking.kit.logs import configure_logging
from booking.settings import SettingsError, load_settings
from workers import shutdown
from workers.beat_logging import drop_tracebacks
from workers.broker import celery_settings
from workers.file_transport import use_for_files
from workers.metrics_server import open_metrics_port
from workers.presence import Presence, watch_over_waiting
from workers.redis_transport import use_for_redis
from workers.runtime import forget_runtime, refuse_unfit_database, tune_gc


def make_app() -> Celery:
    """Return the application of this process's settings; ends the process if they are wrong."""
    try:
        settings = load_settings()
    except SettingsError as wrong:
        sys.exit(str(wrong))
    use_for_redis()
    use_for_files()
    app = Celery("lupine")
    app.config_from_object(celery_settings(settings))
    app.steps["consumer"].add(Presence)
    setup_logging.connect(_set_up_logging, weak=False)
    worker_init.connect(_before_children, weak=False)
    worker_process_init.connect(_start_child, weak=False)
    worker_ready.connect(_start_parent, weak=False)
    worker_shutting_down.connect(_stop, weak=False)
    return app


def _set_up_logging(**_: Any) -> None:
    configure_logging()
    drop_tracebacks()


def _before_children(**_: Any) -> None:
    try:
        refuse_unfit_database()
    except UnfitDatabase as unfit:
        sys.exit(str(unfit))
    shutdown.share_with_children()
    # A child that is forked does not have this thread: the worker leaves the mark, not they.
    watch_over_waiting()


def _start_child(**_: Any) -> None:
    forget_runtime()
    tune_gc()


def _start_parent(**_: Any) -> None:
    # After its children were forked: they count, the parent answers.
    open_metrics_port(load_settings())


def _stop(**_: Any) -> None:
    shutdown.stop()


app = make_app()
