"""How gunicorn serves the site: threads in one or a few processes, one line a start, no more.

Requests are logged by the application, which masks what its paths must not tell.
"""

import os
from typing import Any

bind = f"{os.environ.get('WEB_HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_PROCESSES", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "gthread"
backlog = 512
timeout = 60
graceful_timeout = 5
keepalive = 5
accesslog = None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
# Its control socket would lie in the home folder; nothing here uses it.
control_socket_disable = True


def pre_request(_worker: Any, _request: Any) -> None:
    """Say nothing: at LOG_LEVEL=debug gunicorn's own writes the path, and in it a link's token."""
