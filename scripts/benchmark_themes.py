"""Seconds to find themes among many mentions, beside UMAP + hdbscan on the same vectors in one run. Prints Markdown.

    python scripts/benchmark_themes.py --data ../shared/data [--sizes 20000 200000] [--threads 2]

Vectors are those of the labelled sets; for more than there are, drawn again with a little noise. Both are run once on a
small part first, so that neither compiles nor loads while the clock runs. The baseline is BERTopic's default set-up
(see evaluate_themes.py), with as many threads as it takes.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from evaluate_themes import SETS, umap_hdbscan
from fit_theme_space import Vectors
from numpy.typing import NDArray

from voc.discover import Options, ThemeSpace, discover

WARM = 2000
NOISE = 0.02


def mentions(data: Path, vectors: Vectors, total: int) -> NDArray[np.float32]:
    """float32 (total, dim), unit length."""
    real = np.concatenate([load(data, vectors)[1] for load in SETS.values()])
    rng = np.random.default_rng(0)
    if total <= len(real):
        return real[rng.permutation(len(real))[:total]]
    rows = real[rng.integers(0, len(real), total)]
    rows = rows + NOISE * rng.standard_normal(rows.shape, dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def ours(model: str, threads: int) -> Callable[[NDArray[np.float32]], NDArray[np.int32]]:
    def run(vectors: NDArray[np.float32]) -> NDArray[np.int32]:
        space = ThemeSpace.load(model).fit(vectors, ["en"] * len(vectors))
        mapped = space.to_theme(vectors, ["en"] * len(vectors))
        keys = [f"{at:08}" for at in range(len(vectors))]
        return discover(mapped, keys=keys, options=Options(threads=threads)).fine

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--vectors", type=Path, default=Path(".cache/vectors"))
    parser.add_argument("--model", default="multilingual-e5-small")
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    vectors = Vectors(options.model, options.vectors)
    methods: dict[str, Callable[[NDArray[np.float32]], NDArray[np.integer]]] = {
        "voc": ours(options.model, options.threads)
    }
    if find_spec("umap"):
        methods["UMAP + hdbscan"] = umap_hdbscan
    for run in methods.values():
        run(mentions(options.data, vectors, WARM))
    print("| mentions | method | seconds | themes | unassigned | peak GB so far |\n|---|---|---|---|---|---|")
    for size in options.sizes:
        rows = mentions(options.data, vectors, size)
        for name, run in methods.items():
            begun = time.perf_counter()
            labels = run(rows)
            seconds = time.perf_counter() - begun
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            print(
                f"| {size} | {name} | {seconds:.1f} | {labels.max() + 1} | {(labels < 0).mean():.2f} | {peak:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    sys.exit(main())
