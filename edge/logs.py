"""Logs: one JSON object a line in production, plain lines in development, secrets in neither."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from flask import g, has_app_context

FORMATS = ("json", "text")

_KEPT = 6  # characters of a key, enough to tell a test key from a live one
_SECRET = re.compile(
    r"\b(?:[sr]k_(?:live|test)_|whsec_|sb_secret_)[\w+/=-]+"
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # a token
    r"|(?<=Bearer )[\w.~+/=-]+",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"(?<=://)[^\s/@]+(?=@)|(?<=password=)\S+", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# What every record has; the rest was given by who logged, as extra.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def clean(text: str) -> str:
    """Return a text without secrets and e-mail addresses; of a key at most 6 characters stay."""
    text = _SECRET.sub(lambda found: f"{found[0][:_KEPT]}…", _PASSWORD.sub("…", text))
    return _EMAIL.sub("<email>", text)


class TextFormatter(logging.Formatter):
    """A line for a person, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it the traceback of an exception."""
        return clean(super().format(record))


class JsonFormatter(logging.Formatter):
    """A JSON object on one line: time, level, logger, message, request id, what else was given."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_app_context() and "request_id" in g:
            line["request_id"] = g.request_id
        line |= {name: value for name, value in vars(record).items() if name not in _USUAL}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        cleaned = {
            name: value if value is None or isinstance(value, int | float) else clean(str(value))
            for name, value in line.items()
        }
        return json.dumps(cleaned, ensure_ascii=False)


def log_settings(log_format: str) -> dict[str, Any]:
    """Return the settings of ``logging.config.dictConfig``: all to stderr, in one format.

    Args:
        log_format: ``json`` or ``text``.

    Raises:
        ValueError: it is neither.
    """
    if log_format not in FORMATS:
        raise ValueError(f"LOG_FORMAT is {' or '.join(FORMATS)}")
    formatter = {"json": {"()": JsonFormatter}, "text": {"()": TextFormatter, "format": _TEXT}}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter[log_format]},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {
            # The server has handlers of its own otherwise, and each line would come twice.
            "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
            "stripe": {"level": "WARNING"},
        },
    }
