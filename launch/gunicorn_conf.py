"""How gunicorn serves the site: threads in one or a few processes, one line a start, no more.

Requests are logged by the application, which masks what its paths must not tell.
"""

import gc
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

bind = f"{os.environ.get('WEB_HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_PROCESSES", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "launch.web_worker.WebWorker"
worker_connections = 1000
limit_request_line = 4094
limit_request_fields = 64
backlog = 512
timeout = 60
graceful_timeout = 5
keepalive = 5
# Who called, and over what, the application alone reads, from declared proxies (web/visitor.py).
# Of itself gunicorn takes a path's beginning from a header, where it comes from this machine.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
accesslog = None
errorlog = "-"
logger_class = "launch.web_log.WebLog"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
# Its control socket would lie in the home folder; nothing here uses it.
control_socket_disable = True
# Where all processes count, so that each can tell the figures of all.
metrics_dir = Path(
    os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    or Path(os.environ.get("DATA_DIR", "var")) / "metrics"
)
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={metrics_dir}"]


def on_starting(_server: Any) -> None:
    """Forget what processes counted that are no more, or every restart would leave a file."""
    for counted in metrics_dir.glob("*_[0-9]*.db"):
        if not psutil.pid_exists(int(counted.stem.rpartition("_")[2])):
            with suppress(OSError):
                counted.unlink()


def post_worker_init(_worker: Any) -> None:
    """Let the collector of this process pass over what stays, and come round less often.

    A page makes thousands of objects that are gone with it. Python's own settings look for
    circles among them, and among all that the libraries hold, every few hundred objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pre_request(_worker: Any, _request: Any) -> None:
    """Say nothing: at LOG_LEVEL=debug gunicorn's own writes the path, and in it a link's token."""
