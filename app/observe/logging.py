"""Structured logs, one JSON line each. One processor masks; no personal value and no raw line break gets past it.

Writing is lossy and bounded: a slow sink costs log lines (counted), never a caller's time.
"""

from __future__ import annotations

import logging
import queue
import re
import sys
import threading
import traceback
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from logging.handlers import QueueHandler
from typing import Any, TextIO

import structlog

PERSONAL = frozenset(
    {
        *("name", "names", "text", "note", "comment", "description", "address", "email", "caller"),
        *("phone", "phones", "from", "to", "from_number", "to_number", "peer", "contact_phone"),
        *("password", "token", "csrf_token", "cookie", "body", "query", "url", "path", "input"),
    }
)
PLAIN_IDS = frozenset(
    {"order_no", "contact_id", "call_sid", "message_sid", "recording_sid", "outage_no", "at", "ts", "release", "feed"}
)
LONG_DIGITS = re.compile(r"\+?\d(?:[\s()-]*\d){6,}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
MAX_TEXT = 500
STOP_S = 2.0
OURS = "hotline"

logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(OURS)


def mask(key: str, value: Any) -> Any:
    """What may be logged of one value: personal fields are dropped, runs of seven or more digits hidden."""
    if key in PERSONAL:
        return "[masked]"
    if isinstance(value, dict):
        return {str(inner): mask(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [mask(key, item) for item in value[:50]]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = CONTROL.sub(" ", _first_line(str(value)) if key == "event" else str(value))[:MAX_TEXT]
    return text if key in PLAIN_IDS else LONG_DIGITS.sub("[digits]", text)


def _first_line(text: str) -> str:
    """Libraries put the objects that failed, values and all, on the lines below."""
    return text.split("\n", 1)[0]


def mask_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The masking processor."""
    return {key: value if key.startswith("_") else mask(key, value) for key, value in event.items()}


def failure_facts(error: BaseException) -> dict[str, Any]:
    """Type and places of a failure; never its message, which may quote what a caller sent."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}:{frame.name}" for frame in frames]
    return {"error": type(error).__name__, "places": places}


def _drop_exceptions(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace exception objects, of us or of a library, by their facts."""
    info = event.pop("exc_info", None)
    if isinstance(info, BaseException):
        event.update(failure_facts(info))
    elif isinstance(info, tuple) and isinstance(info[1], BaseException):
        event.update(failure_facts(info[1]))
    elif info and (current := sys.exc_info()[1]) is not None:
        event.update(failure_facts(current))
    return event


class _LossyQueueHandler(QueueHandler):
    """Gives up a line rather than wait for a full queue."""

    def __init__(self, lines: queue.Queue[Any], dropped: Callable[[], None]) -> None:
        super().__init__(lines)
        self._dropped = dropped

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            self._dropped()

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Format here: only finished text crosses to the writing thread."""
        record.msg = self.format(record)
        record.args = None
        record.exc_info = record.exc_text = record.stack_info = None
        return record


class _Writer(threading.Thread):
    """Takes lines to their sink, which may be slow or stuck without anybody waiting for it."""

    def __init__(self, lines: queue.Queue[Any], sink: logging.Handler) -> None:
        super().__init__(name="log-writer", daemon=True)
        self._lines = lines
        self._sink = sink

    def run(self) -> None:
        while (record := self._lines.get()) is not None:
            self._sink.handle(record)

    def stop(self) -> None:
        """Write what is waiting and end; a stuck sink is left alone after a moment."""
        with suppress(queue.Full):
            self._lines.put(None, timeout=STOP_S)
            self.join(STOP_S)


def configure_logging(
    stream: TextIO | None = None, dropped: Callable[[], None] = lambda: None, level: int = logging.INFO
) -> Callable[[], None]:
    """Send all logging of the process through the masking processor to `stream`; returns what ends it.

    Libraries are heard from warnings on; ours from `level` on.
    """
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        _drop_exceptions,
        mask_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _drop_exceptions,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    lines: queue.Queue[Any] = queue.Queue(10_000)
    handler = _LossyQueueHandler(lines, dropped)
    handler.setFormatter(formatter)
    writer = _Writer(lines, logging.StreamHandler(stream or sys.stderr))
    root = logging.getLogger()
    before = root.handlers[:], root.level
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
    # The access log of the server quotes address lines, whose queries hold telephone numbers.
    logging.getLogger("uvicorn.access").disabled = True
    writer.start()

    def end() -> None:
        root.handlers[:], level_before = before
        root.setLevel(level_before)
        logging.getLogger("uvicorn.access").disabled = False
        writer.stop()
        structlog.reset_defaults()

    return end
