"""Feedback of any size for benchmarks: real sentences spliced with one another, so that no two are alike.

A sentence is the beginning of one real sentence and the end of another one of the same language. Nothing repeats, so
that no cache helps, and neighbours in meaning stay distinct. The same seed gives the same rows.

    python scripts/recombine.py --data ../shared/data --items 100000 > items.jsonl
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

SETS = {
    "ko": ("app_reviews_ko_finance_stream", "app_reviews_ko_mixed_stream", "steam_reviews_ko", "parakqc_ko"),
    "en": ("banking77_en", "airline_tweets_en", "clinc150_en", "nhs_fft_criticality_en", "app_review_type_en"),
}
END = re.compile(r"(?<=[.!?])\s+|\n+")
WORDS = range(4, 25)
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 730


def sentences(data: Path, lang: str) -> list[list[str]]:
    """Distinct real sentences as words, those of a usual length."""
    found: dict[str, list[str]] = {}
    for name in SETS[lang]:
        with (data / name / "data.jsonl").open(encoding="utf-8") as rows:
            for row in rows:
                for sentence in END.split(json.loads(row)["text"]):
                    words = sentence.split()
                    if len(words) in WORDS:
                        found.setdefault(sentence, words)
    return list(found.values())


def recombined(data: Path, items: int, seed: int = 0) -> Iterator[dict[str, object]]:
    """`items` rows as `voc run` reads them; six in ten hold one sentence, the others two."""
    chance = random.Random(seed)
    pools = {lang: sentences(data, lang) for lang in SETS}
    for number in range(items):
        pool = pools["ko" if chance.random() < 0.5 else "en"]
        text = " ".join(spliced(chance, pool) for _ in range(1 if chance.random() < 0.6 else 2))
        yield {
            "id": f"{seed}-{number}",
            "text": text,
            "created_at": (FIRST + timedelta(seconds=chance.randrange(DAYS * 86400))).isoformat(),
            "source": f"app {chance.randrange(5)}",
            "customer_id": f"c{chance.randrange(max(1, items // 2))}",
        }


def spliced(chance: random.Random, pool: list[list[str]]) -> str:
    begin, end = chance.choice(pool), chance.choice(pool)
    text = " ".join(begin[: (len(begin) + 1) // 2] + end[len(end) // 2 :])
    return text if text[-1] in ".!?" else f"{text}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for row in recombined(options.data, options.items, options.seed):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
