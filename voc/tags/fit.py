"""Teaching: examples and a sample of everything else to a head, cross-validated.

The sample is unlabelled: some of it has the tag. A first round of cross-validation scores everything; what scores above
the lower third of the examples themselves is doubtful and left out of the second round, which makes the head and its
figures (the examples are their own spies, after Liu et al. 2002, "Partially supervised classification of text
documents"). An example of several mentions is taught by the one nearest to the other examples, and found by any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voc.score.layers import STEPS, Dense, Standardiser
from voc.tags.figures import Quality, Scores, best_threshold, calibrate, measure
from voc.tags.head import TagHead

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRENGTH = 0.05
"""Weight of the penalty on the squared length of the direction, beside a mean loss; chosen on development tags."""
SPIES = 0.3
"""Share of examples that may score below a mention that counts as doubtful; chosen likewise."""
MOST_DOUBTED = 0.2
"""Where more than this share would be doubtful, the examples do not tell what they are about: nothing is left out then,
and the figures say so."""
DESCRIPTION_WEIGHT = 0.5
"""How much the description counts beside one example."""
FOLDS = 5
LEAVE_ONE_OUT = 10
"""With fewer examples than this, each is a fold of its own."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a tag is taught from; all vectors float16 (rows, dim) of unit length.

    examples: the mentions of each example
    description: (1, dim)
    against: mentions of the counterexamples
    background: a sample of other mentions, without labels
    """

    examples: Sequence[NDArray[np.float16]]
    description: NDArray[np.float16]
    against: NDArray[np.float16]
    background: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Taught:
    """A head, the probability from which on a mention has the tag, and how good that is."""

    head: TagHead
    threshold: float
    quality: Quality
    doubtful: int
    folds: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """Standardised vectors: of every example's mentions, which of them teaches, the description, and the rest."""

    mentions: NDArray[np.float64]
    owner: NDArray[np.int64]
    teaching: NDArray[np.int64]
    description: NDArray[np.float64]
    outside: NDArray[np.float64]

    @property
    def examples(self) -> int:
        return len(self.teaching)


def fit_tag(lesson: Lesson, *, seed: int = 0) -> Taught:
    """Teach one tag. Deterministic: the same lesson and seed give the same head on any number of threads."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return _fit(lesson, seed)


def _fit(lesson: Lesson, seed: int) -> Taught:
    standardiser = _standardiser(lesson.background)
    rows = _rows(lesson, standardiser)
    folds = rows.examples if rows.examples < LEAVE_ONE_OUT else FOLDS
    doubted, scores = _settle(rows, len(lesson.against), folds, seed)
    prior = _prior(int(doubted.sum()), len(lesson.background))
    cut = best_threshold(scores)
    slope, intercept = calibrate(scores, prior)
    direction, offset = _direction(rows, np.ones(rows.examples, np.bool_), ~doubted)
    layer = Dense.of((direction * slope)[:, None], np.array([offset * slope + intercept]))
    return Taught(
        head=TagHead(standardiser, layer),
        threshold=float(1.0 / (1.0 + np.exp(-(cut * slope + intercept)))),
        quality=measure(scores, cut, seed),
        doubtful=int(doubted.sum()),
        folds=folds,
    )


def _settle(rows: _Rows, certain: int, folds: int, seed: int) -> tuple[NDArray[np.bool_], Scores]:
    """Which rows outside are doubtful, bool (rows,), never the first `certain`; and the scores of all but them."""
    first = _out_of_fold(rows, np.ones(len(rows.outside), np.bool_), folds, seed)
    doubted = first.outside >= np.quantile(first.inside, SPIES)
    doubted[:certain] = False
    if doubted.mean() > MOST_DOUBTED:
        doubted[:] = False
    scores = _out_of_fold(rows, ~doubted, folds, seed)
    return doubted, Scores(scores.inside, scores.outside[~doubted])


def _prior(doubtful: int, background: int) -> float:
    """The share of mentions that have the tag, as the spies tell it; never nought, never more than half."""
    return min(0.5, max(1.0, doubtful / (1.0 - SPIES)) / background)


def _standardiser(background: NDArray[np.float16]) -> Standardiser:
    values = background.astype(np.float64)
    scale = np.maximum(values.std(axis=0), 1e-4)
    return Standardiser(values.mean(axis=0).astype(np.float32), scale.astype(np.float32))


def _rows(lesson: Lesson, standardiser: Standardiser) -> _Rows:
    owner = np.repeat(np.arange(len(lesson.examples)), [len(each) for each in lesson.examples])
    mentions = standardiser(np.concatenate(lesson.examples)) / STEPS
    description = standardiser(lesson.description) / STEPS
    outside = standardiser(np.concatenate([lesson.against, lesson.background])) / STEPS
    return _Rows(mentions, owner, _teaching(mentions, owner, description[0]), description, outside)


def _teaching(
    mentions: NDArray[np.float64], owner: NDArray[np.int64], description: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Of each example the mention that lies nearest to the description and the mean of the other examples."""
    count = int(owner[-1]) + 1
    means = np.stack([mentions[owner == at].mean(axis=0) for at in range(count)])
    total = means.sum(axis=0) + description
    found = []
    for at in range(count):
        own = np.flatnonzero(owner == at)
        lengths = np.maximum(np.linalg.norm(mentions[own], axis=1), 1e-9)
        found.append(own[int(np.argmax(mentions[own] @ (total - means[at]) / lengths))])
    return np.array(found, np.int64)


def _out_of_fold(rows: _Rows, counted: NDArray[np.bool_], folds: int, seed: int) -> Scores:
    """Log-odds of every example (its best mention's) and of everything else, from fits that did not see them.

    `counted`, bool over the rows outside, says which of them a fit may learn from.
    """
    rng = np.random.default_rng(seed)
    part = rng.permutation(rows.examples) % folds
    other = rng.permutation(len(rows.outside)) % folds
    inside, outside = np.empty(rows.examples), np.empty(len(rows.outside))
    for fold in range(folds):
        direction, offset = _direction(rows, part != fold, counted & (other != fold))
        odds = rows.mentions @ direction + offset
        for at in np.flatnonzero(part == fold):
            inside[at] = odds[rows.owner == at].max()
        outside[other == fold] = rows.outside[other == fold] @ direction + offset
    return Scores(inside, outside)


def _direction(
    rows: _Rows, examples: NDArray[np.bool_], outside: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Direction and offset of a logistic fit to some of the rows; both sides have the same weight in sum."""
    inside = np.concatenate([rows.mentions[rows.teaching[examples]], rows.description])
    weights = np.ones(len(inside))
    weights[-1] = DESCRIPTION_WEIGHT
    others = rows.outside[outside]
    return logistic(inside, weights / (2.0 * weights.sum()), others, np.full(len(others), 0.5 / len(others)))


def logistic(
    inside: NDArray[np.float64],
    inside_weights: NDArray[np.float64],
    outside: NDArray[np.float64],
    outside_weights: NDArray[np.float64],
) -> tuple[NDArray[np.float64], float]:
    """Weighted logistic regression with a penalty of STRENGTH / 2 times the squared direction; the offset is free."""
    from scipy.optimize import minimize

    values = np.concatenate([inside, outside])
    signs = np.concatenate([np.ones(len(inside)), -np.ones(len(outside))])
    weights = np.concatenate([inside_weights, outside_weights])

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (values @ at[:-1] + at[-1])
        pull = -weights * signs / (1.0 + np.exp(np.clip(margins, -50.0, 50.0)))
        total = float(weights @ np.logaddexp(0.0, -margins)) + STRENGTH / 2.0 * float(at[:-1] @ at[:-1])
        return total, np.append(values.T @ pull + STRENGTH * at[:-1], pull.sum())

    start = np.zeros(values.shape[1] + 1)
    options = {"maxiter": 500, "ftol": 1e-13, "gtol": 1e-8}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return found[:-1], float(found[-1])
