"""The answer of an evaluation: figures by task and language, what was left out, and what to be careful about."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from voc.evaluate.metrics import ClassFigures, Figure

FEW = 20
"""A class or language with fewer rows is warned of: its figures say little."""
_LINES = 100
"""Line numbers that are listed, at most; the count tells all."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One task over some rows. Figures are over the rows that were answered; `abstained` counts the others.

    `abstained` is None where an abstention can't be told from an answer. `confusion` is gold by guess in the order of
    the task's labels, its last column the abstentions.
    """

    rows: int
    abstained: int | None
    figures: Mapping[str, Figure]
    classes: Mapping[str, ClassFigures]
    confusion: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class TaskReport:
    """One task: its labels, all rows, and the rows of each language, most first. Without a head only `rows` is told."""

    rows: int
    unknown: tuple[int, ...]
    """Lines whose label is none of the vocabulary."""
    labels: tuple[str, ...] = ()
    overall: Slice | None = None
    languages: Mapping[str, Slice] | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well the scores agree with a file's labels. Intervals are 95 % percentile bootstrap, drawn with `seed`."""

    file: str
    model: str
    model_hash: str
    heads: str
    seed: int
    rows: int
    """Rows with at least one known label: those that were scored."""
    unlabelled: int
    rejected: tuple[int, ...]
    """Lines that can't be read as feedback."""
    tasks: Mapping[str, TaskReport]
    warnings: tuple[str, ...]


def warnings_of(tasks: Mapping[str, TaskReport], rejected: tuple[int, ...], unlabelled: int) -> tuple[str, ...]:
    """What a reader of the figures should know, a sentence each. Line numbers, never words of a row."""
    said = []
    if rejected:
        said.append(f"{_rows(len(rejected))} can't be read and {_is(len(rejected))} left out: {_lines(rejected)}.")
    if unlabelled:
        said.append(f"{_rows(unlabelled)} without any label {_is(unlabelled)} left out.")
    for task, report in tasks.items():
        said.extend(f"{task}: {sentence}" for sentence in _about(report))
    return tuple(said)


def _about(report: TaskReport) -> list[str]:
    said = []
    if report.unknown:
        said.append(
            f"{_rows(len(report.unknown))} with a label that is not known {_is(len(report.unknown))} left out: "
            f"{_lines(report.unknown)}. --labels says what a label means."
        )
    if report.overall is None:
        return said
    few = {name: figures.support for name, figures in report.overall.classes.items() if 0 < figures.support < FEW}
    if few:
        told = ", ".join(f"{name} ({count})" for name, count in few.items())
        said.append(f"fewer than {FEW} answered rows are {told}: figures of so few rows say little.")
    few = {lang: part.rows for lang, part in (report.languages or {}).items() if part.rows < FEW}
    if few:
        told = ", ".join(f"{lang} ({count})" for lang, count in few.items())
        said.append(f"fewer than {FEW} rows are in {told}: figures of so few rows say little.")
    return said


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _lines(lines: tuple[int, ...], most: int = 10) -> str:
    more = f" and {len(lines) - most:,} more" if len(lines) > most else ""
    return f"line{'' if len(lines) == 1 else 's'} {', '.join(map(str, lines[:most]))}{more}"


# ------------------------------------------------------------------------------------------------------------- JSON


def evaluation_row(evaluation: Evaluation) -> dict[str, Any]:
    """The document of `voc evaluate --json`. What can't be computed is null."""
    return {
        "file": evaluation.file,
        "model": evaluation.model,
        "model_hash": evaluation.model_hash,
        "heads": evaluation.heads,
        "seed": evaluation.seed,
        "rows": evaluation.rows,
        "unlabelled": evaluation.unlabelled,
        "rejected": _counted(evaluation.rejected),
        "tasks": {task: _task_row(report) for task, report in evaluation.tasks.items()},
        "warnings": list(evaluation.warnings),
    }


def _task_row(report: TaskReport) -> dict[str, Any]:
    row = {"evaluated": report.overall is not None, "rows": report.rows, "unknown_labels": _counted(report.unknown)}
    if report.overall is None or report.languages is None:
        return row
    languages = {lang: _slice_row(part) for lang, part in report.languages.items()}
    return {**row, "labels": list(report.labels), "all": _slice_row(report.overall), "languages": languages}


def _slice_row(part: Slice) -> dict[str, Any]:
    abstained = None if part.abstained is None else part.abstained / part.rows
    return {
        "rows": part.rows,
        "abstained": _number(abstained),
        "figures": {name: _numbers(asdict(figure)) for name, figure in part.figures.items()},
        "classes": {name: _numbers(asdict(figures)) for name, figures in part.classes.items()},
        "confusion": [list(row) for row in part.confusion],
    }


def _counted(lines: tuple[int, ...]) -> dict[str, Any]:
    return {"count": len(lines), "lines": list(lines[:_LINES])}


def _numbers(values: Mapping[str, float | int]) -> dict[str, float | int | None]:
    return {name: _number(value) for name, value in values.items()}


def _number(value: float | None) -> float | int | None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, int) else round(value, 4)
