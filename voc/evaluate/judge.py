"""A labelled file through the product's own scores, and what they are worth, task by task and language by language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from voc.evaluate.labels import TASKS, Labelled, Reading, Synonyms, read_labelled
from voc.evaluate.metrics import (
    Array,
    Figure,
    Flags,
    Labels,
    accuracy,
    auc,
    bootstrap,
    calibration_error,
    class_figures,
    confusion,
    macro_f1,
    quadratic_kappa,
    recall_when_flagged,
)
from voc.evaluate.report import Evaluation, Slice, TaskReport, warnings_of
from voc.inference import score_stream
from voc.ingest import IngestOptions
from voc.model import SENTIMENTS, URGENCIES, ItemScore
from voc.ports import Encoder, Progress, silent
from voc.score import Heads

REPEATS, REPEATS_OF_MANY, MANY = 1000, 200, 10_000
"""Draws of a bootstrap, and from how many rows on fewer do: intervals are narrow there, and draws are dear."""
_URGENT = URGENCIES.index("high")
_ABSTAINS = -1


@dataclass(frozen=True, slots=True)
class _Answers:
    """One task's rows as arrays of one length: labels by number, a guess of −1 where the product abstains.

    `chance` is a probability that the product gives, `happened` whether what it speaks of is so; NaN where it gives
    none. `ranked` is set where labels are ordered and `chance` ranks the rows.
    """

    labels: tuple[str, ...]
    gold: Labels
    guess: Labels
    chance: Array
    happened: Flags
    ranked: bool = False

    def only(self, rows: Labels) -> _Answers:
        """Some of the rows."""
        chance, happened = self.chance[rows], self.happened[rows]
        return _Answers(self.labels, self.gold[rows], self.guess[rows], chance, happened, self.ranked)


def evaluate_file(
    source: str,
    encoder: Encoder,
    heads: Heads,
    options: IngestOptions,
    *,
    columns: Mapping[str, str],
    synonyms: Synonyms,
    seed: int = 0,
    progress: Progress = silent,
) -> Evaluation:
    """Score each labelled row as `voc score` does, and compare. Raises InputError; see `read_labelled`."""
    reading = read_labelled(source, options, columns, synonyms)
    items = [row.feedback for row in reading.rows]
    scores = list(score_stream(items, encoder, heads, progress=progress))
    tasks = {
        task: _report(task, reading, scores, seed)
        for task in TASKS
        if task in reading.unknown or any(task in row.labels for row in reading.rows)
    }
    rejected = tuple(reading.rejected)
    return Evaluation(
        file=source,
        model=encoder.model_id,
        model_hash=encoder.model_hash,
        heads=heads.digest,
        seed=seed,
        rows=len(reading.rows),
        unlabelled=reading.unlabelled,
        rejected=rejected,
        tasks=tasks,
        warnings=warnings_of(tasks, rejected, reading.unlabelled),
    )


def _report(task: str, reading: Reading, scores: Sequence[ItemScore], seed: int) -> TaskReport:
    rows = [(row, score) for row, score in zip(reading.rows, scores, strict=True) if task in row.labels]
    unknown = tuple(reading.unknown.get(task, ()))
    if not rows:
        return TaskReport(0, unknown)
    answers = _answers(task, rows)
    langs = np.array([score.lang for _, score in rows])
    counts = Counter(langs.tolist())
    by_size = sorted(counts, key=lambda lang: (-counts[lang], lang))
    languages = {lang: _slice(answers.only(np.flatnonzero(langs == lang)), seed) for lang in by_size}
    return TaskReport(len(rows), unknown, answers.labels, _slice(answers, seed), languages)


def _answers(task: str, rows: Sequence[tuple[Labelled, ItemScore]]) -> _Answers:
    """Gold and guess of a task."""
    gold = [row.labels[task] for row, _ in rows]
    guess = [_GUESS[task](score) for _, score in rows]
    labels = TASKS[task]
    numbers = {label: number for number, label in enumerate(labels)}
    right = np.array([numbers[label] for label in gold], np.int64)
    given = np.array([_ABSTAINS if label is None else numbers[label] for label in guess], np.int64)
    scores = [score for _, score in rows]
    if task == "urgency":
        chance = np.array([score.urgency.score for score in scores], np.float64)
        return _Answers(labels, right, given, chance, right >= _URGENT, ranked=True)
    if task == "sentiment":
        return _Answers(labels, right, given, *_confidence(right, scores))
    return _Answers(labels, right, given, np.full(len(rows), np.nan), np.zeros(len(rows), np.bool_))


_GUESS: Mapping[str, Callable[[ItemScore], str | None]] = {
    "sentiment": lambda score: score.sentiment.label,
    "urgency": lambda score: score.urgency.level,
    "emotion": lambda score: score.emotion,
    "intent": lambda score: score.intent,
}


def _confidence(gold: Labels, scores: Sequence[ItemScore]) -> tuple[Array, Flags]:
    """The largest of an item's three probabilities, and whether it is that of the gold label.

    NaN where the product abstains, and where the gold label is mixed: there is no probability of that.
    """
    nothing = (np.nan,) * len(SENTIMENTS)
    table = np.array([score.sentiment.probs or nothing for score in scores], np.float64)
    chance: Array = table.max(axis=1)
    chance[gold >= len(SENTIMENTS)] = np.nan
    known = np.isfinite(chance)
    happened = np.zeros(len(gold), np.bool_)
    happened[known] = table[known].argmax(axis=1) == gold[known]
    return chance, happened


def _slice(answers: _Answers, seed: int) -> Slice:
    count = len(answers.labels)
    answered = np.flatnonzero(answers.guess != _ABSTAINS)
    part = answers.only(answered)
    table = np.zeros((count, count + 1), np.int64)
    table[:, :count] = confusion(part.gold, part.guess, count)
    table[:, count] = np.bincount(answers.gold, minlength=count) - table[:, :count].sum(axis=1)
    return Slice(
        rows=len(answers.gold),
        # Urgency always answers: `normal` where it has no evidence.
        abstained=None if answers.ranked else len(answers.gold) - len(answered),
        figures=_figures(part, seed),
        classes=dict(zip(answers.labels, class_figures(part.gold, part.guess, count), strict=True)),
        confusion=tuple(tuple(row) for row in table.tolist()),
    )


def _figures(part: _Answers, seed: int) -> dict[str, Figure]:
    """The headline figures of rows that were all answered."""
    gold, guess, count = part.gold, part.guess, len(part.labels)

    def figure(measure: Callable[[Labels], float], n: int = len(gold)) -> Figure:
        return bootstrap(measure, n, REPEATS if n < MANY else REPEATS_OF_MANY, seed)

    found = {
        "accuracy": figure(lambda i: accuracy(gold[i], guess[i])),
        "macro_f1": figure(lambda i: macro_f1(gold[i], guess[i], count)),
    }
    if part.ranked:
        urgent, score = part.happened, part.chance
        found["kappa"] = figure(lambda i: quadratic_kappa(gold[i], guess[i], count))
        found["auc"] = figure(lambda i: auc(urgent[i], score[i]))
        found["recall_top_20"] = figure(lambda i: recall_when_flagged(urgent[i], score[i]))
    known = np.flatnonzero(np.isfinite(part.chance))
    if len(known):
        chance, happened = part.chance[known], part.happened[known]
        found["calibration_error"] = figure(lambda i: calibration_error(happened[i], chance[i]), len(known))
    return found
