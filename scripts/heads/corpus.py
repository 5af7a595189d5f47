"""Which rows train, calibrate and judge: the sources, capped, with every judging text taken out of training.

Owns the choice of rows. The caps keep training within an hour on two cores; more rows of one set do not help the
others.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from heads.sources import JUDGED, Row, all_rows, gold_rows, post_rows, read, read_lines, read_rows, written_rows
from heads.splits import HasText, held_out, sample, without

TRAIN_CAPS = {"goemotions_en": 4000, "goemotions_ko": 4000, "banking77": 800, "app_review_type": 2400}
TEST_CAPS = {"goemotions_en": 1500, "goemotions_ko": 1500, "kote": 2000, "banking77": 0}
CONTRAST = Path(__file__).resolve().parents[2] / "tests" / "golden" / "contrast"


@dataclass(frozen=True, slots=True)
class Plain:
    """A text that is only there to be kept out."""

    text: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """No text of `test`, `dev`, `gold` or of a foreign test part is in `train`, or in `late`, which is for the second
    step."""

    train: list[Row]
    late: list[Row]
    dev: list[Row]
    test: list[Row]
    gold: list[Row]


def load_corpus(data: Path) -> Corpus:
    """Read all sets below `data` and part them."""
    # What was labelled by hand comes first: of two rows with one wording the first stays.
    rows = [*written_rows(), *read_rows(data), *post_rows(), *all_rows(data)]
    late = [*written_rows(late=True), *read_rows(data, late=True)]
    gold = gold_rows(data)
    judging = [row for row in rows if row.part != "train"]
    kept_out = held_out(judging, gold, foreign_tests(data), contrast_texts())
    return Corpus(
        train=_capped(without([row for row in rows if row.part == "train"], kept_out), TRAIN_CAPS),
        late=without(late, kept_out),
        dev=[row for row in rows if row.part == "dev"],
        test=_capped([row for row in rows if row.part == "test"], TEST_CAPS),
        gold=gold,
    )


def foreign_tests(data: Path) -> list[HasText]:
    """Test parts of sets that teach urgency, and sets that are judged without training on them."""
    rows = [row for name in ("banking77_en", "clinc150_en") for row in read(data, name) if row["split"] == "test"]
    judged = [row for name, row in two_readers(data)]
    return [Plain(row["text"]) for row in [*rows, *judged, *read(data, "nhs_fft_criticality_en"), *_aspects(data)]]


def contrast_texts() -> list[HasText]:
    """The contrast pairs, sealed ones too: nobody looks at those, but they must not be trained on."""
    rows = [row for name in ("open", "sealed") for row in read_lines(CONTRAST / f"{name}.jsonl")]
    return [Plain(row[side]) for row in rows for side in ("higher", "lower")]


def two_readers(data: Path) -> list[tuple[str, dict[str, object]]]:
    """(set, row) of the random rows that two readers judged, with their levels as `a` and `b`."""
    found = []
    for path in sorted(JUDGED.glob("*.jsonl")):
        levels = {row["id"]: row for row in read_lines(path)}
        found.extend((path.stem, {**row, **levels[row["id"]]}) for row in read(data, path.stem) if row["id"] in levels)
    return found


def _aspects(data: Path) -> list[dict[str, object]]:
    return [row for row in read(data, "semeval14_absa_en") if row["split"] == "test"]


def _capped(rows: list[Row], caps: dict[str, int]) -> list[Row]:
    """At most `caps[source]` rows of each source, chosen by hash; sources without a cap stay whole."""
    chosen: list[Row] = []
    for source in sorted({row.source for row in rows}):
        of_source = [row for row in rows if row.source == source]
        chosen.extend(sample(of_source, caps.get(source, len(of_source)), "cap"))
    return chosen
