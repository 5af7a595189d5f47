"""Tuning the score branch: copies of a few of the encoder's blocks, pools and linear heads, all tasks at once.

The encoder below stays as it is; only the branch learns, from states that were computed once. AdamW with a linear
schedule (Loshchilov & Hutter 2019), bfloat16 products, words dropped at random, fixed seed and threads: the same rows
give the same weights on the same machine. Multi-task learning keeps so small a branch from learning one set by heart.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from heads.states import States
from heads.targets import SETS, TASK_WEIGHTS, Targets
from voc.model import SENTIMENTS

OUTPUTS = {"sentiment": len(SENTIMENTS), "level": 1, **{task: len(labels) for task, labels in SETS.items()}}
"""Outputs of each linear head."""


@dataclass(frozen=True, slots=True)
class TuningOptions:
    """Shape and schedule. Chosen on the development parts."""

    after: int = 6
    blocks: tuple[int, ...] = (7, 8, 9)
    """Numbers of the blocks that are copied, 1 is the encoder's first."""
    pools: int = 3
    rate: float = 3e-4
    head_rate: float = 1e-3
    decay: float = 0.05
    epochs: int = 4
    batch_tokens: int = 2048
    word_dropout: float = 0.15
    feature_dropout: float = 0.2
    smoothing: float = 0.05
    warm_up: float = 0.06
    seed: int = 0


class Branch(nn.Module):
    """The branch as `voc.engines.branch` runs it, in a form that learns."""

    def __init__(self, encoder: dict[str, Tensor], heads: int, options: TuningOptions) -> None:
        """`encoder`: its tensors under Hugging Face names. `heads`: attention heads of a block."""
        super().__init__()
        self.blocks = nn.ModuleList([Block(encoder, number - 1, heads) for number in options.blocks])
        hidden = encoder["embeddings.position_embeddings.weight"].shape[1]
        # Equal weights at first: the mean.
        self.queries = nn.Parameter(torch.zeros(options.pools, hidden))
        self.outputs = nn.ModuleDict({name: nn.Linear(options.pools * hidden, size) for name, size in OUTPUTS.items()})
        for output in self.outputs.values():
            nn.init.normal_(output.weight, std=0.02)
            nn.init.zeros_(output.bias)
        self.steps = nn.Parameter(torch.tensor([-1.0, 1.0, 3.0]))
        """What urgency must reach to be normal, high and critical."""
        self._dropout = options.feature_dropout

    def features(self, states: Tensor, there: Tensor) -> Tensor:
        """bfloat16 (texts, length, hidden) and bool (texts, length) → float32 (texts, pools × hidden)."""
        x = states
        for block in self.blocks:
            x = block(x, there)
        x = x.float()
        attention = (x @ self.queries.T).masked_fill(~there[:, :, None], -1e9).softmax(1)
        return torch.einsum("tlp,tlh->tph", attention, x).flatten(1)

    def forward(self, states: Tensor, there: Tensor) -> dict[str, Tensor]:
        features = self.features(states, there)
        kept = functional.dropout(features, self._dropout, self.training)
        return {name: output(kept).float() for name, output in self.outputs.items()}

    def tensors(self) -> dict[str, Tensor]:
        """What `voc.engines.branch` reads: float16 weights of the blocks, float32 queries."""
        found = {"pool.queries": self.queries.detach().clone()}
        for number, block in enumerate(self.blocks):
            found.update(block.tensors(f"encoder.layer.{number}"))  # type: ignore[operator]
        return found


class Block(nn.Module):
    """A BERT block that starts as a copy of one of the encoder's."""

    def __init__(self, encoder: dict[str, Tensor], number: int, heads: int) -> None:
        super().__init__()
        at = f"encoder.layer.{number}"
        self._heads = heads
        parts = [f"{at}.attention.self.{name}" for name in ("query", "key", "value")]
        self.qkv = _linear(
            torch.cat([encoder[f"{part}.weight"] for part in parts]),
            torch.cat([encoder[f"{part}.bias"] for part in parts]),
        )
        self.attended = _linear_at(encoder, f"{at}.attention.output.dense")
        self.norm1 = _norm_at(encoder, f"{at}.attention.output.LayerNorm")
        self.up = _linear_at(encoder, f"{at}.intermediate.dense")
        self.down = _linear_at(encoder, f"{at}.output.dense")
        self.norm2 = _norm_at(encoder, f"{at}.output.LayerNorm")

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        texts, length, hidden = x.shape
        width = hidden // self._heads
        q, k, v = self.qkv(x).view(texts, length, 3, self._heads, width).permute(2, 0, 3, 1, 4)
        # Written out: torch's fused attention takes twice as long backwards on a CPU.
        logits = torch.matmul(q * width**-0.5, k.transpose(2, 3)).masked_fill(~there[:, None, None, :], -1e4)
        mixed = torch.matmul(logits.softmax(-1, dtype=torch.bfloat16), v)
        x = self.norm1(x + self.attended(mixed.transpose(1, 2).reshape(texts, length, hidden)))
        return self.norm2(x + self.down(functional.gelu(self.up(x))))

    def tensors(self, at: str) -> dict[str, Tensor]:
        """Under Hugging Face names."""
        found: dict[str, Tensor] = {}
        parts = zip(self.qkv.weight.chunk(3), self.qkv.bias.chunk(3), strict=True)
        for name, (weight, bias) in zip(("query", "key", "value"), parts, strict=True):
            found[f"{at}.attention.self.{name}.weight"] = weight
            found[f"{at}.attention.self.{name}.bias"] = bias
        for name, layer in (
            ("attention.output.dense", self.attended),
            ("attention.output.LayerNorm", self.norm1),
            ("intermediate.dense", self.up),
            ("output.dense", self.down),
            ("output.LayerNorm", self.norm2),
        ):
            found[f"{at}.{name}.weight"], found[f"{at}.{name}.bias"] = layer.weight, layer.bias
        return {name: tensor.detach().to(torch.float16).contiguous() for name, tensor in found.items()}


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
    light = [*branch.outputs.parameters(), branch.queries, branch.steps]
    optimiser = torch.optim.AdamW(
        [{"params": branch.blocks.parameters(), "lr": options.rate}, {"params": light, "lr": options.head_rate}],
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
            x, there = gather(states, rows[batch])
            there &= torch.rand(there.shape) >= options.word_dropout
            there[:, 0] = True
            with torch.autocast("cpu", torch.bfloat16):
                outputs = branch(x, there)
            value = loss(outputs, branch.steps, targets, batch, options.smoothing)
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
    outputs: dict[str, Tensor], steps: Tensor, targets: Targets, batch: NDArray[np.int64], smooth: float
) -> Tensor:
    """Sum over tasks of the weighted mean loss; a batch without rows of a task adds nothing for it."""
    value = functional.cross_entropy(
        outputs["sentiment"], _tensor(targets.sentiment[batch]), reduction="none", label_smoothing=smooth
    )
    total = TASK_WEIGHTS["sentiment"] * _mean(value, _tensor(targets.sentiment_weights[batch]))
    odds = functional.binary_cross_entropy_with_logits(
        outputs["level"] - steps, _tensor(targets.levels[batch]), reduction="none"
    )
    total = total + TASK_WEIGHTS["level"] * _mean(odds, _tensor(targets.level_weights[batch]))
    for task in SETS:
        value = functional.binary_cross_entropy_with_logits(
            outputs[task], _tensor(targets.sets[task][batch]), reduction="none"
        ).mean(1)
        total = total + TASK_WEIGHTS[task] * _mean(value, _tensor(targets.set_weights[task][batch]))
    return total


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    """Over the batch's size, not its weight: two labelled rows must not weigh as much as fifty."""
    return (values * weights).sum() / len(values)


@torch.no_grad()
def features_of(branch: Branch, states: States, rows: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
    """Features (n, pools × hidden) of texts `rows`."""
    wanted = np.asarray(rows)
    found = np.empty((len(wanted), branch.queries.numel()), np.float32)
    for batch in batches(states.lengths[wanted], 8192, None):
        x, there = gather(states, wanted[batch])
        with torch.autocast("cpu", torch.bfloat16):
            found[batch] = branch.features(x, there).float().numpy()
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


def gather(states: States, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
    """Padded states and where there is a token."""
    lengths = states.lengths[rows]
    x = torch.zeros((len(rows), int(lengths.max()), states.flat.shape[1]), dtype=torch.bfloat16)
    for at, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        x[at, :length] = states.flat[states.offsets[row] : states.offsets[row + 1]]
    return x, torch.from_numpy(np.arange(int(lengths.max())) < lengths[:, None])


def encoder_tensors(folder: Path) -> dict[str, Tensor]:
    """The encoder's tensors under bare names."""
    from safetensors.torch import load_file

    return {name.removeprefix("bert."): tensor for name, tensor in load_file(folder / "model.safetensors").items()}


def _tensor(values: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values))


def _linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.weight.data, layer.bias.data = weight.float().clone(), bias.float().clone()
    return layer


def _linear_at(encoder: dict[str, Tensor], name: str) -> nn.Linear:
    return _linear(encoder[f"{name}.weight"], encoder[f"{name}.bias"])


def _norm_at(encoder: dict[str, Tensor], name: str) -> nn.LayerNorm:
    weight = encoder[f"{name}.weight"]
    layer = nn.LayerNorm(len(weight), eps=1e-12)
    layer.weight.data, layer.bias.data = weight.float().clone(), encoder[f"{name}.bias"].float().clone()
    return layer
