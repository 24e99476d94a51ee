"""Which broker carries the ticks, and how Celery is set to lose nothing that matters."""

from pathlib import Path
from typing import Any

from booking.settings import Settings
from workers.file_transport import SCHEME
from workers.jobs import JOBS, Job

LONGEST_TASK_S = 120
POLL_S = 0.1


def celery_settings(settings: Settings) -> dict[str, Any]:
    """Return Celery's configuration.

    The database owns all work, so a broker that forgets is harmless; what matters is that a
    worker that dies or a broker that goes away never stops the next tick.
    """
    return {
        **(_redis(settings.redis_url) if settings.redis_url else _files(settings.data_dir)),
        "enable_utc": True,
        "timezone": "UTC",
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        # Late acknowledgement alone loses the task of a killed child.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_soft_shutdown_timeout": 20.0,
        # Celery means to turn this on one day; a send under way has nothing to do with the broker.
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "task_time_limit": LONGEST_TASK_S,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "worker_hijack_root_logger": False,
        "imports": ("workers.tasks",),
        "beat_scheduler": "workers.beat:SteadyScheduler",
        "beat_schedule": {job.name: _tick_of(job) for job in JOBS},
    }


def _tick_of(job: Job) -> dict[str, Any]:
    seconds = job.every.total_seconds()
    return {
        "task": "workers.tasks.run_job",
        "args": (job.name,),
        "schedule": seconds,
        # A tick that nobody took in time is worthless: the next one does its work.
        "options": {"expires": max(2.0, seconds)},
    }


def _redis(url: str) -> dict[str, Any]:
    return {
        "broker_url": url,
        "broker_transport_options": {
            "visibility_timeout": 2 * LONGEST_TASK_S,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "health_check_interval": 10,
            "socket_keepalive": True,
            # A Redis that keeps the line and says nothing must not keep a worker from stopping:
            # several of these pass, one after the other, before it gives up.
            "socket_timeout": 3,
            "socket_connect_timeout": 3,
            "retry_on_timeout": True,
        },
    }


def _files(data_dir: Path) -> dict[str, Any]:
    """Files of the data folder, through workers/file_transport.py: nothing to install.

    Its workers run threads. On a transport without an event loop, Celery's child processes wait
    for their work behind one shared lock: a child that is killed while it waits keeps the lock,
    and the children that replace it wait for ever.
    """
    return {
        "broker_url": f"{SCHEME}://",
        "worker_pool": "threads",
        # It needs a broker that tells every worker, and nobody asks.
        "worker_enable_remote_control": False,
        "broker_transport_options": {
            # Made by whoever writes first: a full disk keeps nobody from starting.
            "folder": str((data_dir / "broker" / "queue").resolve()),
            "keep_s": max(job.every for job in JOBS).total_seconds(),
            "polling_interval": POLL_S,
        },
    }
