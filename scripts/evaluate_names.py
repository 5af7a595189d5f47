"""Names of themes: are they unique, do they find their own members, and what do the largest look like? Markdown.

    python scripts/evaluate_names.py --data ../shared/data [--items 8000] [--largest 25]

The whole product runs over each stream. The AUC of a label is the chance that a mention of its theme lies nearer to it
than one of another theme (Hanley & McNeil 1982), compared in theme space, where a label is one more text; and, as a
reader would ask for it, by the product's search: the share of the first 10 hits that are of the theme.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from voc.clean import detect
from voc.discover import RunSpace
from voc.engine import Engine
from voc.model import Theme
from voc.name.stopwords import FUNCTION_WORDS, KOREAN_FILLERS

STREAMS = ("app_reviews_ko_finance_stream", "airline_tweets_en")
EMPTY = frozenset().union(*FUNCTION_WORDS.values(), KOREAN_FILLERS)
QUOTES = 3
QUOTE = 140


def rows(data: Path, source: str, items: int) -> list[dict[str, object]]:
    with (data / source / "data.jsonl").open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return [
        {"id": f"{at}", "text": row["text"], "created_at": row.get("created_at")}
        for at, row in enumerate(found[-items:])
    ]


def label_auc(engine: Engine, themes: list[Theme]) -> list[float]:
    """Of each theme's label, over all mentions that have a theme."""
    published = engine.snapshot().published
    space = RunSpace.from_arrays(published.space)
    table = published.mentions
    held = np.array([key is not None for key in table.theme.tolist()])
    places = space.to_theme(np.asarray(published.vectors)[held], table.lang[held].tolist())
    labels = [theme.label for theme in themes]
    asked = space.to_theme(engine.embed(labels, "query"), [detect(label) for label in labels])
    near = places @ asked.T
    return [float(roc_auc_score(table.theme[held] == theme.key, near[:, at])) for at, theme in enumerate(themes)]


def found_by_label(engine: Engine, theme: Theme) -> float:
    hits = engine.search(theme.label, k=10)
    return sum(hit.theme is not None and hit.theme.key == theme.key for hit in hits) / max(1, len(hits))


def show(at: int, theme: Theme) -> None:
    print(f"\n### {at}. {theme.label}\n\n{theme.mentions} mentions. Keywords: {', '.join(theme.keywords)}\n")
    for quote in theme.exemplars[:QUOTES]:
        print(f"- {quote.text[quote.start : quote.end][:QUOTE]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--items", type=int, default=8000)
    parser.add_argument("--largest", type=int, default=25)
    parser.add_argument("--only", nargs="*", default=STREAMS)
    options = parser.parse_args()
    for source in options.only:
        with tempfile.TemporaryDirectory() as folder, Engine(Path(folder) / "home") as engine:
            engine.ingest(rows(options.data, source, options.items))
            run = engine.run()
            themes = engine.themes("fine")
            auc = label_auc(engine, themes)
            labels = [theme.label.casefold() for theme in themes]
            bare = [theme.label for theme in themes if set(theme.label.casefold().split()) <= EMPTY]
            found = [found_by_label(engine, theme) for theme in themes]
            print(f"\n## {source}: {run.items} items, {run.mentions} mentions, {run.themes} themes\n")
            print(f"labels alike: {len(labels) - len(set(labels))}; of stop words alone: {len(bare)}")
            print(f"AUC of labels: mean {np.mean(auc):.3f}, median {np.median(auc):.3f}, lowest {min(auc):.3f}")
            print(f"search for a label, first ten hits of its theme: {np.mean(found):.3f}")
            for at, theme in enumerate(themes[: options.largest], 1):
                show(at, theme)
            worst = sorted(zip(auc, labels, strict=True))[:10]
            print("\nlowest:", ", ".join(f"{label} {value:.2f}" for value, label in worst), flush=True)


if __name__ == "__main__":
    sys.exit(main())
