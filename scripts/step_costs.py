"""Seconds and memory of the steps of a computation, without a line in the code that is measured.

Functions are replaced by name while `Costs.of` holds, and put back. Processor seconds are those of all threads of the
process, so they compare whatever else the machine does; resident memory is reset with each step where Linux lets us.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def peak_gb(*, reset: bool = False) -> float:
    """Highest resident memory of this process in GB (1e9 bytes) since the last reset."""
    status = Path("/proc/self/status").read_text()
    found = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024 / 1e9
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    return found


@dataclass
class Step:
    """One step, or all calls of one: calls, seconds on the clock, processor seconds, peak resident GB."""

    name: str
    depth: int
    calls: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_gb: float = 0.0


@dataclass
class Costs:
    """Steps in the order they were first met; a step inside another is told under it and counted in it."""

    steps: dict[str, Step] = field(default_factory=dict)
    _open: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        path = "/".join([open_.name for open_ in self._open] + [name])
        step = self.steps.setdefault(path, Step(name, len(self._open)))
        self._seen()
        self._open.append(step)
        begun, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            step.calls += 1
            step.seconds += time.perf_counter() - begun
            step.cpu_seconds += time.process_time() - cpu
            self._seen()
            self._open.pop()

    @contextmanager
    def of(self, functions: Sequence[tuple[object, str]]) -> Iterator[None]:
        """Count every call of these: (module or class, name); names that are not there are passed over."""
        found = [(owner, name, getattr(owner, name)) for owner, name in functions if hasattr(owner, name)]
        for owner, name, function in found:
            setattr(owner, name, self._counted(name.strip("_"), function))
        try:
            yield
        finally:
            for owner, name, function in found:
                setattr(owner, name, function)

    def rows(self) -> list[dict[str, Any]]:
        return [
            {key: round(value, 3) if isinstance(value, float) else value for key, value in vars(step).items()}
            for step in self.steps.values()
        ]

    def _counted(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with self.step(name):
                return function(*args, **kwargs)

        return run

    def _seen(self) -> None:
        peak = peak_gb(reset=True)
        for step in self._open:
            step.peak_gb = max(step.peak_gb, peak)
