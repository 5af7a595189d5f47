"""Themes against gold labels and against what others do with the same vectors; prints Markdown tables.

    python scripts/evaluate_themes.py --data ../shared/data [--vectors CACHE] [--only NAME ...] [--permutations N]

V-measure (Rosenberg & Hirschberg 2007) and adjusted Rand index (Hubert & Arabie 1985) over all texts; what is left over
counts as one class. A set that helps to fit the theme space is scored with a space fitted without it. Baselines run
where their packages are installed (`umap-learn`, `evoc`), else they are left out of the table.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from fit_theme_space import (
    INTENTS,
    PARALLEL,
    Vectors,
    between_translations,
    closed_form,
    intents,
    parallel,
    rows,
    within,
)

from voc.discover import Options, ThemeSpace, discover
from voc.discover.clusters import dense_groups, smallest_theme

if TYPE_CHECKING:
    from numpy.typing import NDArray

Labels = dict[str, "NDArray[np.int64]"]
Set = tuple[list[str], "NDArray[np.float32]", "NDArray[np.str_]"]


def banking(data: Path, vectors: Vectors) -> Set:
    return _part(data, vectors, "banking77_en", lambda row: row["label"] if row["split"] == "test" else None)


def clinc(data: Path, vectors: Vectors) -> Set:
    return _part(data, vectors, "clinc150_en", lambda row: None if row["label"] == "oos" else row["label"])


def massive(data: Path, vectors: Vectors) -> Set:
    return _part(data, vectors, "massive_intent_de", lambda row: row["label"])


def airline(data: Path, vectors: Vectors) -> Set:
    return _part(data, vectors, "airline_tweets_en", _reason)


def petitions(data: Path, vectors: Vectors) -> Set:
    return _part(data, vectors, "petitions_cheongwadae_ko", lambda row: row["label"], cut=200)


def _reason(row: dict) -> str | None:
    reason = row["meta"].get("negative_reason")
    return None if reason == "Can't Tell" else reason


SETS = {
    "banking77_en": banking,
    "clinc150_en": clinc,
    "massive_intent_de": massive,
    "airline_tweets_en": airline,
    "petitions_cheongwadae_ko": petitions,
}


def _part(data: Path, vectors: Vectors, name: str, label: Callable[[dict], str | None], cut: int | None = None) -> Set:
    found = rows(data, name)
    labels = [label(row) for row in found]
    told = [at for at, value in enumerate(labels) if value is not None]
    encoded = vectors.of(name, [row["text"][:cut] for row in found])
    return [found[at]["lang"] for at in told], encoded[told], np.array([labels[at] for at in told])


def space_without(data: Path, vectors: Vectors, left_out: str) -> ThemeSpace:
    """The space that would ship if one source were not there."""
    chart = closed_form(
        [within(*intents(data, vectors, name)) for name in INTENTS if name != left_out],
        [between_translations(*parallel(data, vectors, name)) for name in PARALLEL if name != left_out],
    )
    return ThemeSpace({}, chart)


def ours(vectors: NDArray[np.float32], langs: list[str], space: ThemeSpace) -> Labels:
    mapped = space.fit(vectors, langs).to_theme(vectors, langs)
    found = discover(mapped, keys=[f"{at:08}" for at in range(len(mapped))], options=Options(threads=2))
    coarse = np.where(found.fine < 0, -1, found.coarse[found.fine])
    return {"voc, fine": found.fine, "voc, coarse": coarse}


def plain(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """Our graph and HDBSCAN on the vectors as they come, nothing assigned."""
    return dense_groups(vectors, seed=0, threads=2, smallest=smallest_theme(len(vectors)))


def evoc(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    from evoc import EVoC

    return EVoC(random_state=0).fit_predict(vectors)


def umap_hdbscan(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """BERTopic's defaults: UMAP to 5 dimensions, 15 neighbours, cosine; HDBSCAN with 10 texts at least."""
    from hdbscan import HDBSCAN
    from umap import UMAP

    place = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=42).fit_transform(vectors)
    return HDBSCAN(min_cluster_size=10, metric="euclidean", cluster_selection_method="eom").fit_predict(place)


def k_means(vectors: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    from sklearn.cluster import KMeans

    return KMeans(k, n_init=1, random_state=0).fit_predict(vectors)


def compare(name: str, found: Set, space: ThemeSpace) -> None:
    langs, vectors, gold = found
    truth = len(set(gold))
    report(name, gold, lambda: ours(vectors, langs, space))
    report(name, gold, lambda: ours(vectors, langs, ThemeSpace({}, None)), note=" (no map)")
    report(name, gold, lambda: {"graph + hdbscan, as it comes": plain(vectors)})
    if find_spec("evoc"):
        report(name, gold, lambda: {"EVoC": evoc(vectors)})
    if find_spec("umap"):
        report(name, gold, lambda: {"UMAP + hdbscan": umap_hdbscan(vectors)})
    report(name, gold, lambda: {f"k-means, true k = {truth}": k_means(vectors, truth)})


def report(name: str, gold: NDArray[np.str_], run: Callable[[], Labels], note: str = "") -> None:
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    begun = time.perf_counter()
    found = run()
    seconds = time.perf_counter() - begun
    for method, labels in found.items():
        v, ari = v_measure_score(gold, labels), adjusted_rand_score(gold, labels)
        themes = len(set(labels[labels >= 0]))
        print(
            f"| {name} | {method}{note} | {themes} | {(labels < 0).mean():.2f} | {_purity(gold, labels):.3f} "
            f"| {v:.3f} | {ari:.3f} | {seconds:.1f} |",
            flush=True,
        )


def _purity(gold: NDArray[np.str_], labels: NDArray[np.int64]) -> float:
    """Share of assigned texts whose theme has most of its texts from their class."""
    held = labels >= 0
    best = sum(np.unique(gold[labels == theme], return_counts=True)[1].max() for theme in set(labels[held]))
    return float(best) / max(1, int(held.sum()))


def translations(data: Path, vectors: Vectors, name: str, n: int = 1500) -> None:
    """How often a text and its translation share a fine theme, the space fitted without this kind of pairs."""
    left, right = (side[:n] for side in parallel(data, vectors, name))
    langs = ["a"] * len(left) + ["b"] * len(right)
    for space, note in ((space_without(data, vectors, name), ""), (ThemeSpace({}, None), " (no map)")):
        fine = ours(np.concatenate([left, right]), langs, space)["voc, fine"]
        one, other = fine[: len(left)], fine[len(left) :]
        together = ((one == other) & (one >= 0)).mean()
        larger = [max((one == t).sum(), (other == t).sum()) / (fine == t).sum() for t in range(fine.max() + 1)]
        print(
            f"| {name}{note} | {len(left)} | {fine.max() + 1} | {together:.3f} | {np.median(larger):.2f} |", flush=True
        )


def permutations(name: str, found: Set, space: ThemeSpace, times: int) -> None:
    """Whether the themes are the same, to the bit, whatever the order of the texts."""
    langs, vectors, _ = found
    mapped = space.fit(vectors, langs).to_theme(vectors, langs)
    keys = np.array([f"{at:08}" for at in range(len(mapped))])
    first = discover(mapped, keys=keys.tolist(), options=Options(threads=2))
    same = 0
    for seed in range(times):
        order = np.random.default_rng(seed).permutation(len(mapped))
        threads = 1 + seed % 2
        again = discover(mapped[order], keys=keys[order].tolist(), options=Options(threads=threads))
        same += np.array_equal(again.fine, first.fine[order]) and np.array_equal(again.centroids, first.centroids)
    print(f"| {name} | {times} | {same} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--vectors", type=Path, default=Path(".cache/vectors"))
    parser.add_argument("--model", default="multilingual-e5-small")
    parser.add_argument("--only", nargs="*", default=[*SETS, *PARALLEL])
    parser.add_argument("--permutations", type=int, default=0, help="compare so many orders of the texts, no more")
    options = parser.parse_args()
    vectors = Vectors(options.model, options.vectors)
    if options.permutations:
        print("| set | orders | same to the bit |\n|---|---|---|")
        for name, load in SETS.items():
            space = space_without(options.data, vectors, name)
            permutations(name, load(options.data, vectors), space, options.permutations)
        return
    print("| set | method | themes | unassigned | purity | V | ARI | seconds |\n|---|---|---|---|---|---|---|---|")
    for name, load in SETS.items():
        if name in options.only:
            compare(name, load(options.data, vectors), space_without(options.data, vectors, name))
    print("\n| pairs | number | themes | share one theme | larger language, median |\n|---|---|---|---|---|")
    for name in PARALLEL:
        if name in options.only:
            translations(options.data, vectors, name)


if __name__ == "__main__":
    sys.exit(main())
