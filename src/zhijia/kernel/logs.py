"""The log: one JSON object a line, from a list of allowed fields, so that no personal data can slip in.

A line holds the request's or job's id, the address as a template (never its values, never a query), a status
and a duration. A message of a library is kept only as its name; an exception as its type and place.
"""

import json
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

ALLOWED = ("method", "path", "status", "ms", "rows", "child", "pid", "code", "seconds", "again", "aside")
OURS = ("zhijia",)
EVENT = re.compile(r"[a-z][a-z ._-]{0,80}")
_log = logging.getLogger("zhijia.request")
_request: ContextVar[str] = ContextVar("request", default="")
_job: ContextVar[str] = ContextVar("job", default="")


@dataclass
class Line:
    """What will stand on the log line of a running request."""

    request: str
    status: int = 500
    began: float = field(default_factory=time.monotonic)


@contextmanager
def request(incoming: Any) -> Iterator[Line]:
    """Everything logged inside carries the request's id; at the end one line tells how it went.

    `incoming` has `request_id`, `method` and, once routed, `resolver_match`.
    """
    line = Line(incoming.request_id)
    token = _request.set(line.request)
    try:
        yield line
    finally:
        match = getattr(incoming, "resolver_match", None)
        told = {
            "method": incoming.method,
            "path": "/" + match.route if match else "unknown",
            "status": line.status,
            "ms": round((time.monotonic() - line.began) * 1000),
        }
        _log.info("request", extra=told)
        _request.reset(token)


@contextmanager
def job(number: object, task: str) -> Iterator[None]:
    """Everything logged inside carries the job's number and the task's name."""
    token = _job.set(f"{task} {number}")
    try:
        yield
    finally:
        _job.reset(token)


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON with allowed fields alone."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
        }
        if record.name.split(".")[0] in OURS:
            line["event"] = record.msg if EVENT.fullmatch(str(record.msg)) else "unnamed"
        if _request.get():
            line["request"] = _request.get()
        if _job.get():
            line["job"] = _job.get()
        line |= {name: record.__dict__[name] for name in ALLOWED if name in record.__dict__}
        if record.exc_info and record.exc_info[0]:
            line |= _failure(record.exc_info[0], record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=lambda value: type(value).__name__)


def _failure(kind: type[BaseException], traceback: Any) -> dict[str, str]:
    """The exception's type and the frames it passed, without its message: that may quote a row."""
    frames = []
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        frames.append(f"{file.rsplit('site-packages/', 1)[-1].rsplit('/src/', 1)[-1]}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return {"error": kind.__qualname__, "trace": " ".join(frames[-12:])}


def configuration(level: str = "INFO") -> dict[str, Any]:
    """Django's LOGGING: everything as JSON lines on standard error, libraries from warnings upward."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "zhijia.kernel.logs.JsonLines"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "zhijia": {"level": level},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        },
    }
