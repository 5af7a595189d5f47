"""The labelled sets, read in place, as rows of one kind: a text and whatever is known of it.

Owns which part of which set teaches, which judges, and how foreign labels map on ours. What may train shipped weights
follows the terms of each set: scraped reviews and non-commercial sets are not in here at all, they only judge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from heads import emotions
from heads.splits import bucket
from voc.model import SENTIMENTS, URGENCIES

HERE = Path(__file__).parent
WRITTEN = HERE / "written"
"""Feedback invented for training, with every label; a file a kind of writer. `border_*` and `late_*` were written
without a label in mind and labelled by somebody else; the others were written for their labels, and are clear-cut.
What is called `late*`, here and in READ, is shown in the second step alone, so that this one, too, learns from what is
new to it; it only teaches.
"""
POSTS = HERE / "posts"
"""Posts invented for training in seven more languages, with their sentiment; a file a language."""
READ = HERE / "read"
"""Labels by the same rubric for rows of open sets, by set and id; the texts stay where they are."""
JUDGED = HERE / "judged"
"""Levels that two readers gave rows of sets that never teach; by id."""
TEST_SHARE = 0.3
"""Of the app reviews, which come without a split."""
RUBRIC_DEV, RUBRIC_TEST = 0.08, 0.16
"""Written and read rows below the first bound calibrate, up to the second they judge the finer labels."""


@dataclass(frozen=True, slots=True)
class Row:
    """A text and what is known of it; None where nothing is.

    `sentiment` indexes SENTIMENTS; `levels` is the lowest and highest urgency that the label allows (indices of
    URGENCIES): weak labels are ranges. `part` is train, dev (choices, calibration) or test.
    """

    text: str
    lang: str
    source: str
    part: str = "train"
    sentiment: int | None = None
    levels: tuple[int, int] | None = None
    reasons: frozenset[str] | None = None
    emotions: frozenset[str] | None = None
    intents: frozenset[str] | None = None
    journey: frozenset[str] | None = None
    experience: frozenset[str] | None = None
    clear: bool = False
    """Written for its label."""


def read(data: Path, name: str) -> list[dict[str, Any]]:
    """Rows of one set as dictionaries."""
    return read_lines(data / name / "data.jsonl")


def read_lines(path: Path) -> list[dict[str, Any]]:
    """A JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def all_rows(data: Path) -> Iterator[Row]:
    """Every row of every set that may teach, with its part. Gold items are apart: `gold_rows`."""
    yield from _umsab(data)
    yield from _nsmc(data)
    yield from _kote(data)
    yield from _goemotions(data)
    yield from _semeval(data)
    yield from _uci(data)
    for row in read(data, "tweeteval_sentiment_en"):
        yield Row(row["text"], "en", "tweeteval", sentiment=SENTIMENTS.index(row["label"]))
    yield from _app_review_type(data)
    yield from _banking(data)


def gold_rows(data: Path) -> list[Row]:
    """The items labelled from the rubric by two annotators. They calibrate; no branch is tuned on them."""
    return [_judged_row(row, "gold", "test") for row in read(data, "urgency_gold_ko_en")]


def written_rows(*, late: bool = False) -> list[Row]:
    """Feedback written for training, with level, reasons and sentiment by the same rubric, and the finer labels."""
    return [
        replace(
            _judged_row(row, "written", "train" if late else None), clear=not path.stem.startswith(("border", "late"))
        )
        for path in _files(WRITTEN, late=late)
        for row in read_lines(path)
    ]


def post_rows() -> list[Row]:
    """Invented posts. They teach; real ones judge."""
    rows = [row for path in sorted(POSTS.glob("*.jsonl")) for row in read_lines(path)]
    return [Row(row["text"], row["lang"], "posts", sentiment=SENTIMENTS.index(row["sentiment"])) for row in rows]


def read_rows(data: Path, *, late: bool = False) -> list[Row]:
    """Real texts of open sets, labelled from the rubric for training."""
    labels = {row["id"]: row for path in _files(READ, late=late) for row in read_lines(path)}
    rows = []
    for name in sorted({key.partition(":")[0] for key in labels}):
        for row in read(data, name):
            found = labels.get(f"{name}:{row['id']}")
            if found is not None:
                rows.append(
                    _judged_row({**found, "text": row["text"], "lang": row["lang"]}, "read", "train" if late else None)
                )
    return rows


def _files(folder: Path, *, late: bool) -> list[Path]:
    return [path for path in sorted(folder.glob("*.jsonl")) if path.stem.startswith("late") == late]


def _judged_row(row: dict[str, Any], source: str, part: str | None = None) -> Row:
    """A row labelled by the rubric: `level` or `label`, `reasons` or `labels`. `mixed` is no class of three."""
    place = bucket(row["text"], "rubric")
    level = URGENCIES.index(row.get("level") or row["label"])
    named = row.get("sentiment")

    def some(name: str) -> frozenset[str] | None:
        return frozenset(row[name]) if name in row else None

    return Row(
        text=row["text"],
        lang=row["lang"],
        source=source,
        part=part or ("dev" if place < RUBRIC_DEV else "test" if place < RUBRIC_TEST else "train"),
        sentiment=SENTIMENTS.index(named) if named in SENTIMENTS else None,
        levels=(level, level),
        reasons=frozenset(row.get("reasons", row.get("labels", ()))),
        emotions=some("emotions"),
        intents=some("intents"),
        journey=some("journey"),
        experience=some("experience"),
    )


# ------------------------------------------------------------------------------------------- sentiment and emotion


def _umsab(data: Path) -> Iterator[Row]:
    for row in read(data, "umsab_tweets_8lang"):
        part = "test" if row["split"] == "val" else _dev_or_train(row["text"])
        yield Row(row["text"], row["lang"], "umsab", part, sentiment=SENTIMENTS.index(row["label"]))


def _nsmc(data: Path) -> Iterator[Row]:
    """Split by film, so that no film's vocabulary stands on both sides. Film talk asks nothing of anybody: `low`."""
    for row in read(data, "nsmc_ko"):
        film = bucket(row["meta"]["movie_id"], "nsmc")
        part = "test" if film < 0.2 else "dev" if film < 0.26 else "train"
        yield Row(row["text"], "ko", "nsmc", part, sentiment=SENTIMENTS.index(row["label"]), levels=(0, 0))


def _kote(data: Path) -> Iterator[Row]:
    """Comments with any of 44 emotions that any of five raters saw; sentiment where they clearly lean one way."""
    for row in read(data, "kote_emotion_ko"):
        part = "test" if row["split"] == "test" else _dev_or_train(row["text"])
        yield Row(
            row["text"], "ko", "kote", part,
            sentiment=emotions.kote_sentiment(row["labels"]), emotions=emotions.of_kote(row["labels"]),
        )  # fmt: skip


def _goemotions(data: Path) -> Iterator[Row]:
    for name, lang in (("goemotions_en", "en"), ("goemotions_ko", "ko")):
        for row in read(data, name):
            # One text in two languages: both copies fall in one part, so that a translation betrays nothing.
            part = "test" if row["split"] == "test" else _dev_or_train(row["id"].rpartition("_")[2])
            yield Row(
                row["text"], lang, name, part,
                sentiment=emotions.goemotions_sentiment(row["labels"]), emotions=emotions.of_goemotions(row["labels"]),
            )  # fmt: skip


def _semeval(data: Path) -> Iterator[Row]:
    """One row a sentence and polarity where its aspects agree; the sentence stands for all of them."""
    polarities: dict[tuple[str, str], set[str]] = {}
    for row in read(data, "semeval14_absa_en"):
        polarities.setdefault((row["text"], row["split"]), set()).add(row["label"])
    for (text, part), labels in polarities.items():
        if len(labels) == 1:
            yield Row(text, "en", "semeval14", part, sentiment=SENTIMENTS.index(labels.pop()))


def _uci(data: Path) -> Iterator[Row]:
    for row in read(data, "uci_sentences_en"):
        part = "test" if bucket(row["text"], "uci") < 0.2 else "train"
        yield Row(row["text"], "en", "uci", part, sentiment=SENTIMENTS.index(row["label"]))


def _dev_or_train(text: str) -> str:
    return "dev" if bucket(text, "dev") < 0.08 else "train"


# ----------------------------------------------------------------------------------------------- intent and urgency

_APP_REVIEW = {
    "bug_report": ((1, 2), "bug"),
    "feature_request": ((1, 1), "feature_request"),
    "information_seeking": ((1, 1), "question"),
    "rating": ((0, 1), None),
    "user_experience": ((0, 1), None),
}


def app_review_intents(row: dict[str, Any]) -> frozenset[str] | None:
    """The type that annotators gave, as our intent; ratings and experiences are praise or complaint by their stars."""
    named = _APP_REVIEW.get(row["label"], (None, None))[1]
    if named is not None:
        return frozenset([named])
    stars = row.get("rating")
    if row["label"] not in _APP_REVIEW or stars is None or stars == 3:
        return None
    return frozenset(["praise" if stars > 3 else "complaint"])


def _app_review_type(data: Path) -> Iterator[Row]:
    for row in read(data, "app_review_type_en"):
        part = "test" if bucket(row["text"], "app_review_type") < TEST_SHARE else "train"
        levels = _APP_REVIEW.get(row["label"], (None, None))[0]
        yield Row(
            row["text"], "en", "app_review_type", part, levels=levels, intents=app_review_intents(row)
        )  # fmt: skip


_BANKING_LEVELS = {
    (2, 3): "compromised_card lost_or_stolen_card lost_or_stolen_phone card_payment_not_recognised "
    "cash_withdrawal_not_recognised direct_debit_payment_not_recognised",
    (2, 2): "Refund_not_showing_up transaction_charged_twice pin_blocked card_not_working declined_card_payment "
    "declined_cash_withdrawal declined_transfer failed_transfer transfer_not_received_by_recipient top_up_failed "
    "virtual_card_not_working unable_to_verify_identity card_swallowed wrong_amount_of_cash_received",
    (1, 1): "activate_my_card age_limit apple_pay_or_google_pay atm_support automatic_top_up card_about_to_expire "
    "card_acceptance card_delivery_estimate card_linking change_pin country_support disposable_card_limits "
    "edit_personal_details exchange_charge exchange_rate exchange_via_app fiat_currency_support "
    "get_disposable_virtual_card get_physical_card getting_spare_card getting_virtual_card order_physical_card "
    "receiving_money supported_cards_and_currencies top_up_by_card_charge top_up_limits topping_up_by_card "
    "transfer_into_account transfer_timing verify_my_identity verify_source_of_funds visa_or_mastercard "
    "why_verify_identity terminate_account",
}


def _banking(data: Path) -> Iterator[Row]:
    """Bank requests by intent: what the intent says of urgency."""
    levels = {intent: level for level, intents in _BANKING_LEVELS.items() for intent in intents.split()}
    for row in read(data, "banking77_en"):
        if row["label"] in levels:
            yield Row(row["text"], "en", "banking77", row["split"], levels=levels[row["label"]])
