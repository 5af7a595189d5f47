"""The labelled sets, read in place, as rows of two kinds: sentiment rows and urgency rows.

Owns which part of which set teaches, which judges, and how foreign labels map on ours. What may train shipped weights
follows the terms of each set: scraped reviews and non-commercial sets are not in here at all, they only judge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heads.splits import bucket
from voc.model import REASONS, SENTIMENTS, URGENCIES

WRITTEN = Path(__file__).with_name("urgency_written.jsonl")
"""Feedback invented for training: contrasts of negation, hypothesis, past, politeness, anger."""


@dataclass(frozen=True, slots=True)
class SentimentRow:
    """`label` indexes SENTIMENTS. `part` is train, dev (calibration, choices) or test."""

    text: str
    lang: str
    label: int
    source: str
    part: str


@dataclass(frozen=True, slots=True)
class UrgencyRow:
    """`low` … `high` is the range of levels (indices of URGENCIES) that the label allows: weak labels are ranges.

    `reasons` is None where nothing is known about reasons.
    """

    text: str
    lang: str
    low: int
    high: int
    source: str
    reasons: frozenset[str] | None = None
    sentiment: int | None = None


def read(data: Path, name: str) -> list[dict[str, Any]]:
    """Rows of one set as dictionaries."""
    with (data / name / "data.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


# -------------------------------------------------------------------------------------------------- sentiment

_KOTE_POSITIVE = frozenset(
    "기쁨 행복 감동/감탄 고마움 환영/호의 즐거움/신남 존경 아껴주는 흐뭇함(귀여움/예쁨) "  # noqa: SIM905
    "뿌듯함 편안/쾌적 안심/신뢰 기대감".split()
)
_KOTE_NEGATIVE = frozenset(
    "안타까움/실망 불평/불만 어이없음 짜증 화남/분노 의심/불신 한심함 증오/혐오 불안/걱정 지긋지긋 "  # noqa: SIM905
    "경악 슬픔 부담/안_내킴 역겨움/징그러움 힘듦/지침 재미없음 절망 귀찮음 부끄러움 서러움 패배/자기혐오 "
    "공포/무서움 죄책감 당황/난처 우쭐댐/무시함".split()
)
_GOEMOTIONS_POSITIVE = frozenset(
    "admiration amusement approval caring desire excitement gratitude joy love optimism pride relief".split()  # noqa: SIM905
)
_GOEMOTIONS_NEGATIVE = frozenset(
    "anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse sadness".split()  # noqa: SIM905
)


def sentiment_rows(data: Path) -> Iterator[SentimentRow]:
    """Every sentiment row of every set that may teach, with its part."""
    yield from _umsab(data)
    yield from _nsmc(data)
    yield from _kote(data)
    yield from _goemotions(data)
    yield from _semeval(data)
    yield from _uci(data)
    for row in read(data, "tweeteval_sentiment_en"):
        yield SentimentRow(row["text"], "en", SENTIMENTS.index(row["label"]), "tweeteval", "train")
    for own in written():
        if own.sentiment is not None:
            yield SentimentRow(own.text, own.lang, own.sentiment, "written", "train")


def _umsab(data: Path) -> Iterator[SentimentRow]:
    for row in read(data, "umsab_tweets_8lang"):
        part = "test" if row["split"] == "val" else _dev_or_train(row["text"])
        yield SentimentRow(row["text"], row["lang"], SENTIMENTS.index(row["label"]), "umsab", part)


def _nsmc(data: Path) -> Iterator[SentimentRow]:
    """Split by film, so that no film's vocabulary stands on both sides."""
    for row in read(data, "nsmc_ko"):
        film = bucket(row["meta"]["movie_id"], "nsmc")
        part = "test" if film < 0.2 else "dev" if film < 0.26 else "train"
        yield SentimentRow(row["text"], "ko", SENTIMENTS.index(row["label"]), "nsmc", part)


def _kote(data: Path) -> Iterator[SentimentRow]:
    """Multi-label emotions by any of five raters: only comments whose emotions clearly lean one way."""
    for row in read(data, "kote_emotion_ko"):
        labels = set(row["labels"])
        positive, negative = len(labels & _KOTE_POSITIVE), len(labels & _KOTE_NEGATIVE)
        label = None
        if negative >= 3 and positive == 0:
            label = 0
        elif positive >= 3 and negative == 0:
            label = 2
        elif "없음" in labels and positive <= 1 and negative <= 1:
            label = 1
        if label is not None:
            part = "test" if row["split"] == "test" else _dev_or_train(row["text"])
            yield SentimentRow(row["text"], "ko", label, "kote", part)


def _goemotions(data: Path) -> Iterator[SentimentRow]:
    """The published grouping of the 28 emotions; ambiguous ones (surprise, curiosity …) alone are left out."""
    for name, lang in (("goemotions_en", "en"), ("goemotions_ko", "ko")):
        for row in read(data, name):
            labels = set(row["labels"])
            positive, negative = bool(labels & _GOEMOTIONS_POSITIVE), bool(labels & _GOEMOTIONS_NEGATIVE)
            if positive != negative or labels == {"neutral"}:
                label = 2 if positive else 0 if negative else 1
                part = "test" if row["split"] == "test" else "train"
                yield SentimentRow(row["text"], lang, label, name, part)


def _semeval(data: Path) -> Iterator[SentimentRow]:
    """Sentences whose aspects agree; the sentence stands for all of them."""
    polarities: dict[tuple[str, str], set[str]] = {}
    for row in read(data, "semeval14_absa_en"):
        polarities.setdefault((row["text"], row["split"]), set()).add(row["label"])
    for (text, part), labels in polarities.items():
        if len(labels) == 1:
            yield SentimentRow(text, "en", SENTIMENTS.index(labels.pop()), "semeval14", part)


def _uci(data: Path) -> Iterator[SentimentRow]:
    for row in read(data, "uci_sentences_en"):
        part = "test" if bucket(row["text"], "uci") < 0.2 else "train"
        yield SentimentRow(row["text"], "en", SENTIMENTS.index(row["label"]), "uci", part)


def _dev_or_train(text: str) -> str:
    return "dev" if bucket(text, "dev") < 0.08 else "train"


# ---------------------------------------------------------------------------------------------------- urgency

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
_BANKING_REASONS = {
    "fraud_security": "compromised_card lost_or_stolen_card lost_or_stolen_phone card_payment_not_recognised "
    "cash_withdrawal_not_recognised direct_debit_payment_not_recognised",
    "money": "Refund_not_showing_up transaction_charged_twice transfer_not_received_by_recipient "
    "wrong_amount_of_cash_received",
    "blocked": "pin_blocked card_not_working declined_card_payment declined_cash_withdrawal declined_transfer "
    "failed_transfer top_up_failed virtual_card_not_working unable_to_verify_identity",
}
_APP_REVIEW_LEVELS = {
    "rating": (0, 1),
    "user_experience": (0, 1),
    "feature_request": (1, 1),
    "bug_report": (1, 2),
    "information_seeking": (1, 1),
}


def gold_rows(data: Path) -> list[UrgencyRow]:
    """The items labelled from the rubric by two annotators."""
    return [
        UrgencyRow(
            row["text"],
            row["lang"],
            URGENCIES.index(row["label"]),
            URGENCIES.index(row["label"]),
            "gold",
            frozenset(row.get("labels", ())),
            SENTIMENTS.index(row["sentiment"]) if row.get("sentiment") in SENTIMENTS else None,
        )
        for row in read(data, "urgency_gold_ko_en")
    ]


def written() -> list[UrgencyRow]:
    """Feedback written for training, with level, reasons and sentiment by the same rubric."""
    with WRITTEN.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        UrgencyRow(
            row["text"],
            row["lang"],
            URGENCIES.index(row["level"]),
            URGENCIES.index(row["level"]),
            "written",
            frozenset(row["reasons"]),
            SENTIMENTS.index(row["sentiment"]),
        )
        for row in rows
    ]


def weak_urgency_rows(data: Path) -> Iterator[UrgencyRow]:
    """Sets whose labels say something of urgency: bank requests by intent, app reviews by type."""
    yield from _banking(data)
    for row in read(data, "app_review_type_en"):
        if row["label"] in _APP_REVIEW_LEVELS:
            low, high = _APP_REVIEW_LEVELS[row["label"]]
            yield UrgencyRow(row["text"], "en", low, high, "app_review_type")


def opinions(rows: list[SentimentRow]) -> list[UrgencyRow]:
    """Film reviews, tweets and comments are general opinions: by the rubric `low`, at most `normal`."""
    return [
        UrgencyRow(row.text, row.lang, 0, 0 if row.source == "nsmc" else 1, row.source, frozenset())
        for row in rows
        if row.source != "written"
    ]


def _banking(data: Path) -> Iterator[UrgencyRow]:
    levels = {intent: level for level, intents in _BANKING_LEVELS.items() for intent in intents.split()}
    reasons = {intent: reason for reason, intents in _BANKING_REASONS.items() for intent in intents.split()}
    assert set(reasons.values()) <= set(REASONS)
    for row in read(data, "banking77_en"):
        if row["split"] == "train" and row["label"] in levels:
            low, high = levels[row["label"]]
            reason = reasons.get(row["label"])
            yield UrgencyRow(row["text"], "en", low, high, "banking77", frozenset([reason] if reason else []))
