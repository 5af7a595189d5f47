"""Time of embedding with all scores against embedding alone: same texts, same process, turn by turn.

    python scripts/benchmark_scores.py --data ../shared/data

*Embedding alone* is the encoder without its score branch; *with scores* is the encoder with it and every head, words
and evidence included. Mentions are those of the product: items are cut first, and neither side pays for that. No cache.
Prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from voc import catalog
from voc.clean import clean
from voc.engines.torch_encoder import load_encoder
from voc.model import Feedback
from voc.score import Company, Heads, score_mentions
from voc.segment import segment

ROOT = Path(__file__).resolve().parents[1]
SETS = {"banking77_en": "short", "app_reviews_ko_finance_stream": "Korean", "cfpb_complaints_en": "long"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--items", type=int, default=1500, help="of each set")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=None)
    options = parser.parse_args()

    card = catalog.resolve(catalog.default_model())
    bare = load_encoder(replace(card, branch=""), threads=options.threads)
    full = load_encoder(card, threads=options.threads)
    heads = Heads.load(card.name)
    answer: dict[str, object] = {
        "machine": platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "device": str(full.place.device),
        "repeats": options.repeats,
    }
    for name, kind in SETS.items():
        mentions = _mentions(options.data / name / "data.jsonl", options.items)
        texts, langs, items = (list(column) for column in zip(*mentions, strict=True))
        company = Company.of(items)

        def embed(texts: list[str] = texts) -> None:
            bare.encode(texts)

        def score(texts: list[str] = texts, langs: list[str] = langs, company: Company = company) -> None:
            score_mentions(full.encode(texts).features, texts, langs, heads, company=company)

        embed(), score()
        pairs = [(_seconds(embed), _seconds(score)) for _ in range(options.repeats)]
        answer[f"{kind}: {name}"] = {
            "mentions": len(texts),
            "embed_s": round(statistics.median(first for first, _ in pairs), 3),
            "embed_and_score_s": round(statistics.median(second for _, second in pairs), 3),
            "ratio": round(statistics.median(second / first for first, second in pairs), 3),
            "ratios": [round(second / first, 3) for first, second in pairs],
        }
    print(json.dumps(answer, indent=2, ensure_ascii=False))


def _mentions(path: Path, items: int) -> list[tuple[str, str, str]]:
    """Text, language and item of each mention."""
    found = []
    with path.open(encoding="utf-8") as lines:
        for number, line in zip(range(items), lines, strict=False):
            item = clean(Feedback(item_id=str(number), id="", source="benchmark", text=json.loads(line)["text"]))
            found.extend((mention.text, mention.lang, mention.item_id) for mention in segment(item))
    return found


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
