"""Logs as one JSON object a line, with ids and never with names, numbers or health words."""

import logging
import logging.config
import re
from typing import Final

import structlog
from structlog.typing import EventDict

_ROW: Final = re.compile(
    r"DETAIL:\s.*?(?=\[SQL:|\nHINT:|\nCONTEXT:|\nThe above |\nDuring |\nTraceback |\Z)", re.DOTALL
)
"""Where PostgreSQL quotes the row it refused, names, numbers and all."""


def without_rows(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Take out of a line whatever a database's error quotes of a row."""
    for part in ("event", "exception"):
        if isinstance(line.get(part), str):
            line[part] = _ROW.sub("DETAIL: (left out)\n", line[part])
    return line


def configure_logging(level: str = "INFO") -> None:
    """Send every log line of this process to standard error as JSON, times in UTC."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.format_exc_info,
                        without_rows,
                        structlog.processors.JSONRenderer(),
                    ],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # Their lines carry request bodies: numbers and texts.
                "twilio": {"level": "WARNING"},
                "aiohttp": {"level": "WARNING"},
                # Its line about a limit carries the visitor's address; ours has status and route.
                "flask-limiter": {"level": "WARNING"},
                # A line for every tick would bury the lines that matter.
                "celery.beat": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"},
                "celery.app.trace": {"level": "WARNING"},
                "kombu": {"level": "ERROR"},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
