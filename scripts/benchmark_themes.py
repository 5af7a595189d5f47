"""Seconds and memory to find themes among many mentions, step by step, and in the night after. Prints Markdown.

    python scripts/benchmark_themes.py --data ../shared/data [--sizes 10000 100000 1000000] [--night 20000]
        [--threads 2] [--json FILE] [--umap]

Vectors lie between those of labelled texts (`made_vectors.py`), so that themes can be compared with classes: V-measure,
adjusted Rand index. A small part runs first, so that nothing loads while the clock runs. The night: themes found among
all but the last `--night` mentions, which are then new; once as it comes, and once when everything is due to be looked
at again. `--umap` runs UMAP + hdbscan (BERTopic's defaults, see
evaluate_themes.py) on the same vectors. `--json` writes the same figures with every step.
"""

from __future__ import annotations

import argparse
import json
import sys
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from evaluate_themes import SETS, umap_hdbscan
from fit_theme_space import Vectors
from made_vectors import joined, mixed
from step_costs import Costs

from voc.discover import Discovery, Options, Standing, ThemeSpace, clusters, discover, discovery, standing
from voc.model import How

if TYPE_CHECKING:
    from numpy.typing import NDArray

WARM = 3000
STEPS = (
    (discovery, "_groups"),
    (discovery, "drawn"),
    (discovery, "dense_groups"),
    (clusters, "principal"),
    (clusters, "nearest"),
    (clusters, "fuzzy_graph"),
    (discovery, "spread"),
    (discovery, "merge_alike"),
    (discovery, "with_own"),
    (discovery.Nearest, "of"),
    (discovery.looking, "looks"),
    (discovery, "coarse_groups"),
    (discovery, "grown"),
    (standing.Cells, "around"),
    (standing.News, "of"),
    (standing.News, "changes"),
    (standing.Night, "with_change"),
    (standing.Night, "settled"),
)


def keys_of(number: int) -> list[bytes]:
    """Keys as a run has them: hashes, so that what comes later lies among what was there."""
    return [blake2b(at.to_bytes(8), digest_size=32).digest() for at in range(number)]


def measured(model: str, vectors: NDArray[np.float32], threads: int, night: int) -> dict[str, Any]:
    """Figures of one size: the first run, and the night after it."""
    costs, langs = Costs(), ["en"] * len(vectors)
    with costs.of(STEPS):
        with costs.step("space"):
            space = ThemeSpace.load(model).fit(vectors, langs)
            themed = space.to_theme(vectors, langs, threads=threads)
        keys, options = keys_of(len(themed)), Options(threads=threads)
        with costs.step("discover"):
            found = discover(themed, keys=keys, options=options)
    result = {"found": found, "steps": costs.rows(), "night": {}}
    if night:
        before = discover(themed[:-night], keys=keys[:-night], options=options)
        for name, waiting in (("night", 0), ("night, everything due", len(themed))):
            later = Costs()
            with later.of(STEPS), later.step(name):
                after = discover(themed, keys=keys, options=options, standing=standing_on(before, len(themed), waiting))
            result["night"][name] = night_figures(before, after) | {"steps": later.rows()}
    return result


def night_figures(before: Discovery, after: Discovery) -> dict[str, Any]:
    """What the night changed: whether everything was looked at, new themes, share of the old mentions that moved."""
    kept = np.append(after.descent.kept, -1) if after.descent else np.full(len(after.centroids) + 1, -1)
    return {
        "looked": after.waiting == 0,
        "new_themes": int((kept[:-1] < 0).sum()),
        "moved": round(float((kept[after.fine[: len(before.fine)]] != before.fine).mean()), 5),
        "digest": digest(after),
    }


def standing_on(before: Discovery, total: int, waiting: int) -> Standing:
    new = np.zeros(total - len(before.fine), np.bool_)
    return Standing(
        centroids=before.centroids,
        threshold=before.near,
        parents=before.coarse,
        published=np.concatenate([np.ones(len(before.fine), np.bool_), new]),
        judged=np.concatenate([before.judged, new]),
        given=before.given,
        dense=np.concatenate([before.how == How.CLUSTERED, new]),
        waiting=waiting,
    )


def digest(found: Discovery) -> str:
    """Of everything that a run would publish: equal results, equal digests."""
    arrays = (found.fine, found.strength, found.coarse, found.centroids, found.judged, found.given)
    return blake2b(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays), digest_size=8).hexdigest()


def figures(size: int, method: str, labels: NDArray[np.integer], gold: NDArray[np.int64]) -> dict[str, Any]:
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    return {
        "mentions": size,
        "method": method,
        "themes": int(labels.max() + 1),
        "unassigned": round(float((labels < 0).mean()), 4),
        "v": round(float(v_measure_score(gold, labels)), 4),
        "ari": round(float(adjusted_rand_score(gold, labels)), 4),
    }


def one_size(options: argparse.Namespace, size: int, real: tuple[NDArray[np.float32], NDArray[np.str_]]) -> dict:
    rows, gold = mixed(*real, size)
    found = measured(options.model, rows, options.threads, options.night if options.night < size / 2 else 0)
    told = figures(size, "voc", found["found"].fine, gold)
    return told | {"digest": digest(found["found"]), "steps": found["steps"], "night": found["night"]}


def with_umap(size: int, real: tuple[NDArray[np.float32], NDArray[np.str_]]) -> dict[str, Any]:
    rows, gold = mixed(*real, size)
    costs = Costs()
    with costs.step("discover"):
        labels = umap_hdbscan(rows)
    return figures(size, "UMAP + hdbscan", labels, gold) | {"steps": costs.rows(), "night": {}}


def tell(row: dict[str, Any]) -> None:
    print(
        f"\n**{row['method']}, {row['mentions']:,} mentions**: {row['themes']} themes, {row['unassigned']:.1%} "
        f"unassigned, V {row['v']:.3f}, ARI {row['ari']:.3f}; {total(row['steps'])}; {row.get('digest', '')}\n"
    )
    for name, night in row["night"].items():
        told = ", ".join(f"{key} {value}" for key, value in night.items() if key != "steps")
        print(f"{name}: {total(night['steps'])}; {told}\n")
    print("| step | calls | processor s | s | peak GB |\n|---|---|---|---|---|")
    for step in [*row["steps"], *(step for night in row["night"].values() for step in night["steps"])]:
        name = "– " * step["depth"] + step["name"]
        print(
            f"| {name} | {step['calls']} | {step['cpu_seconds']:.1f} | {step['seconds']:.1f} | {step['peak_gb']:.2f} |",
            flush=True,
        )


def total(steps: list[dict[str, Any]]) -> str:
    top = [step for step in steps if step["depth"] == 0]
    peak = max((step["peak_gb"] for step in top), default=0.0)
    cpu, clock = (sum(step[name] for step in top) for name in ("cpu_seconds", "seconds"))
    return f"{cpu:.1f} processor s, {clock:.1f} s, {peak:.1f} GB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--vectors", type=Path, default=Path(".cache/vectors"))
    parser.add_argument("--model", default="multilingual-e5-small")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 300_000, 1_000_000])
    parser.add_argument("--night", type=int, default=20_000, help="new mentions of the night; 0: no night")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--umap", action="store_true")
    options = parser.parse_args()
    vectors = Vectors(options.model, options.vectors)
    real = joined([(name, *load(options.data, vectors)[1:]) for name, load in SETS.items()])
    measured(options.model, mixed(*real, WARM)[0], options.threads, 500)
    told = []
    for size in options.sizes:
        told.append(one_size(options, size, real))
        tell(told[-1])
        if options.umap:
            told.append(with_umap(size, real))
            tell(told[-1])
    if options.json:
        options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
