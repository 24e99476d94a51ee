"""gunicorn's own log, without what it quotes of requests: addresses of visitors, and paths."""

from __future__ import annotations

import logging
from typing import Any

from gunicorn.glogging import Logger

REFUSED = "Invalid request from ip="
FAILED = "Error handling request"


def without_visitors(record: logging.LogRecord) -> bool:
    """Take out of a line who asked, and for what; every line is kept."""
    line = str(record.msg)
    if line.startswith(REFUSED):
        record.msg, record.args = "a request that is no HTTP was refused", ()
    elif line.startswith(FAILED):
        record.msg, record.args = FAILED, ()
    return True


class WebLog(Logger):
    """gunicorn's log as the site keeps it."""

    def setup(self, cfg: Any) -> None:
        """Set up as gunicorn does, and read along."""
        super().setup(cfg)
        self.error_log.addFilter(without_visitors)
