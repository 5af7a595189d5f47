"""Training what pieces of wording say: a logistic regression for each answer.

Trained apart from the branch, on the same rows but never on a gold item, so that its mistakes are its own.
scikit-learn does the fits; one thread, fixed order: the same rows give the same weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from scipy import sparse

from heads.fit import columns
from heads.sources import Row
from heads.targets import SETS, Targets, targets_of
from voc.score.heads import ANSWERS
from voc.score.pieces import pieces
from voc.score.wording import STEPS, Wording

Array = NDArray[np.float64]

BITS = 17
LEAST = 2
"""Training texts in which a bucket must occur to be known."""
PENALTY = 0.25
"""Inverse of scikit-learn's C."""
SHARES = {"sentiment": 0.25, "reasons": 0.5, "emotions": 1.0, "intents": 0.75, "journey": 1.0, "experience": 1.0}
"""How much of its log-odds is added to the branch's. Of eight shares between 0 and 2, on development rows: least log
loss on feedback for the first two, best macro-F1 for the others. Urgency's level takes nothing: words make it worse."""
SOURCE_UNIT = 3.0
"""Size of the column that tells a row's source: raters of one set name more than those of another, which is no
wording. The penalty on it is smaller by the square of this."""
_ITERATIONS = 200


@dataclass(frozen=True, slots=True)
class HeardWording:
    """The wording that ships, and what its training adds to the answers of any text, float64 (ANSWERS,)."""

    wording: Wording
    biases: Array

    def __call__(self, texts: Sequence[str]) -> Array:
        """Log-odds (n, ANSWERS) that are added to the branch's."""
        added: Array = self.wording(texts) + self.biases
        return added

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file({**self.wording.arrays("wording"), "biases": self.biases}, path)

    @classmethod
    def load(cls, path: Path) -> HeardWording:
        arrays = load_file(path)
        return cls(Wording.read(arrays, "wording"), arrays["biases"])


def fit_wording(rows: Sequence[Row]) -> HeardWording:
    """Every task but the level, each on the rows that know of it."""
    texts, targets = [row.text for row in rows], targets_of(rows)
    rarity = _rarity(texts)
    x, sources = _counted(texts, rarity), _sources(rows)
    weights, biases = np.zeros((1 << BITS, ANSWERS)), np.zeros(ANSWERS)
    at = columns("sentiment")
    weights[:, at], biases[at] = _sentiment(x, targets)
    for task in SETS:
        known = np.flatnonzero(targets.set_weights[task])
        own, start = sparse.hstack([x[known], sources[known]]).tocsr(), columns(task).start
        for label, named in enumerate(targets.sets[task][known].T):
            weights[:, start + label], biases[start + label] = _label(own, named > 0)
    shares = np.zeros(ANSWERS)
    for task, share in SHARES.items():
        shares[columns(task)] = share
    return HeardWording(Wording.of(weights * shares, rarity), biases * shares)


def _rarity(texts: Sequence[str]) -> NDArray[np.int16]:
    """log((1 + n) / (1 + texts with the bucket)) + 1, in steps; 0 for buckets of fewer than LEAST texts."""
    buckets, starts = pieces(texts, BITS)
    owners = np.repeat(np.arange(len(texts)), np.diff(starts))
    seen = np.bincount(np.unique(owners << BITS | buckets) % (1 << BITS), minlength=1 << BITS)
    steps = np.rint((np.log((1 + len(texts)) / (1 + seen)) + 1) * STEPS)
    return np.where(seen >= LEAST, steps, 0).astype(np.int16)


def _counted(texts: Sequence[str], rarity: NDArray[np.int16]) -> sparse.csr_matrix:
    """Rarities over the length of their vector, float32 (n, 2^BITS), as `Wording` has them."""
    buckets, starts = pieces(texts, BITS)
    owners = np.repeat(np.arange(len(texts)), np.diff(starts))
    values = rarity[buckets] / STEPS
    lengths = np.sqrt(np.bincount(owners, values**2, len(texts)))
    values = values / np.maximum(lengths, 1.0 / STEPS)[owners]
    return sparse.csr_matrix((values.astype(np.float32), (owners, buckets)), shape=(len(texts), 1 << BITS))


def _sources(rows: Sequence[Row]) -> sparse.csr_matrix:
    """One column a source."""
    names = sorted({row.source for row in rows})
    places = [names.index(row.source) for row in rows]
    units = np.full(len(rows), SOURCE_UNIT, np.float32)
    return sparse.csr_matrix((units, (np.arange(len(rows)), places)), shape=(len(rows), len(names)))


def _sentiment(x: sparse.csr_matrix, targets: Targets) -> tuple[Array, Array]:
    from sklearn.linear_model import LogisticRegression

    known = np.flatnonzero(targets.sentiment_weights)
    model = LogisticRegression(C=1 / PENALTY, max_iter=_ITERATIONS)
    model.fit(x[known], targets.sentiment[known], sample_weight=targets.sentiment_weights[known])
    return model.coef_.T, model.intercept_


def _label(x: sparse.csr_matrix, named: NDArray[np.bool_]) -> tuple[Array | float, float]:
    """Weights and bias, over all sources alike. A label that is hardly ever named says nothing."""
    from sklearn.linear_model import LogisticRegression

    if named.sum() < LEAST:
        return 0.0, 0.0
    model = LogisticRegression(C=1 / PENALTY, max_iter=_ITERATIONS).fit(x, named)
    weights = model.coef_[0]
    of_sources = x[:, 1 << BITS :].mean(axis=0) @ weights[1 << BITS :]
    return weights[: 1 << BITS], float(model.intercept_[0]) + float(np.asarray(of_sources).item())
