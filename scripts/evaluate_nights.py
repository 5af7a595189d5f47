"""Thirty nights of one home: what becomes of its themes while a twentieth is added every night. Prints Markdown.

    python scripts/evaluate_nights.py --data ../shared/data [--first 2000] [--nights 30] [--share 0.05]

The whole product runs, over reviews and tweets in a shuffled order. Figures are taken from what it gives out:
assignments as exported, themes and lineage of every run. A mention has moved if it has another theme, or none, or one
where it had none; it has moved without an event if no lineage event of that night names the theme it came from or the
theme it went to. At the end the themes are made from nothing, for comparison.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sklearn.metrics import adjusted_rand_score

from voc.engine import Engine
from voc.model import Run

SOURCES = ("app_reviews_ko_finance_stream", "airline_tweets_en", "banking77_en")
LARGE = 50
TELLING = frozenset({"born", "split", "merged", "retired", "revived"})


@dataclass(frozen=True, slots=True)
class Night:
    """What a run gave out: mention → theme, mentions and label of each theme, lineage, and seconds taken."""

    theme: dict[str, str | None]
    labels: dict[str, str]
    sizes: Counter[str]
    told: frozenset[str]
    kinds: Counter[str]
    seconds: float
    seconds_discover: float

    @classmethod
    def of(cls, engine: Engine, folder: Path, seconds: dict[str, float]) -> Night:
        engine.export("assignments", folder / "assignments.jsonl")
        with (folder / "assignments.jsonl").open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        theme = {f"{row['item_id']}:{row['mention']}": row["theme"] for row in rows}
        published = engine.snapshot().published
        events = [event for event in published.lineage if event.kind in TELLING]
        told = frozenset(key for event in events for key in (event.key, *event.others))
        return cls(
            theme,
            {found.key: found.label for found in engine.themes("fine")},
            Counter(key for key in theme.values() if key is not None),
            told,
            Counter(event.kind for event in events),
            sum(seconds.values()),
            seconds.get("discover", 0.0),
        )


def rows(data: Path, total: int, seed: int) -> list[dict[str, object]]:
    """Texts of all sources in a shuffled order, as rows to ingest."""
    found = []
    for source in SOURCES:
        with (data / source / "data.jsonl").open(encoding="utf-8") as lines:
            for at, line in enumerate(lines):
                row = json.loads(line)
                found.append({"id": f"{source}-{at}", "text": row["text"], "source": source})
    random.Random(seed).shuffle(found)
    return found[:total]


def against(before: Night, now: Night, ever: set[str]) -> dict[str, float]:
    """Figures of one night."""
    shared = [(theme, now.theme[name]) for name, theme in before.theme.items() if name in now.theme]
    moved = [(old, new) for old, new in shared if old != new]
    untold = sum(old not in now.told and new not in now.told for old, new in moved)
    same = [key for key in before.labels if key in now.labels and key not in now.told]
    return {
        "moved": len(moved) / len(shared),
        "untold": untold / len(shared),
        "ari": adjusted_rand_score([str(old) for old, _ in shared], [str(new) for _, new in shared]),
        "lost": len(ever - now.labels.keys()),
        "renamed": sum(before.labels[key] != now.labels[key] for key in same) / max(1, len(same)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--first", type=int, default=2000, help="items of the first night")
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--share", type=float, default=0.05, help="of what is there already, added every night")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    sizes = [round(options.first * (1 + options.share) ** night) for night in range(options.nights + 1)]
    feed = rows(options.data, sizes[-1], options.seed)
    print("| night | items | mentions | themes | moved | without an event | ARI | lost | renamed | events | s |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder) / "home") as engine:
        figures, ever, before, at = [], set(), None, 0
        for night, until in enumerate(sizes):
            engine.ingest(feed[at:until])
            at = until
            run = engine.run()
            now = Night.of(engine, Path(folder), dict(run.seconds))
            if before is not None:
                figures.append(against(before, now, ever))
                tell(night, run, now, figures[-1])
            ever |= {key for key, size in now.sizes.items() if size >= LARGE}
            before = now
        summary(figures, ever, before)
        run = engine.run(recluster=True)
        anew = Night.of(engine, Path(folder), dict(run.seconds))
        told = ", ".join(f"{name} {value:.4f}" for name, value in against(before, anew, ever).items())
        print(f"\nAll themes made from nothing at the end: {run.themes}; {told}")


def tell(night: int, run: Run, now: Night, figures: dict[str, float]) -> None:
    events = ", ".join(f"{kind} {n}" for kind, n in sorted(now.kinds.items()))
    print(
        f"| {night} | {run.items} | {run.mentions} | {run.themes} | {figures['moved']:.4f} | {figures['untold']:.4f} "
        f"| {figures['ari']:.3f} | {figures['lost']} | {figures['renamed']:.3f} | {events} | {now.seconds:.0f} |",
        flush=True,
    )


def summary(figures: list[dict[str, float]], ever: set[str], last: Night) -> None:
    for name in ("moved", "untold", "ari", "renamed"):
        values = [row[name] for row in figures]
        worst = min(values) if name == "ari" else max(values)
        print(f"\n{name}: mean {sum(values) / len(values):.4f}, worst night {worst:.4f}")
    alive = len(ever & last.labels.keys())
    print(f"\nKeys of themes that ever had {LARGE} mentions and are still there: {alive} of {len(ever)}")


if __name__ == "__main__":
    sys.exit(main())
