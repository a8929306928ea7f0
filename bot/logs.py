"""Logs: one JSON line an event on standard error, with ids and codes only, never content."""

import json
import logging
import sys

import structlog


def set_up_logs(level: str) -> None:
    """Configure once at start. Libraries are heard from *warning* on, by their name alone."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    heard = logging.StreamHandler(sys.stderr)
    heard.setFormatter(_NameOnly())
    logging.basicConfig(handlers=[heard], level=logging.WARNING)
    # A line that cannot be written would else be shown whole, with all that it was to quote.
    logging.raiseExceptions = False


class _NameOnly(logging.Formatter):
    """Who spoke, how gravely, and the class of what was raised: a message might quote content."""

    def format(self, record: logging.LogRecord) -> str:
        raised = record.exc_info[0] if record.exc_info else None
        told = {"library": record.name, "level": record.levelname.lower()}
        return json.dumps(told | ({"error": raised.__name__} if raised else {}))
