"""What a run says about itself: stage times, progress, memory and structured logs.

Logs carry ids, counts and codes; never a customer's text. Drawing bars is the command line's business: it gives a
`Watcher`. Prometheus lives in `api.metrics`.
"""

from __future__ import annotations

import logging
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from voc.ports import Progress


class Watcher(Protocol):
    """Somebody who watches long work."""

    def started(self, stage: str) -> None:
        """A stage begins."""

    def moved(self, stage: str, done: int, total: int) -> None:
        """A stage has done `done` of `total`."""

    def finished(self, stage: str, seconds: float) -> None:
        """A stage ended well."""


class Nobody:
    """The watcher of `--quiet` and of library use."""

    def started(self, stage: str) -> None:
        """Look away."""

    def moved(self, stage: str, done: int, total: int) -> None:
        """Look away."""

    def finished(self, stage: str, seconds: float) -> None:
        """Look away."""


class StageClock:
    """Times the stages of one job and passes their progress on. Used by one thread."""

    def __init__(self, watcher: Watcher, **bound: object) -> None:
        self.seconds: dict[str, float] = {}
        self._watcher = watcher
        self._bound = bound

    @contextmanager
    def stage(self, name: str) -> Iterator[Progress]:
        """Time the block under `name`; yields the progress callback of the stage."""
        began = time.perf_counter()
        self._watcher.started(name)
        log("stage.started", stage=name, **self._bound)
        yield lambda done, total: self._watcher.moved(name, done, total)
        spent = time.perf_counter() - began
        self.seconds[name] = round(self.seconds.get(name, 0.0) + spent, 3)
        self._watcher.finished(name, spent)
        log("stage.done", stage=name, seconds=round(spent, 3), **self._bound)


def peak_rss_mb() -> float:
    """The largest resident memory of this process so far, in MB (10^6 bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak * (1 if sys.platform == "darwin" else 1024) / 1e6, 1)


_LOGGER = logging.getLogger("voc")
_LOGGER.addHandler(logging.NullHandler())
_LOGGER.propagate = False


def log(event: str, **fields: object) -> None:
    """Record one event with its fields, as a JSON line once `log_to` has been called."""
    if _LOGGER.isEnabledFor(logging.INFO):
        _LOGGER.info(event, extra={"fields": fields})


class _JsonLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        import json

        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        row: dict[str, Any] = {"time": f"{stamp}Z", "level": record.levelname.lower(), "event": record.getMessage()}
        row.update(getattr(record, "fields", {}))
        if record.exc_info:
            # The type and place of an error, not its text: a foreign message may quote a customer.
            trace = record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            row["error"] = getattr(record.exc_info[0], "__name__", "error")
            if trace is not None:
                row["at"] = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        return json.dumps(row, ensure_ascii=False, default=str)


def log_to(path: Path, *, max_bytes: int = 10_000_000, backups: int = 5) -> None:
    """Send events to `path`, rotated, as JSON lines; a second call moves them to another file."""
    from logging.handlers import RotatingFileHandler

    for handler in list(_LOGGER.handlers):
        _LOGGER.removeHandler(handler)
        handler.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=max_bytes, backupCount=backups, encoding="utf-8", delay=True)
    handler.setFormatter(_JsonLine())
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.INFO)


def log_failure(event: str, **fields: object) -> None:
    """Record the exception being handled: its type and place, never its message."""
    _LOGGER.error(event, exc_info=True, extra={"fields": fields})  # noqa: LOG014 - called from except blocks
