"""Questions about feedback: urgency, sentiment and reasons of items as users see them, from end to end.

Every text goes through the product's own path, mentions and then items. Public benchmarks stand in `heads.judge`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heads.corpus import CONTRAST, two_readers
from heads.fit import Encode
from heads.product import scored_items
from heads.sources import Row, read, read_lines
from voc.evaluate.metrics import (
    accuracy,
    auc,
    bootstrap,
    calibration_error,
    macro_f1,
    of_labels,
    quadratic_kappa,
    recall_when_flagged,
)
from voc.model import REASONS, SENTIMENTS, URGENCIES, ItemScore
from voc.score import Heads

TRANSFER = Path(__file__).with_name("urgency_transfer.jsonl")
"""Invented sentences in other languages, urgent or not: does urgency carry over?"""
FLAGGED = 0.2
"""Share of items that a support lead reads first."""
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fold:
    """A fold of the gold items: its rows, and heads and features of the branch that did not see them."""

    rows: NDArray[np.int64]
    heads: Heads
    encode: Encode


def judge_gold(gold: Sequence[Row], parts: Sequence[Fold]) -> Answer:
    """The gold items, each by the branch and the calibration that did not see it."""
    items: dict[int, ItemScore] = {}
    for part in parts:
        texts = [gold[int(i)].text for i in part.rows]
        items.update(zip(part.rows.tolist(), scored_items(texts, part.encode, part.heads), strict=True))
    ordered = [items[i] for i in range(len(gold))]
    langs = np.array([row.lang for row in gold])
    return {
        **_urgency_answers(gold, ordered, langs),
        **_reason_answers(gold, ordered),
        **_sentiment_answers(gold, ordered, langs),
    }


def judge_readers(data: Path, encode: Encode, heads: Heads) -> Answer:
    """Random rows of two streams that two readers judged: the share of urgent ones in the fifth that scores highest.

    An item is urgent where both call it high or critical: in doubt the rubric takes the lower level.
    """
    answer: Answer = {}
    rows = two_readers(data)
    for name in sorted({name for name, _ in rows}):
        own = [row for set_name, row in rows if set_name == name]
        score = _scores(scored_items([str(row["text"]) for row in own], encode, heads))
        both, either = (
            np.array([how(URGENCIES.index(str(row[reader])) >= 2 for reader in "ab") for row in own])
            for how in (all, any)
        )
        answer[f"flagged_recall_{name}"] = bootstrap(
            lambda i, s=score, u=both: recall_when_flagged(u[i], s[i], FLAGGED), len(own)
        )  # type: ignore[misc]
        answer[f"flagged_recall_either_{name}"] = recall_when_flagged(either, score, FLAGGED)
        answer[f"flagged_auc_{name}"] = bootstrap(lambda i, s=score, u=both: auc(u[i], s[i]), len(own))  # type: ignore[misc]
    return answer


def judge_criticality(data: Path, encode: Encode, heads: Heads) -> Answer:
    """NHS comments with a criticality of −5 … +5, never trained on: AUC of ≤ −2 against the rest."""
    rows = [row for row in read(data, "nhs_fft_criticality_en") if row["meta"].get("criticality") is not None]
    critical = np.array([int(row["meta"]["criticality"]) <= -2 for row in rows])
    items = scored_items([row["text"] for row in rows], encode, heads)
    urgency = _scores(items)
    # How bad it was and how urgent: the severity that a reader of a survey sorts by.
    severity = urgency - 0.5 * np.array([item.sentiment.score for item in items])
    return {
        "nhs_auc": bootstrap(lambda i: auc(critical[i], urgency[i]), len(rows), 200),
        "nhs_auc_with_sentiment": bootstrap(lambda i: auc(critical[i], severity[i]), len(rows), 200),
    }


def judge_contrast(name: str, encode: Encode, heads: Heads) -> Answer:
    """Share of the contrast pairs of a file that are ordered right; also per task and kind."""
    pairs = read_lines(CONTRAST / f"{name}.jsonl")
    higher, lower = (scored_items([pair[side] for pair in pairs], encode, heads) for side in ("higher", "lower"))
    right = np.array(
        [
            (up.urgency.score > down.urgency.score)
            if pair["task"] == "urgency"
            else (up.sentiment.score > down.sentiment.score)
            for pair, up, down in zip(pairs, higher, lower, strict=True)
        ]
    )
    keys = [pair[field] for field in ("task", "kind", "lang") for pair in pairs]
    groups = {
        key: np.array([key in (pair["task"], pair["kind"], pair["lang"]) for pair in pairs])
        for key in sorted(set(keys))
    }
    return {
        f"contrast_{name}": bootstrap(lambda i: float(right[i].mean()), len(pairs)),
        f"contrast_{name}_by": {key: f"{int(right[rows].sum())}/{int(rows.sum())}" for key, rows in groups.items()},
    }


def judge_transfer(encode: Encode, heads: Heads) -> Answer:
    """Invented sentences in languages without gold items: AUC of urgent against not."""
    rows = [json.loads(line) for line in TRANSFER.read_text(encoding="utf-8").splitlines()]
    score = _scores(scored_items([row["text"] for row in rows], encode, heads))
    urgent = np.array([row["urgent"] for row in rows])
    return {"transfer_auc": bootstrap(lambda i: auc(urgent[i], score[i]), len(rows))}


def _urgency_answers(gold: Sequence[Row], items: Sequence[ItemScore], langs: NDArray[np.str_]) -> Answer:
    true = np.array([row.levels[0] for row in gold if row.levels is not None])
    level = np.array([URGENCIES.index(item.urgency.level) for item in items])
    score, urgent = _scores(items), true >= 2
    answer: Answer = {
        "urgency_kappa": of_labels(quadratic_kappa, true, level),
        "urgency_auc": bootstrap(lambda i: auc(urgent[i], score[i]), len(gold)),
        "urgency_calibration_error": calibration_error(urgent, score),
        "urgency_accuracy": of_labels(accuracy, true, level),
        "urgent_recall_when_20_percent_flagged": recall_when_flagged(urgent, score, FLAGGED),
        "levels_gold_by_guess": [[int(((true == i) & (level == j)).sum()) for j in range(4)] for i in range(4)],
    }
    for lang in ("ko", "en"):
        rows = np.flatnonzero(langs == lang)
        answer[f"urgency_kappa_{lang}"] = of_labels(quadratic_kappa, true[rows], level[rows])
        answer[f"urgency_auc_{lang}"] = bootstrap(lambda i, r=rows: auc(urgent[r[i]], score[r[i]]), len(rows))  # type: ignore[misc]
    return answer


def _reason_answers(gold: Sequence[Row], items: Sequence[ItemScore]) -> Answer:
    true = np.array([[reason in (row.reasons or ()) for reason in REASONS] for row in gold])
    named = np.array([[reason in item.urgency.reasons for reason in REASONS] for item in items])
    hits, total = (true & named).sum(axis=0), true.sum(axis=0) + named.sum(axis=0)
    return {
        "reasons_micro_f1": float(2 * hits.sum() / total.sum()),
        "reasons": {
            reason: {"gold": int(true[:, k].sum()), "named": int(named[:, k].sum()), "right": int(hits[k])}
            for k, reason in enumerate(REASONS)
        },
    }


def _sentiment_answers(gold: Sequence[Row], items: Sequence[ItemScore], langs: NDArray[np.str_]) -> Answer:
    """`mixed` and an abstention are wrong answers where the annotators named one of three classes."""
    known = np.flatnonzero([row.sentiment is not None for row in gold])
    true = np.array([gold[int(i)].sentiment for i in known], dtype=np.int64)
    names = [items[int(i)].sentiment.label for i in known]
    guess = np.array([SENTIMENTS.index(name) if name in SENTIMENTS else 3 for name in names])
    sure = np.array([max(items[int(i)].sentiment.probs or (1 / 3,)) for i in known])
    answer: Answer = {
        "gold_sentiment_accuracy": of_labels(accuracy, true, guess),
        "gold_sentiment_macro_f1": of_labels(_macro_f1, true, guess),
        "gold_sentiment_calibration_error": calibration_error(guess == true, sure),
        "gold_sentiment_said_mixed": names.count("mixed"),
    }
    for lang in ("ko", "en"):
        rows = langs[known] == lang
        answer[f"gold_sentiment_accuracy_{lang}"] = of_labels(accuracy, true[rows], guess[rows])
        answer[f"gold_sentiment_macro_f1_{lang}"] = of_labels(_macro_f1, true[rows], guess[rows])
    return answer


def _scores(items: Sequence[ItemScore]) -> NDArray[np.float64]:
    return np.array([item.urgency.score for item in items])


def _macro_f1(gold: NDArray[np.int64], guess: NDArray[np.int64]) -> float:
    """Over the three classes; a fourth, for `mixed` and abstentions, is only ever a wrong guess."""
    return macro_f1(gold, guess, classes=4)
