"""Tuning the score branch: copies of a few of the encoder's blocks, pools and linear heads, all tasks at once.

The encoder below stays as it is; only the branch learns, from states that were computed once. AdamW with a linear
schedule (Loshchilov & Hutter 2019), bfloat16 products, words dropped at random, fixed seed and threads: the same rows
give the same weights on the same machine. Multi-task learning keeps so small a branch from learning one set by heart.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from heads.layers import Block, Pooling, Tones
from heads.states import States
from heads.targets import SETS, TASK_WEIGHTS, Targets
from voc.model import SENTIMENTS

OUTPUTS = {"sentiment": len(SENTIMENTS), "level": 1, **{task: len(labels) for task, labels in SETS.items()}}
"""Outputs of each linear head."""


@dataclass(frozen=True, slots=True)
class TuningOptions:
    """Shape and schedule. Chosen on the development parts."""

    after: int = 4
    blocks: tuple[int, ...] = (5, 6, 7)
    """Numbers of the blocks that are copied, 1 is the encoder's first; the pooling starts as the next one."""
    pools: int = 3
    tone_rank: int = 16
    tone_least: int = 3
    """Occurrences in training from which on a token has a tone."""
    tone_dropout: float = 0.2
    rate: float = 3e-4
    head_rate: float = 1e-3
    decay: float = 0.05
    epochs: int = 4
    batch_tokens: int = 2048
    word_dropout: float = 0.15
    feature_dropout: float = 0.2
    smoothing: float = 0.05
    warm_up: float = 0.06
    weights: Mapping[str, float] = field(default_factory=lambda: TASK_WEIGHTS)
    """What a task's loss counts."""
    seed: int = 0


class Branch(nn.Module):
    """The branch as `voc.engines.branch` runs it, in a form that learns."""

    def __init__(
        self, encoder: dict[str, Tensor], heads: int, options: TuningOptions, known: NDArray[np.int64]
    ) -> None:
        """`encoder`: its tensors under Hugging Face names. `heads`: attention heads of a block. `known`: the ids of
        tokens that have a tone."""
        super().__init__()
        hidden = encoder["embeddings.position_embeddings.weight"].shape[1]
        self.tones = Tones(known, hidden, options.tone_rank, options.tone_dropout)
        self.blocks = nn.ModuleList([Block(encoder, number - 1, heads) for number in options.blocks])
        self.pooling = Pooling(encoder, options.blocks[-1], heads, options.pools)
        self.outputs = nn.ModuleDict({name: nn.Linear(options.pools * hidden, size) for name, size in OUTPUTS.items()})
        for output in self.outputs.values():
            nn.init.normal_(output.weight, std=0.02)
            nn.init.zeros_(output.bias)
        self.steps = nn.Parameter(torch.tensor([-1.0, 1.0, 3.0]))
        """What urgency must reach to be normal, high and critical."""
        self._dropout = options.feature_dropout

    @property
    def copies(self) -> list[nn.Parameter]:
        """What started as the encoder's and learns slowly."""
        light = {id(self.pooling.queries)}
        blocks = (*self.blocks.parameters(), *self.pooling.parameters())
        return [parameter for parameter in blocks if id(parameter) not in light]

    @property
    def fresh(self) -> list[nn.Parameter]:
        """What starts from nothing."""
        slow = {id(parameter) for parameter in self.copies}
        return [parameter for parameter in self.parameters() if id(parameter) not in slow]

    def features(self, states: Tensor, ids: Tensor, there: Tensor) -> Tensor:
        """bfloat16 (texts, length, hidden), token ids and bool (texts, length) → float32 (texts, pools × hidden)."""
        x = states + self.tones(ids).to(states.dtype)
        for block in self.blocks:
            x = block(x, there)
        pooled: Tensor = self.pooling(x, there)
        return pooled

    def forward(self, states: Tensor, ids: Tensor, there: Tensor) -> dict[str, Tensor]:
        kept = functional.dropout(self.features(states, ids, there), self._dropout, self.training)
        return {name: output(kept).float() for name, output in self.outputs.items()}

    def tensors(self) -> dict[str, Tensor]:
        """What `voc.engines.branch` reads."""
        found = {**self.tones.tensors(), **self.pooling.tensors("pool.layer")}
        for number, block in enumerate(self.blocks):
            found.update(block.tensors(f"encoder.layer.{number}"))  # type: ignore[operator]
        return found


def tune(
    branch: Branch,
    states: States,
    targets: Targets,
    rows: NDArray[np.int64],
    options: TuningOptions,
) -> Branch:
    """Tune in place. Row i of `targets` is of text `rows[i]` of `states`."""
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)
    optimiser = torch.optim.AdamW(
        [{"params": branch.copies, "lr": options.rate}, {"params": branch.fresh, "lr": options.head_rate}],
        weight_decay=options.decay,
    )
    lengths = states.lengths[rows]
    epochs = [list(batches(lengths, options.batch_tokens, rng)) for _ in range(options.epochs)]
    total = sum(len(epoch) for epoch in epochs)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (options.warm_up * total)) * max(0.0, 1 - step / total)
    )
    branch.train()
    done, begun, running = 0, time.monotonic(), 0.0
    for epoch in epochs:
        for batch in epoch:
            x, ids, there = gather(states, rows[batch])
            there &= torch.rand(there.shape) >= options.word_dropout
            there[:, 0] = True
            with torch.autocast("cpu", torch.bfloat16):
                outputs = branch(x, ids, there)
            value = loss(outputs, branch.steps, targets, batch, options)
            optimiser.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(branch.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            running = 0.98 * running + 0.02 * value.item()
            done += 1
            if done % 100 == 0:
                spent = time.monotonic() - begun
                print(f"step {done} of {total}, loss {running:.3f}, {spent:.0f} s", file=sys.stderr, flush=True)
    return branch.eval()


def loss(
    outputs: dict[str, Tensor], steps: Tensor, targets: Targets, batch: NDArray[np.int64], options: TuningOptions
) -> Tensor:
    """Sum over tasks of the weighted mean loss; a batch without rows of a task adds nothing for it."""
    value = functional.cross_entropy(
        outputs["sentiment"], _tensor(targets.sentiment[batch]), reduction="none", label_smoothing=options.smoothing
    )
    total = options.weights["sentiment"] * _mean(value, _tensor(targets.sentiment_weights[batch]))
    odds = functional.binary_cross_entropy_with_logits(
        outputs["level"] - steps, _tensor(targets.levels[batch]), reduction="none"
    )
    total = total + options.weights["level"] * _mean(odds, _tensor(targets.level_weights[batch]))
    for task in SETS:
        value = functional.binary_cross_entropy_with_logits(
            outputs[task], _tensor(targets.sets[task][batch]), reduction="none"
        ).mean(1)
        total = total + options.weights[task] * _mean(value, _tensor(targets.set_weights[task][batch]))
    return total


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    """Over the batch's size, not its weight: two labelled rows must not weigh as much as fifty."""
    return (values * weights).sum() / len(values)


@torch.no_grad()
def features_of(branch: Branch, states: States, rows: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
    """Features (n, pools × hidden) of texts `rows`."""
    wanted = np.asarray(rows)
    found = np.empty((len(wanted), branch.pooling.queries.numel()), np.float32)
    for batch in batches(states.lengths[wanted], 8192, None):
        x, ids, there = gather(states, wanted[batch])
        with torch.autocast("cpu", torch.bfloat16):
            found[batch] = branch.features(x, ids, there).float().numpy()
    return found


def batches(lengths: NDArray[np.int64], tokens: int, rng: np.random.Generator | None) -> Iterator[NDArray[np.int64]]:
    """Numbers of rows, neighbours of like length, at most `tokens` with padding; shuffled if `rng` is given."""
    jitter = rng.random(len(lengths)) * 4 if rng is not None else 0
    order = np.argsort(lengths + jitter, kind="stable")
    found, start = [], 0
    while start < len(order):
        stop, longest = start, 0
        while stop < len(order) and max(longest, lengths[order[stop]]) * (stop - start + 1) <= tokens:
            longest = max(longest, lengths[order[stop]])
            stop += 1
        found.append(order[start : max(stop, start + 1)])
        start = max(stop, start + 1)
    if rng is not None:
        rng.shuffle(found)  # type: ignore[arg-type]
    yield from found


def gather(states: States, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor, Tensor]:
    """Padded states, padded token ids, and where there is a token."""
    lengths = states.lengths[rows]
    shape = (len(rows), int(lengths.max()))
    x = torch.zeros((*shape, states.flat.shape[1]), dtype=torch.bfloat16)
    ids = torch.zeros(shape, dtype=torch.int64)
    for at, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        own = slice(states.offsets[row], states.offsets[row + 1])
        x[at, :length], ids[at, :length] = states.flat[own], states.ids[own]
    return x, ids, torch.from_numpy(np.arange(shape[1]) < lengths[:, None])


def known_tokens(states: States, least: int) -> NDArray[np.int64]:
    """Ids of the tokens that occur `least` times or more, ascending."""
    counts: NDArray[np.int64] = np.bincount(states.ids.numpy())
    return np.flatnonzero(counts >= least)


def encoder_tensors(folder: Path) -> dict[str, Tensor]:
    """The encoder's tensors under bare names."""
    from safetensors.torch import load_file

    return {name.removeprefix("bert."): tensor for name, tensor in load_file(folder / "model.safetensors").items()}


def _tensor(values: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values))
