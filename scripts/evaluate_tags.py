"""How good a taught tag is: intents of Banking77 as tags, taught from 8, 20 and 50 examples.

    python scripts/evaluate_tags.py ../shared/data/banking77_en/data.jsonl

Examples and an unlabelled home of 3,000 other texts come from the train part (the home holds texts of the intent, as a
real one does), the figures from the whole test part. Ten intents drawn by a seed were looked at while the fit was
chosen; the ten that are reported are drawn from the others.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from voc.clean import clean, normalise
from voc.encode import encode
from voc.engine import Engine
from voc.ingest import IngestOptions, Taken, from_dicts
from voc.segment import segment
from voc.tags.fit import Lesson, Taught, fit_tag
from voc.teaching import MOST_BACKGROUND

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZES = (8, 20, 50)
HOME = 3000
TAGS = 10
DEVELOPMENT_SEED = 1
"""Its first TAGS intents are those that were looked at."""


@dataclass(frozen=True)
class Corpus:
    """Labelled texts with the vectors of their mentions."""

    labels: NDArray[np.str_]
    train: NDArray[np.int64]
    test: NDArray[np.int64]
    vectors: NDArray[np.float16]
    mentions: dict[int, list[int]]
    """Text → its rows in `vectors`."""

    def of(self, texts: Sequence[int]) -> list[NDArray[np.float16]]:
        """The vectors of each text's mentions."""
        return [self.vectors[self.mentions[text]] for text in texts]


def read(path: Path, engine: Engine) -> Corpus:
    """Clean, cut and encode every text; those without a mention are left out."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    items = [
        replace(clean(row.feedback), item_id=str(at))
        for at, row in enumerate(from_dicts([{"text": row["text"]} for row in rows], IngestOptions()))
        if isinstance(row, Taken)
    ]
    mentions = [(int(item.item_id), mention.text) for item in items for mention in segment(item)]
    tools = engine._tools  # noqa: SLF001
    encodings = encode([text for _, text in mentions], tools.encoder(), tools.encodings())
    where: defaultdict[int, list[int]] = defaultdict(list)
    for at, (text, _) in enumerate(mentions):
        where[text].append(at)
    known = np.array(sorted(where))
    parts = np.array([row["split"] for row in rows])
    return Corpus(
        labels=np.array([row["label"] for row in rows]),
        train=known[parts[known] == "train"],
        test=known[parts[known] == "test"],
        vectors=encodings.vectors.astype(np.float16),
        mentions=dict(where),
    )


def lesson(corpus: Corpus, engine: Engine, label: str, size: int, seed: int) -> Lesson:
    """Examples of a label, its name as the description, and a sample of an unlabelled home."""
    rng = np.random.default_rng(seed)
    examples = rng.permutation(corpus.train[corpus.labels[corpus.train] == label])[:size]
    home = rng.permutation(np.setdiff1d(corpus.train, examples))[:HOME]
    pool = np.concatenate(corpus.of(home.tolist()))
    tools = engine._tools  # noqa: SLF001
    description = normalise(label.replace("_", " ")).text
    told = encode([description], tools.encoder(), tools.encodings()).vectors.astype(np.float16)
    sample = pool[np.sort(rng.permutation(len(pool))[:MOST_BACKGROUND])]
    return Lesson(corpus.of(examples.tolist()), told, told[:0], sample)


def figures(corpus: Corpus, taught: Taught, label: str) -> tuple[float, float, float]:
    """Precision, recall and F1 over the test texts: a text has the tag if any of its mentions has."""
    found = np.array(
        [(taught.head.probabilities(rows) >= taught.threshold).any() for rows in corpus.of(corpus.test.tolist())]
    )
    meant = corpus.labels[corpus.test] == label
    hits = int((found & meant).sum())
    return hits / max(int(found.sum()), 1), hits / int(meant.sum()), 2 * hits / (int(found.sum()) + int(meant.sum()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--home", type=Path, help="keeps the encodings; by default a folder that is deleted")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--development", action="store_true", help="the intents that the fit was chosen on")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder, Engine(arguments.home or Path(folder) / "home") as engine:
        begun = time.perf_counter()
        corpus = read(arguments.data, engine)
        print(f"{len(corpus.mentions)} texts, {len(corpus.vectors)} mentions, {time.perf_counter() - begun:.0f} s")
        order = np.random.default_rng(DEVELOPMENT_SEED).permutation(sorted(set(corpus.labels.tolist())))
        later = np.random.default_rng(arguments.seed).permutation(order[TAGS:])
        chosen = (order if arguments.development else later)[:TAGS].tolist()
        print("| intent | examples | precision | recall | F1 | F1 in cross-validation | CPU seconds |")
        for size in SIZES:
            rows = [row(corpus, engine, label, size, arguments.seed) for label in chosen]
            for label, values in zip(chosen, rows, strict=True):
                tell(label, size, values)
            tell("mean", size, [statistics.mean(column) for column in zip(*rows, strict=True)])


def row(corpus: Corpus, engine: Engine, label: str, size: int, seed: int) -> list[float]:
    """Teach one tag and test it. The processor's seconds: other programs do not count."""
    given = lesson(corpus, engine, label, size, seed)
    begun = time.process_time()
    taught = fit_tag(given, seed=seed)
    seconds = time.process_time() - begun
    return [*figures(corpus, taught, label), taught.quality.f1.value, seconds]


def tell(label: str, size: int, values: Sequence[float]) -> None:
    """One row of the table."""
    print(f"| {label} | {size} | " + " | ".join(f"{value:.2f}" for value in values) + " |", flush=True)


if __name__ == "__main__":
    main()
