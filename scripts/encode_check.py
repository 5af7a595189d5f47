"""The check that encoding has not become slower: a ratio to a plain padded-batch pass of the same weights, no seconds.

    python scripts/benchmark_encode.py --check

The rule, here and nowhere else. Same process, texts and dtype, one thread each, turn by turn; processor seconds of the
best turns are compared, since those of one thread say much the same whatever else the machine does:

- Where the CPU multiplies bfloat16, in bfloat16: at least 1.5 times the plain pass.
- Elsewhere in float32, where most of the time goes into the same products and less is to be won: at least 1.2 times as
  many texts as the plain pass would encode if it did not pad.

A second, longer try decides where the first one fails, so that a neighbour's use of caches and memory does not.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmark_facts import note
from encode_engines import Ground, ours, padding, peers

from voc.errors import VocError

LEAST_BF16, LEAST_FP32 = 1.5, 1.2
TEXTS = 256
ROUNDS = (4, 8)
"""Turns of the first and the second try."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What the ratio must reach on this machine, and why."""

    dtype: str
    least: float
    why: str


def bound(*, multiplies_bf16: bool, rows_per_token: float) -> Bound:
    """The rule. `rows_per_token`: what the plain pass computes for each token, padding included."""
    if multiplies_bf16:
        return Bound("bf16", LEAST_BF16, "weights laid out once, no padding, few steps between products")
    return Bound("fp32", LEAST_FP32 * rows_per_token, f"padding alone costs the plain pass {rows_per_token - 1:.0%}")


def check(texts: list[str]) -> int:
    """0 where the bound is reached or can't be tested here, 1 otherwise; says which and why."""
    missing = [package for package in ("torch", "transformers") if find_spec(package) is None]
    if missing:
        note(f"encoding speed: skipped, for want of {', '.join(missing)}")
        return 0
    import torch

    from voc.engines.device import choose

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        try:
            ground = Ground.of(1, Path(folder))
        except VocError as error:
            note(f"encoding speed: skipped, the default model is not installed: {error.message}")
            return 0
        multiplies = "bfloat16" in str(choose("cpu").dtype)
        wanted = bound(multiplies_bf16=multiplies, rows_per_token=padding(ground.tokens(texts)))
        plain = dict(peers(ground, [f"padded batches {wanted.dtype}"])).popitem()[1]
        own = ours(ground, wanted.dtype, features=False)
        plain(texts[:64]), own(texts[:64])
        for rounds in ROUNDS:
            turns = [(busy(lambda: own(texts)), busy(lambda: plain(texts))) for _ in range(rounds)]
            ratio = min(spent for _, spent in turns) / min(spent for spent, _ in turns)
            note(told(ratio, wanted, turns))
            if ratio >= wanted.least:
                return 0
    note(FAILED.format(least=wanted.least))
    return 1


def busy(work: Callable[[], object]) -> float:
    """Processor seconds of this process."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def told(ratio: float, wanted: Bound, turns: list[tuple[float, float]]) -> str:
    """One try in one line."""
    own, plain = (" ".join(f"{spent:.2f}" for spent in column) for column in zip(*turns, strict=True))
    return (
        f"encoding speed, {wanted.dtype}, {TEXTS} texts: {ratio:.2f} times a plain padded-batch pass, at least "
        f"{wanted.least:.2f} wanted ({wanted.why}); processor seconds of voc {own}, of the plain pass {plain}"
    )


FAILED = """encoding speed: FAILED twice. The encoder isn't {least:.2f} times as fast as a plain pass of the same model.
Look at what changed in voc/engines (packs, linear layers, threads, tokens) or in the version of torch:
    python scripts/benchmark_encode.py --texts 1000 --rounds 5
shows rates and shares of the machine's matrix rate. The rule stands in scripts/encode_check.py."""
