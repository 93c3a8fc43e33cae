"""Logs: one way for our own lines and those of every library, as text or as JSON, on stderr."""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO

import msgspec
import structlog
from structlog.types import EventDict, Processor, WrappedLogger

# Chatty below this, whatever the level: a server that answers thousands a second must not log each request
QUIET = dict.fromkeys(("hypercorn", "httpx", "httpcore", "asyncio", "alembic"), logging.WARNING)


def configure(level: str, form: str, stream: TextIO | None = None) -> None:
    """Log lines of at least `level` as `form` (text or json) to stderr; colours only on a terminal."""
    stream = stream or sys.stderr  # as it is now, not as it was when this was imported
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_ends(form, stream)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def _ends(form: str, stream: TextIO) -> list[Processor]:
    if form == "json":
        return [structlog.processors.format_exc_info, _as_json]
    colors = stream.isatty()
    frames = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=frames, pad_event_to=0)]


def _as_json(logger: WrappedLogger, name: str, event: EventDict) -> str:
    # The strict door of engine.values refuses what a log line may well hold, such as an exception.
    line: dict[str, Any] = dict(event)
    return msgspec.json.encode(line, enc_hook=repr).decode()
