"""A labelled file: which columns hold labels, what the labels mean, and which rows can be judged. Scores nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from voc.errors import InputError, UsageError
from voc.ingest import IngestOptions, find_column, parse_map, read_beside, words
from voc.model import EMOTIONS, INTENTS, SENTIMENTS, URGENCIES, Feedback, Rejected

TASKS: Mapping[str, tuple[str, ...]] = {
    "sentiment": (*SENTIMENTS, "mixed"),
    "urgency": URGENCIES,
    "emotion": (*EMOTIONS, "neutral"),
    "intent": INTENTS,
}
"""What can be labelled, and with which labels."""

Synonyms = Mapping[str, Mapping[str, str]]
"""By task: somebody's own label, folded → ours."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row with at least one label that is known, by task."""

    feedback: Feedback
    labels: Mapping[str, str]


@dataclass(slots=True)
class Reading:
    """What a file held. Lists are of line numbers, in the order of the file."""

    rows: list[Labelled] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    unlabelled: int = 0
    unknown: dict[str, list[int]] = field(default_factory=dict)
    """By task, where a label is none of its vocabulary."""


def split_mapping(mapping: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """A call's mapping as (task → column, the rest, as an ingest takes it). Raises UsageError."""
    rest = dict(mapping)
    specs = rest.pop("map", None) or []
    if not isinstance(specs, Mapping):
        specs = parse_map([specs] if isinstance(specs, str) else specs, also=tuple(TASKS))
    fields = {name: column for name, column in specs.items() if name not in TASKS}
    columns = {name: column for name, column in specs.items() if name in TASKS}
    columns |= {name: rest.pop(name) for name in TASKS if rest.get(name) is not None}
    return columns, {**rest, "map": fields}


def parse_labels(specs: str | Iterable[str] | None) -> Synonyms:
    """`["pos=positive,1=low"]` → {"sentiment": {"pos": "positive"}, "urgency": {"1": "low"}}. Raises UsageError.

    Ours tells the task; where two tasks share a label, the synonym holds in both.
    """
    found: dict[str, dict[str, str]] = {task: {} for task in TASKS}
    for spec in [specs] if isinstance(specs, str) else specs or ():
        for part in next(csv.reader([spec], skipinitialspace=True), []):
            theirs, equals, ours = part.rpartition("=")
            theirs, ours = _fold(theirs), _fold(ours)
            tasks = [task for task, labels in TASKS.items() if ours in labels]
            if not (equals and theirs and tasks):
                known = "; ".join(f"{task}: {', '.join(labels)}" for task, labels in TASKS.items() if labels)
                raise UsageError("--labels needs yours=ours, such as pos=positive,neg=negative.", f"Ours are {known}.")
            for task in tasks:
                if found[task].setdefault(theirs, ours) != ours:
                    raise UsageError(f"--labels gives one label two meanings in {task}.", "Give it one.")
    return found


def read_labelled(source: str, options: IngestOptions, columns: Mapping[str, str], synonyms: Synonyms) -> Reading:
    """All rows of a file with their labels, held in memory.

    `columns` is task → column where the column is not called like the task; "" leaves a task out. Raises InputError if
    the file can't be read, a column that was named is not there, or no row has a label that is known.
    """
    reading = Reading()
    wanted = {task: column for task in TASKS if (column := columns.get(task, task))}
    seen: set[str] = set()
    for raw, row in read_beside(source, options):
        if isinstance(row, Rejected):
            reading.rejected.append(row.line)
            continue
        assert raw is not None
        given = _given(raw.values, wanted, seen)
        labels = {task: _label(task, value, synonyms) for task, value in given.items()}
        for task, label in labels.items():
            if label is None:
                reading.unknown.setdefault(task, []).append(raw.line)
        known = {task: label for task, label in labels.items() if label is not None}
        if known:
            reading.rows.append(Labelled(row.feedback, known))
        elif not labels:
            reading.unlabelled += 1
    _require(reading, source, columns, seen)
    return reading


def _given(values: Mapping[str, object], wanted: Mapping[str, str], seen: set[str]) -> dict[str, str]:
    """What stands in the label columns of a row, by task; `seen` gathers the tasks whose column is there."""
    given = {}
    for task, column in wanted.items():
        name = find_column(column, tuple(values))
        if name is None:
            continue
        seen.add(task)
        value = words(values[name])
        if value is not None:
            given[task] = value
    return given


def _label(task: str, value: str, synonyms: Synonyms) -> str | None:
    folded = _fold(value)
    label = synonyms.get(task, {}).get(folded, folded)
    return label if label in TASKS[task] else None


def _require(reading: Reading, source: str, columns: Mapping[str, str], seen: set[str]) -> None:
    name = "standard input" if source == "-" else source
    for task, column in columns.items():
        if column and task not in seen:
            raise InputError(f"{name} has no column called {column!r}.", f"It was to hold the labels of {task}.")
    if reading.rows:
        return
    if reading.unknown:
        tasks: Sequence[str] = [task for task in TASKS if task in reading.unknown]
        known = "; ".join(f"{task}: {', '.join(TASKS[task])}" for task in tasks)
        raise InputError(
            f"No label in {name} is one that voc knows.", f"{known}. Say what yours mean: --labels pos=positive"
        )
    raise InputError(
        f"{name} has no labels.",
        f"Give it a column {', '.join(TASKS)}, or name one: --map sentiment=COLUMN",
    )


def _fold(label: str) -> str:
    return label.strip().casefold()
