"""What the command line prints and draws. Standard output carries results only, standard error the rest."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import Task, TaskID

    from voc.errors import VocError


def print_json(value: object) -> None:
    """One JSON document on standard output: indented on a terminal, else one line, so that a log may gather them."""
    indent = 2 if sys.stdout.isatty() else None
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")


def say(text: str) -> None:
    """A line of result for people."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """A line beside the result."""
    sys.stderr.write(text + "\n")


def complain(error: VocError) -> None:
    """An error as one sentence and a hint."""
    note(f"Error: {error.message}")
    if error.hint:
        note(f"Hint:  {error.hint}")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people, as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(_plain(value) for value in row))
    Console().print(drawn)


def _plain(value: object) -> str:
    from rich.markup import escape

    return "" if value is None else escape(str(value))


def percent(share: float) -> str:
    """A share as people read it."""
    return f"{100 * share:.0f} %"


def local(moment: datetime | None, zone: tzinfo) -> str:
    """An aware moment as people of a zone read it, to the minute; empty where there is none."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment is not None else ""


def duration(seconds: float) -> str:
    """A stretch of time as people read it: 0.4 s, 12 s, 3 min 5 s, 2 h 10 min."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


def pairs(values: Mapping[str, Any]) -> None:
    """Names and values, one a line."""
    width = max((len(name) for name in values), default=0)
    for name, value in values.items():
        say(f"{name:<{width}}  {value}")


COUNTED = ("encode", "score", "evaluate")
"""Stages whose progress counts rows, so that rows a second mean something."""


def _pace(task: Task, *, counted: bool) -> str:
    """How fast a stage goes and how long the rest will take, as soon as that can be told."""
    rate = f"{task.speed:,.0f}/s" if counted and task.speed else ""
    rest = f"{duration(task.time_remaining)} left" if task.time_remaining else ""
    return ", ".join(filter(None, (rate, rest)))


class BarWatcher:
    """Draws a bar per stage on standard error: a live one on a terminal, a line per stage elsewhere."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}

    def started(self, stage: str) -> None:
        """Open the stage's bar."""
        if sys.stderr.isatty():
            bars = self._open()
            self._tasks[stage] = bars.add_task(stage, total=None, pace="")

    def moved(self, stage: str, done: int, total: int) -> None:
        """Move the stage's bar."""
        if self._bars is not None and stage in self._tasks:
            pace = _pace(self._bars.tasks[self._tasks[stage]], counted=stage in COUNTED)
            self._bars.update(self._tasks[stage], completed=done, total=total or None, pace=pace)

    def finished(self, stage: str, seconds: float) -> None:
        """Close the stage's bar."""
        if self._bars is None:
            note(f"{stage:<10} {seconds:7.1f} s")
            return
        task = self._tasks.get(stage)
        if task is not None:
            whole = self._bars.tasks[task].total or 1
            self._bars.update(task, completed=whole, total=whole)

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def _open(self) -> Bars:
        if self._bars is None:
            from rich import progress as parts
            from rich.console import Console

            texts = (parts.TextColumn("{task.description:<10}"), parts.TextColumn("{task.fields[pace]}"))
            columns = (texts[0], parts.BarColumn(), parts.MofNCompleteColumn(), parts.TimeElapsedColumn(), texts[1])
            self._bars = parts.Progress(*columns, console=Console(stderr=True))
            self._bars.start()
        return self._bars
