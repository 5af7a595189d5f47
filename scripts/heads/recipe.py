"""The whole of training in order: tune, settle for each fold and for good, fit the wording, calibrate.

Each step is kept on disk. `train_heads.py` runs it and packs the result; `evaluate_heads.py` reads the same steps back.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from heads.branch import fresh_branch, heads_of, load_branch, save_branch
from heads.corpus import Corpus
from heads.feedback import Fold
from heads.fit import Say, Unseen, fit_heads, fit_standardiser, together, unseen
from heads.settling import FOLDS, SETTLING, BranchFeatures, between, gold_folds, settled
from heads.sources import Row
from heads.splits import sample
from heads.states import states_of
from heads.targets import targets_of
from heads.tuning import Branch, TuningOptions, known_tokens, tune
from heads.wording import BITS, LEAST, PENALTY, SHARES, SOURCE_UNIT, HeardWording, fit_wording
from voc.score import Heads
from voc.score.layers import Standardiser
from voc.score.pieces import LONGEST, RUNS
from voc.score.wording import STEPS

STANDARD_ROWS = 6000
"""Training rows from which features' means and deviations are taken."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Where steps are kept, and the threads they take: another number gives other last bits."""

    corpus: Corpus
    cache: Path
    threads: int
    model_id: str

    def trained(self) -> tuple[Branch, Heads]:
        """The branch that ships and its heads."""
        branch = self.final()
        return branch, self._heads(branch, self.said_of_gold())

    def folds(self) -> list[Fold]:
        """For each fold of the gold items: heads that saw the other folds alone."""
        numbers, said = gold_folds(self.corpus.gold), self.said_of_gold()
        parts = []
        for fold in range(FOLDS):
            branch, rows = self.of_fold(fold), np.flatnonzero(numbers == fold)
            heads = self._heads(branch, said.take(np.flatnonzero(numbers != fold)))
            parts.append(Fold(rows, heads, self._features(branch)))
        return parts

    def said_of_gold(self) -> Unseen:
        """What each gold item's fold said of it, in the order of the gold items."""
        gold, numbers = self.corpus.gold, gold_folds(self.corpus.gold)
        order, parts = [], []
        for fold in range(FOLDS):
            rows = np.flatnonzero(numbers == fold).tolist()
            branch = self.of_fold(fold)
            order.extend(rows)
            parts.append(unseen([gold[i] for i in rows], self._say(branch)))
        return together(parts).take(np.argsort(order))

    def base(self) -> Branch:
        """The first step."""
        return self._kept(self._base_name, self._tuned)

    def of_fold(self, fold: int) -> Branch:
        """The second step, without the gold items of `fold`."""
        numbers = gold_folds(self.corpus.gold)
        gold = [row for row, number in zip(self.corpus.gold, numbers, strict=True) if number != fold]
        return self._settled(f"fold{fold}", gold)

    def final(self) -> Branch:
        """The second step, with all gold items."""
        return self._settled("final", self.corpus.gold)

    def _settled(self, name: str, gold: Sequence[Row]) -> Branch:
        made_of = made_from([*self.corpus.late, *gold], (self._base_name, SETTLING))
        base = self.base()
        tuned = self._kept(f"{name}-{made_of}", lambda: settled(base, self.corpus, gold, self._states, self.threads))
        return between(base, tuned)

    @property
    def _base_name(self) -> str:
        return f"base-{made_from(self.corpus.train, TuningOptions())}"

    def _tuned(self) -> Branch:
        train, options = self.corpus.train, TuningOptions()
        states = states_of([row.text for row in train], options.after, self._states, self.threads)
        torch.set_num_threads(self.threads)
        branch = fresh_branch(options, known_tokens(states, options.tone_least))
        return tune(branch, states, targets_of(train), np.arange(len(train)), options)

    def wording(self) -> HeardWording:
        """Of the first step's rows and the second's, and of no gold item: one for all folds."""
        rows = [*self.corpus.train, *self.corpus.late]
        made_of = made_from(rows, (BITS, LEAST, PENALTY, SHARES, SOURCE_UNIT, RUNS, LONGEST, STEPS))
        path = self.cache / "branches" / f"wording-{made_of}.safetensors"
        if not path.is_file():
            print("fitting the wording", file=sys.stderr, flush=True)
            fit_wording(rows).save(path)
        return HeardWording.load(path)

    def _heads(self, branch: Branch, gold: Unseen) -> Heads:
        dev, heard = unseen(self.corpus.dev, self._say(branch)), self.wording()
        return fit_heads(dev, gold, heads_of(branch), heard.biases, heard.wording, self._standardiser(), self.model_id)

    def _say(self, branch: Branch) -> Say:
        """What a branch and the wording answer together."""
        encode, heads, heard = self._features(branch), heads_of(branch), self.wording()
        return lambda texts: heads(encode(texts)) + heard(texts)

    def _standardiser(self) -> Standardiser:
        """Of the first step's features, for all: the settled ones differ little, and only their cut depends on it."""
        rows = sample(self.corpus.train, STANDARD_ROWS, "standard")
        return fit_standardiser(self._features(self.base())([row.text for row in rows]))

    def _features(self, branch: Branch) -> BranchFeatures:
        return BranchFeatures(branch, self._states, self.threads)

    def _kept(self, name: str, make: Callable[[], Branch]) -> Branch:
        path = self.cache / "branches" / f"{name}.safetensors"
        if not path.is_file():
            print(f"tuning: {name}", file=sys.stderr, flush=True)
            save_branch(make(), path)
        return load_branch(path)

    @property
    def _states(self) -> Path:
        return self.cache / "states"


def made_from(rows: Sequence[Row], options: object) -> str:
    """Digest of rows with their labels, in order, and of options: a step that is kept is used for its own alone."""
    digest = hashlib.blake2b(repr(options).encode(), digest_size=6)
    for row in rows:
        told = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in asdict(row).items()}
        digest.update(json.dumps(told, sort_keys=True).encode())
    return digest.hexdigest()
