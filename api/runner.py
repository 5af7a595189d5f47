"""Runs that the service starts: one at a time, in a thread, on an engine of their own.

An engine of their own, because the model of the readers' engine takes turns: searches and posts go on during a run.
A run may be killed at any moment (see `voc.pipeline`), so the thread does not hold up a shutdown.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from voc.errors import RunLocked
from voc.model import Run
from voc.ports import RunStore
from voc.telemetry import log_failure

if TYPE_CHECKING:
    from voc.engine import Engine

PATIENCE = 10.0
"""Seconds to wait until a run has an id or an end."""
_GLANCE = 0.05


class Runner:
    """Starts runs of one home and knows whether one of its own is at work."""

    def __init__(self, open_engine: Callable[[], Engine], runs: RunStore) -> None:
        self._open_engine = open_engine
        self._runs = runs
        self._lock = threading.Lock()
        self._job: _Job | None = None

    def start(self, *, recluster: bool = False, patience: float = PATIENCE) -> Run | None:
        """Start a run, one that makes all themes anew if `recluster`; answers it as soon as it has begun, or ended at
        once as unchanged. None: it has not begun yet.

        Raises RunLocked while a run is at work here or in another process, and whatever ends the run at once.
        """
        known = {run.run_id for run in self._runs.list()}
        with self._lock:
            if self._job is not None and self._job.is_alive():
                raise RunLocked("A run is at work already.", "Wait for it: GET /v1/runs shows its state.")
            job = self._job = _Job(self._open_engine, recluster=recluster)
            job.start()
        until = time.monotonic() + patience
        while time.monotonic() < until:
            job.join(_GLANCE)
            if not job.is_alive():
                return job.outcome()
            begun = [run for run in self._runs.list() if run.run_id not in known]
            if begun:
                return begun[0]
        return None

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the run at work; whether none is left."""
        job = self._job
        if job is not None:
            job.join(seconds)
        return job is None or not job.is_alive()


class _Job(threading.Thread):
    """One run in a thread."""

    def __init__(self, open_engine: Callable[[], Engine], *, recluster: bool) -> None:
        super().__init__(name="voc-run", daemon=True)
        self._open_engine = open_engine
        self._recluster = recluster
        self._done: Run | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        """Open, run, close; keeps the outcome."""
        try:
            engine = self._open_engine()
            try:
                self._done = engine.run(recluster=self._recluster)
            finally:
                engine.close()
        except Exception as error:  # noqa: BLE001 - kept for whoever asks; the run's row says it failed
            log_failure("http.run_failed")
            self._error = error

    def outcome(self) -> Run | None:
        """What the run came to. Raises what ended it."""
        if self._error is not None:
            raise self._error
        return self._done
