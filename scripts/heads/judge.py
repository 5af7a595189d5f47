"""What the heads are asked, and the answers as figures with intervals.

Every figure goes through the code that ships (`voc.score`), each text as one mention. Sentiment is judged before
abstention, so that languages in which the product abstains have a figure too. Owns the questions; the recipe of
training stands in `heads.fit`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heads.corpus import Corpus
from heads.fit import Encode, fit_heads
from heads.probe import Probe
from heads.sources import SentimentRow, UrgencyRow
from heads.splits import folds
from voc.evaluate.metrics import (
    Figure,
    accuracy,
    auc,
    bootstrap,
    calibration_error,
    macro_f1,
    quadratic_kappa,
    recall_when_flagged,
)
from voc.model import REASONS, URGENCIES
from voc.score import Heads, MentionScores, score_mentions

TRANSFER = Path(__file__).with_name("urgency_transfer.jsonl")
"""Invented sentences in other languages, urgent or not: does urgency carry over?"""
FOLDS = 5
Answer = dict[str, Any]


def scores_of(rows: Sequence[SentimentRow] | Sequence[UrgencyRow], encode: Encode, heads: Heads) -> MentionScores:
    texts = [row.text for row in rows]
    return score_mentions(encode(texts), texts, [row.lang for row in rows], heads)


def judge_sentiment(corpus: Corpus, encode: Encode, heads: Heads) -> Answer:
    """Test parts of the sentiment sets: UMSAB per language, NSMC without neutral, SemEval and UCI sentences, KOTE."""
    answer: Answer = {}
    umsab = [row for row in corpus.test if row.source == "umsab"]
    gold, probabilities = _labels(umsab), _probabilities(umsab, encode, heads)
    guess, langs = probabilities.argmax(axis=1), np.array([row.lang for row in umsab])
    per_language = {lang: macro_f1(gold[langs == lang], guess[langs == lang]) for lang in sorted(set(langs))}
    answer["umsab_macro_f1_mean"] = _macro_mean(gold, guess, langs)
    answer["umsab_macro_f1"] = per_language
    answer["umsab_calibration_error"] = calibration_error(guess == gold, probabilities.max(axis=1))
    for source in ("nsmc", "uci", "semeval14", "kote"):
        two_sided = source != "semeval14"
        rows = [row for row in corpus.test if row.source == source and not (two_sided and row.label == 1)]
        probabilities = _probabilities(rows, encode, heads)
        if two_sided:
            probabilities[:, 1] = 0.0
            probabilities /= probabilities.sum(axis=1, keepdims=True)
        gold, guess = _labels(rows), probabilities.argmax(axis=1)
        answer[f"{source}_accuracy"] = _figure(accuracy, gold, guess)
        answer[f"{source}_calibration_error"] = calibration_error(guess == gold, probabilities.max(axis=1))
    return answer


def judge_probe(corpus: Corpus, encode: Encode) -> Answer:
    """The linear probe's answers on UMSAB and NSMC, each trained on that set's training rows alone."""
    umsab, nsmc = ([row for row in corpus.train if row.source == source] for source in ("umsab", "nsmc"))
    test = [row for row in corpus.test if row.source == "umsab"]
    features = encode([row.text for row in umsab])
    guess = Probe(features, umsab).probabilities(encode([row.text for row in test])).argmax(axis=1)
    answer: Answer = {
        "probe_umsab_macro_f1_mean": _macro_mean(_labels(test), guess, np.array([row.lang for row in test]))
    }
    sided = [row for row in nsmc if row.label != 1]
    test = [row for row in corpus.test if row.source == "nsmc" and row.label != 1]
    guess = Probe(encode([row.text for row in sided]), sided).probabilities(encode([row.text for row in test]))
    answer["probe_nsmc_accuracy"] = _figure(accuracy, _labels(test), guess[:, [0, 2]].argmax(axis=1) * 2)
    return answer


def judge_gold(corpus: Corpus, encode: Encode, model_id: str, report: Callable[[str], None]) -> Answer:
    """Urgency and sentiment of the gold items by cross-validation: the whole recipe five times, each held out once."""
    gold = corpus.gold
    numbers = np.array(folds(gold, [(row.lang, row.low) for row in gold], FOLDS))
    score, level = np.empty(len(gold)), np.empty(len(gold), np.int64)
    probabilities, named = np.empty((len(gold), 3)), np.zeros((len(gold), len(REASONS)), bool)
    for fold in range(FOLDS):
        heads = fit_heads(corpus, [gold[i] for i in np.flatnonzero(numbers != fold)], encode, model_id)
        held = np.flatnonzero(numbers == fold)
        scores = scores_of([gold[i] for i in held], encode, heads)
        score[held], probabilities[held] = scores.urgency, scores.sentiment
        level[held] = [URGENCIES.index(name) for name in scores.level]
        named[held] = [[reason in found for reason in REASONS] for found in scores.reasons]
        report(f"fold {fold + 1} of {FOLDS}")
    langs = np.array([row.lang for row in gold])
    return {
        **_urgency_answers(np.array([row.low for row in gold]), level, score, langs),
        **_reason_answers(gold, named),
        **_sentiment_answers(gold, probabilities, langs),
    }


def judge_transfer(encode: Encode, heads: Heads) -> Answer:
    """Invented sentences in languages without gold items: AUC of urgent against not, pooled and the count of each."""
    rows = [json.loads(line) for line in TRANSFER.read_text(encoding="utf-8").splitlines()]
    texts = [row["text"] for row in rows]
    scores = score_mentions(encode(texts), texts, [row["lang"] for row in rows], heads)
    urgent, score = np.array([row["urgent"] for row in rows]), scores.urgency.astype(np.float64)
    return {"transfer_auc": bootstrap(lambda i: auc(urgent[i], score[i]), len(rows))}


def _urgency_answers(
    gold: NDArray[np.int64], level: NDArray[np.int64], score: NDArray[np.float64], langs: NDArray[np.str_]
) -> Answer:
    urgent = gold >= 2
    answer: Answer = {
        "urgency_kappa": _figure(quadratic_kappa, gold, level),
        "urgency_auc": bootstrap(lambda i: auc(urgent[i], score[i]), len(gold)),
        "urgency_calibration_error": calibration_error(urgent, score),
        "urgency_accuracy": _figure(accuracy, gold, level),
        "urgent_recall_when_20_percent_flagged": recall_when_flagged(urgent, score),
        "levels_gold_by_guess": [[int(((gold == i) & (level == j)).sum()) for j in range(4)] for i in range(4)],
    }
    for lang in ("ko", "en"):
        rows = np.flatnonzero(langs == lang)
        answer[f"urgency_kappa_{lang}"] = _figure(quadratic_kappa, gold[rows], level[rows])
        answer[f"urgency_auc_{lang}"] = bootstrap(lambda i, r=rows: auc(urgent[r[i]], score[r[i]]), len(rows))  # type: ignore[misc]
    return answer


def _reason_answers(gold: Sequence[UrgencyRow], named: NDArray[np.bool_]) -> Answer:
    true = np.array([[reason in (row.reasons or ()) for reason in REASONS] for row in gold])
    hits, total = (true & named).sum(axis=0), true.sum(axis=0) + named.sum(axis=0)
    return {
        "reasons_micro_f1": float(2 * hits.sum() / total.sum()),
        "reasons": {
            reason: {"gold": int(true[:, k].sum()), "named": int(named[:, k].sum()), "right": int(hits[k])}
            for k, reason in enumerate(REASONS)
        },
    }


def _sentiment_answers(
    gold: Sequence[UrgencyRow], probabilities: NDArray[np.float64], langs: NDArray[np.str_]
) -> Answer:
    known = np.flatnonzero([row.sentiment is not None for row in gold])
    labels = np.array([gold[int(i)].sentiment for i in known], dtype=np.int64)
    guess = probabilities[known].argmax(axis=1)
    answer: Answer = {
        "gold_sentiment_accuracy": _figure(accuracy, labels, guess),
        "gold_sentiment_macro_f1": _figure(macro_f1, labels, guess),
        "gold_sentiment_calibration_error": calibration_error(guess == labels, probabilities[known].max(axis=1)),
    }
    for lang in ("ko", "en"):
        rows = langs[known] == lang
        answer[f"gold_sentiment_accuracy_{lang}"] = _figure(accuracy, labels[rows], guess[rows])
        answer[f"gold_sentiment_macro_f1_{lang}"] = _figure(macro_f1, labels[rows], guess[rows])
    return answer


def _probabilities(rows: Sequence[SentimentRow], encode: Encode, heads: Heads) -> NDArray[np.float64]:
    """What the head itself says, also where the product abstains: a figure per language decides where it must."""
    return heads.sentiment.probabilities(encode([row.text for row in rows]))


def _labels(rows: Sequence[SentimentRow]) -> NDArray[np.int64]:
    return np.array([row.label for row in rows], dtype=np.int64)


def _figure(
    measure: Callable[[NDArray[np.int64], NDArray[np.int64]], float], gold: NDArray[np.int64], guess: NDArray[np.int64]
) -> Figure:
    return bootstrap(lambda i: measure(gold[i], guess[i]), len(gold))


def _macro_mean(gold: NDArray[np.int64], guess: NDArray[np.int64], langs: NDArray[np.str_]) -> Figure:
    def mean(i: NDArray[np.int64]) -> float:
        return float(np.mean([macro_f1(gold[i][langs[i] == lang], guess[i][langs[i] == lang]) for lang in set(langs)]))

    return bootstrap(mean, len(gold), repeats=300)
