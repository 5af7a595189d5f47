"""What the heads are asked, and the answers as figures with intervals.

Public benchmarks are judged on whole texts and before abstention, as their papers do. Questions about feedback, which
goes through the product's own path, stand in `heads.feedback`; the recipe of training in `heads.fit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heads.baseline import words_and_logistic
from heads.corpus import Corpus
from heads.fit import Encode
from heads.probe import Probe
from heads.product import scored_items
from heads.sources import Row, read
from voc.evaluate.metrics import Figure, accuracy, bootstrap, calibration_error, macro_f1, of_labels
from voc.model import SENTIMENTS, ItemScore
from voc.score import Heads
from voc.score.heads import FACETS, Readings

Answer = dict[str, Any]


# ---------------------------------------------------------------------------------------------- public benchmarks


def judge_sentiment(corpus: Corpus, encode: Encode, heads: Heads) -> Answer:
    """Test parts of the sentiment sets: UMSAB per language, NSMC without neutral, SemEval and UCI sentences, KOTE."""
    answer: Answer = {}
    umsab = [row for row in corpus.test if row.source == "umsab"]
    gold, found = _labels(umsab), _probabilities(umsab, encode, heads)
    guess, langs = found.argmax(axis=1), np.array([row.lang for row in umsab])
    answer["umsab_macro_f1_mean"] = _macro_mean(gold, guess, langs)
    answer["umsab_macro_f1"] = {
        lang: macro_f1(gold[langs == lang], guess[langs == lang]) for lang in sorted(set(langs))
    }
    answer["umsab_calibration_error"] = calibration_error(guess == gold, found.max(axis=1))
    # Where the product answers: it abstains in Hindi.
    known = np.isin(langs, sorted(heads.sentiment.languages))
    answer["umsab_calibration_error_where_answered"] = calibration_error(
        (guess == gold)[known], found.max(axis=1)[known]
    )
    for source in ("nsmc", "uci", "semeval14", "kote"):
        two_sided = source != "semeval14"
        rows = [r for r in corpus.test if r.source == source and r.sentiment is not None]
        rows = [row for row in rows if not (two_sided and row.sentiment == 1)]
        found = _probabilities(rows, encode, heads)
        if two_sided:
            found[:, 1] = 0.0
            found /= found.sum(axis=1, keepdims=True)
        gold, guess = _labels(rows), found.argmax(axis=1)
        answer[f"{source}_accuracy"] = of_labels(accuracy, gold, guess)
        answer[f"{source}_calibration_error"] = calibration_error(guess == gold, found.max(axis=1))
    return answer


def judge_probe(corpus: Corpus, encode: Encode) -> Answer:
    """A linear probe on the frozen encoder's blocks, trained on UMSAB's and on NSMC's training rows alone."""
    answer: Answer = {}
    umsab, nsmc = ([row for row in corpus.train if row.source == source] for source in ("umsab", "nsmc"))
    test = [row for row in corpus.test if row.source == "umsab"]
    guess = Probe(_encoded(umsab, encode), umsab).probabilities(_encoded(test, encode)).argmax(axis=1)
    answer["probe_umsab_macro_f1_mean"] = _macro_mean(_labels(test), guess, np.array([row.lang for row in test]))
    sided = [row for row in nsmc if row.sentiment != 1]
    test = [row for row in corpus.test if row.source == "nsmc" and row.sentiment != 1]
    found = Probe(_encoded(sided, encode), sided).probabilities(_encoded(test, encode))
    answer["probe_nsmc_accuracy"] = of_labels(accuracy, _labels(test), found[:, [0, 2]].argmax(axis=1) * 2)
    return answer


def judge_aspects(data: Path, encode: Encode, heads: Heads) -> Answer:
    """SemEval-2014 aspects of the test part: the sentiment of the mention in which the aspect's words stand."""
    rows = [row for row in read(data, "semeval14_absa_en") if row["split"] == "test"]
    items = scored_items([row["text"] for row in rows], encode, heads)
    guess = np.array([_of_aspect(item, row["meta"]["aspect"]) for item, row in zip(items, rows, strict=True)])
    gold = np.array([SENTIMENTS.index(row["label"]) for row in rows])
    return {
        "aspect_accuracy": of_labels(accuracy, gold, guess),
        "aspect_macro_f1": of_labels(macro_f1, gold, guess),
    }


def judge_facets(corpus: Corpus, encode: Encode, heads: Heads) -> Answer:
    """Macro-F1 over labels beside words and logistic regression, trained on the same rows, thresholds chosen alike."""
    answer: Answer = {}
    questions = [
        *((f"emotion_{name}", "emotions", (name,), ()) for name in ("kote", "goemotions_en", "goemotions_ko")),
        # Many of these reviews have labels by the rubric now, and teach with them: the baseline learns from those too.
        ("intent_app_reviews", "intents", ("app_review_type",), ("read",)),
        *((f"{facet}_rubric", facet, ("written", "read"), ()) for facet in FACETS),
    ]
    for name, facet, sources, beside in questions:
        train, dev, test = (
            [row for row in part if row.source in kinds and getattr(row, facet) is not None]
            for part, kinds in (
                ([*corpus.train, *corpus.late], (*sources, *beside)),
                (corpus.dev, sources),
                (corpus.test, sources),
            )
        )
        labels = [label for label in FACETS[facet] if sum(label in getattr(row, facet) for row in test) >= 5]
        ours = _facet_odds(test, facet, encode, heads)
        truth = _truth(test, facet, FACETS[facet])
        named = ours >= np.array(heads.facets[facet].thresholds)
        kept = [FACETS[facet].index(label) for label in labels]
        base = words_and_logistic(train, dev or train, test, facet, labels)
        answer[name] = {
            "macro_f1": bootstrap(
                lambda i, n=named, t=truth, k=kept: _multi_f1(n[i][:, k], t[i][:, k]), len(test), 300
            ),  # type: ignore[misc]
            "baseline_macro_f1": bootstrap(
                lambda i, b=base, t=truth, k=kept: _multi_f1(b[i], t[i][:, k]), len(test), 300
            ),  # type: ignore[misc]
            "labels": labels,
        }
        if dev and sources != ("written", "read"):
            # With thresholds chosen on this set's own development part, as the baseline's are.
            tuned = _own_thresholds(dev, facet, encode, heads)
            answer[name]["macro_f1_own_thresholds"] = bootstrap(
                lambda i, n=ours >= tuned, t=truth, k=kept: _multi_f1(n[i][:, k], t[i][:, k]),
                len(test),
                300,  # type: ignore[misc]
            )
    return answer


# -------------------------------------------------------------------------------------------------------- helpers


def _encoded(rows: Sequence[Row], encode: Encode) -> NDArray[np.float16]:
    return encode([row.text for row in rows])


def _readings(rows: Sequence[Row], encode: Encode, heads: Heads) -> Readings:
    return heads.read_off(_encoded(rows, encode), [row.text for row in rows], [row.lang for row in rows])


def _probabilities(rows: Sequence[Row], encode: Encode, heads: Heads) -> NDArray[np.float64]:
    """What the head itself says, also where the product abstains: a figure per language decides where it must."""
    return _readings(rows, encode, heads).sentiment.copy()


def _labels(rows: Sequence[Row]) -> NDArray[np.int64]:
    return np.array([row.sentiment for row in rows], dtype=np.int64)


def _of_aspect(item: ItemScore, aspect: str) -> int:
    """The class of the mention that holds the aspect's words; the item's where no mention holds them."""
    at = item.text.find(aspect)
    inside = [score for span, score in item.mentions if at >= 0 and span.start <= at < span.end]
    probs = (inside[0].sentiment if inside else item.sentiment).probs
    return int(np.argmax(probs)) if probs is not None else 1


def _facet_odds(rows: Sequence[Row], facet: str, encode: Encode, heads: Heads) -> NDArray[np.float64]:
    return _readings(rows, encode, heads).facets[facet]


def _own_thresholds(dev: Sequence[Row], facet: str, encode: Encode, heads: Heads) -> NDArray[np.float64]:
    from heads.facets import best_threshold

    odds, truth = _facet_odds(dev, facet, encode, heads), _truth(dev, facet, FACETS[facet])
    one = np.array(["one"] * len(dev))
    return np.array([best_threshold(odds[:, k], truth[:, k], one)[0] for k in range(truth.shape[1])])


def _truth(rows: Sequence[Row], facet: str, labels: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([[label in getattr(row, facet) for label in labels] for row in rows])


def _multi_f1(named: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Mean over labels of 2TP / (2TP + FP + FN)."""
    either = named.sum(axis=0) + truth.sum(axis=0)
    return float(np.mean(2 * (named & truth).sum(axis=0) / np.maximum(either, 1)))


def _macro_mean(gold: NDArray[np.int64], guess: NDArray[np.int64], langs: NDArray[np.str_]) -> Figure:
    def mean(i: NDArray[np.int64]) -> float:
        return float(np.mean([macro_f1(gold[i][langs[i] == lang], guess[i][langs[i] == lang]) for lang in set(langs)]))

    return bootstrap(mean, len(gold), repeats=300)
