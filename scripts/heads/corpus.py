"""Which rows train, calibrate and judge: the sources, capped, with every judging text taken out of training.

Owns the choice of rows. The caps keep encoding within minutes on two cores; more rows of one set do not help
the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from heads.sources import (
    SentimentRow,
    UrgencyRow,
    gold_rows,
    opinions,
    read,
    sentiment_rows,
    weak_urgency_rows,
    written,
)
from heads.splits import HasText, held_out, sample, without

Row = TypeVar("Row", SentimentRow, UrgencyRow)

TRAIN_CAPS = {"nsmc": 7000, "goemotions_en": 3000, "goemotions_ko": 2500, "kote": 2000}
TEST_CAPS = {"nsmc": 2000, "semeval14": 500, "goemotions_en": 0, "goemotions_ko": 0, "kote": 500}
WEAK_CAPS = {"banking77": 1200, "app_review_type": 1200}
OPINION_CAP = 300
"""Rows per sentiment source that serve as "not urgent" beside their own task."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A text that is only there to be kept out."""

    text: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """`weak` are urgency rows other than gold. No text of `test`, `dev`, `gold` or of a
    foreign test part is in training."""

    train: list[SentimentRow]
    dev: list[SentimentRow]
    test: list[SentimentRow]
    gold: list[UrgencyRow]
    weak: list[UrgencyRow]

    def texts(self) -> list[str]:
        """Every text that must be encoded, once, in a fixed order."""
        parts: tuple[list[SentimentRow] | list[UrgencyRow], ...] = (
            self.train, self.dev, self.test, self.gold, self.weak
        )  # fmt: skip
        return list(dict.fromkeys(row.text for part in parts for row in part))


def load_corpus(data: Path) -> Corpus:
    """Read all sets below `data` and part them."""
    sentiment = list(sentiment_rows(data))
    gold = gold_rows(data)
    judging = [row for row in sentiment if row.part != "train"]
    kept_out = held_out(judging, gold, foreign_tests(data))
    train = _capped(without([row for row in sentiment if row.part == "train"], kept_out), TRAIN_CAPS)
    weak = without([*written(), *weak_urgency_rows(data)], kept_out)
    return Corpus(
        train=train,
        dev=[row for row in sentiment if row.part == "dev"],
        test=_capped([row for row in sentiment if row.part == "test"], TEST_CAPS),
        gold=gold,
        weak=[
            *_capped(weak, WEAK_CAPS),
            *_capped(opinions(train), dict.fromkeys({row.source for row in train}, OPINION_CAP)),
        ],
    )


def foreign_tests(data: Path) -> list[HasText]:
    """Test parts of sets that teach urgency, and sets that are judged without training on them."""
    rows = [row for name in ("banking77_en", "clinc150_en") for row in read(data, name) if row["split"] == "test"]
    return [Plain(row["text"]) for row in [*rows, *read(data, "nhs_fft_criticality_en")]]


def _capped(rows: list[Row], caps: dict[str, int]) -> list[Row]:
    """At most `caps[source]` rows of each source, chosen by hash; sources without a cap stay whole."""
    chosen: list[Row] = []
    for source in sorted({row.source for row in rows}):
        of_source = [row for row in rows if row.source == source]
        chosen.extend(sample(of_source, caps.get(source, len(of_source)), "cap"))
    return chosen
