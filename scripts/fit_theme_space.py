"""Fit the theme space that ships for an encoder: `models/spaces/<model>/space.safetensors`.

    python scripts/fit_theme_space.py --data ../shared/data [--vectors CACHE] [--model NAME]

The map is C^(−1/4), C the covariance of what a theme should not see: differences between texts of one intent, and
between a text and its translation, each source scaled to trace 1, shrunk towards its mean eigenvalue (Ledoit & Wolf
2004 shrink so; C^(−1/2) is the within-class whitening of linear discriminant analysis, and this is half of it).
Language offsets come from sentences of one kind in thirty languages. Nothing is random, so the same data give the same
file. Which data, and on what terms, stands in models/spaces/<model>/card.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voc.catalog import resolve

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHRINK = 0.7
"""Share of the mean eigenvalue in the covariance: chosen on intents left out, docs/benchmarks/themes.md."""
TRANSLATIONS = 0.8
"""Share of translation pairs in the covariance, against texts of one intent."""
SHARPNESS = 0.5
"""1 whitens in full, 0 leaves the vectors alone."""
PAIRS = 4000
SENTENCES = 40
"""Per language, for the offsets."""
MAP_GRID = 2.0**22
INTENTS = ("clinc150_en", "banking77_en", "massive_intent_de")
PARALLEL = ("goemotions", "pawsx", "written")


def rows(data: Path, name: str, file: str = "data.jsonl") -> list[dict]:
    with (data / name / file).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class Vectors:
    """Vectors of texts by name, encoded once and kept as .npy beside each other."""

    def __init__(self, model: str, cache: Path) -> None:
        self._model = model
        self._cache = cache
        self._encoder = None

    def of(self, name: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (n, dim), unit length, `query: ` vectors in the order of `texts`."""
        file = self._cache / f"{name}.npy"
        if not file.exists():
            from voc.engines.torch_encoder import load_encoder

            self._encoder = self._encoder or load_encoder(resolve(self._model))
            self._cache.mkdir(parents=True, exist_ok=True)
            np.save(file, self._encoder.encode(texts).vectors)
        vectors = np.load(file).astype(np.float32)
        if len(vectors) != len(texts):
            raise SystemExit(f"{file} holds {len(vectors)} vectors for {len(texts)} texts: delete it.")
        return vectors


def intents(data: Path, vectors: Vectors, name: str) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """Vectors and intent of the labelled texts of one set; out-of-scope texts are left out."""
    found = rows(data, name)
    labels = np.array([row["label"] for row in found])
    told = labels != "oos"
    return vectors.of(name, [row["text"] for row in found])[told], labels[told]


def parallel(data: Path, vectors: Vectors, name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vectors of texts and of their translations, row by row."""
    pairs = {"goemotions": goemotions_pairs, "pawsx": pawsx_pairs, "written": written_pairs}[name](data)
    left, right = ([pair[side] for pair in pairs] for side in (0, 1))
    return vectors.of(f"{name}.left", left), vectors.of(f"{name}.right", right)


def goemotions_pairs(data: Path) -> list[tuple[str, str]]:
    """The first PAIRS Korean comments and the English ones they were translated from."""
    korean, english = rows(data, "goemotions_ko")[:PAIRS], rows(data, "goemotions_en")[:PAIRS]
    return [(ko["text"], en["text"]) for ko, en in zip(korean, english, strict=True)]


def pawsx_pairs(data: Path) -> list[tuple[str, str]]:
    """Korean and German translations of one English sentence: the same row of each language's half, told by the names
    and numbers that translation leaves alone; rows that share none are left out."""
    import re

    def anchors(text: str) -> set[str]:
        return set(re.findall(r"\d+|[A-Za-z]{4,}", text))

    halves = rows(data, "pawsx_ko_de", "pairs.jsonl")
    korean, german = ([row["text_a"] for row in halves if row["lang"] == lang] for lang in ("ko", "de"))
    kept: dict[str, str] = {}
    for ko, de in zip(korean, german, strict=False):
        if len(anchors(ko)) >= 2 and anchors(ko) <= anchors(de):
            kept.setdefault(ko, de)
    return list(kept.items())


def written_pairs(_: Path) -> list[tuple[str, str]]:
    """Korean and English feedback, requests and comments that say the same, written for this project."""
    found = []
    for file in sorted((Path(__file__).parent / "space" / "pairs").glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            found += [(row["ko"], row["en"]) for row in map(json.loads, lines)]
    return found


def language_offsets(data: Path, vectors: Vectors) -> dict[str, NDArray[np.float32]]:
    """Each language's mean less the mean of all: where its texts lie, before any is seen."""
    sentences: dict[str, list[str]] = {}
    for row in rows(data, "language_id_30"):
        if row["meta"]["kind"] == "sentences":
            sentences.setdefault(row["lang"], []).append(row["text"])
    texts = [text for lang in sorted(sentences) for text in sentences[lang][:SENTENCES]]
    langs = np.array([lang for lang in sorted(sentences) for _ in sentences[lang][:SENTENCES]])
    encoded = vectors.of("language_id_30.sentences", texts).astype(np.float64)
    means = {str(lang): encoded[langs == lang].mean(axis=0) for lang in np.unique(langs)}
    centre = np.mean(list(means.values()), axis=0)
    return {lang: (mean - centre).astype(np.float32) for lang, mean in means.items()}


def centred(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    away = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    return away / np.linalg.norm(away, axis=1, keepdims=True)


def within(vectors: NDArray[np.float32], labels: NDArray[np.str_]) -> NDArray[np.float64]:
    """Covariance of texts around the mean of their intent, trace 1."""
    points = centred(vectors)
    _, which = np.unique(labels, return_inverse=True)
    means = np.zeros((which.max() + 1, points.shape[1]))
    np.add.at(means, which, points)
    rest = points - (means / np.bincount(which)[:, None])[which]
    return _scaled(rest.T @ rest)


def between_translations(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float64]:
    """Covariance of the differences between texts and their translations, language means removed, trace 1."""
    apart = centred(left) - centred(right)
    return _scaled(apart.T @ apart)


def _scaled(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    return covariance / np.trace(covariance)


def closed_form(
    same_intent: Iterable[NDArray[np.float64]],
    translated: Iterable[NDArray[np.float64]],
    *,
    shrink: float = SHRINK,
    translations: float = TRANSLATIONS,
) -> NDArray[np.float32]:
    """The map, float32 (dim, dim), symmetric, spectral norm 1, on the grid that `voc.discover.space` computes on."""
    texts, pairs = list(same_intent), list(translated)
    seen = (1.0 - translations) * np.mean(texts, axis=0) + translations * np.mean(pairs, axis=0)
    values, directions = np.linalg.eigh(seen)
    values = (1.0 - shrink) * values + shrink * values.mean()
    scale = (values / values.min()) ** -(SHARPNESS / 2.0)
    chart = (directions * scale) @ directions.T
    return (np.rint(chart * MAP_GRID) / MAP_GRID).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--vectors", type=Path, default=Path(".cache/vectors"))
    parser.add_argument("--model", default="multilingual-e5-small")
    parser.add_argument("--out", type=Path, default=Path("models/spaces"))
    options = parser.parse_args()
    from safetensors.numpy import save_file
    from threadpoolctl import threadpool_limits

    vectors = Vectors(options.model, options.vectors)
    with threadpool_limits(limits=1):  # several threads sum in no fixed order
        chart = closed_form(
            [within(*intents(options.data, vectors, name)) for name in INTENTS],
            [between_translations(*parallel(options.data, vectors, name)) for name in PARALLEL],
        )
    offsets = {f"offset.{lang}": mean for lang, mean in language_offsets(options.data, vectors).items()}
    folder = options.out / options.model
    folder.mkdir(parents=True, exist_ok=True)
    save_file({"map": chart} | offsets, folder / "space.safetensors", metadata={"version": "1"})


if __name__ == "__main__":
    main()
