"""The port at which a worker or a loop answers collectors of metrics."""

import structlog

from booking.monitoring import metrics
from booking.settings import Settings

log = structlog.get_logger()


def open_metrics_port(settings: Settings) -> None:
    """Answer collectors at METRICS_PORT, where one is set.

    A port that is taken is told and nothing more: messages go out whether counted or not.
    """
    if settings.metrics_port is None:
        return
    try:
        metrics.serve(settings.metrics_host, settings.metrics_port)
    except OSError as taken:
        log.warning("no metrics", port=settings.metrics_port, reason=str(taken))
