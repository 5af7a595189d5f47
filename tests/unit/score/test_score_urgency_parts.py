"""Urgency shows its parts, the parts recompute to the score, and evidence points at the words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from voc.model import URGENCIES, Span
from voc.score.heads import Heads
from voc.score.mentions import level_of, score_mentions

TEXTS = [
    "You charged me twice and nobody answers my calls",
    "환불이 아직 안 됐어요. 세 번이나 문의했는데 답이 없어요",
    "The colours are lovely",
    "I was never hacked, no worries",
    "I can't log in since the update",
]


def test_parts_recompute_to_the_score(small_heads, features):
    scores = score_mentions(features(len(TEXTS)), TEXTS, ["en", "ko", "en", "en", "en"], small_heads)
    for row in range(len(TEXTS)):
        total = math.fsum(part.value for part in scores.parts[row])
        assert scores.urgency[row] == np.float32(1 / (1 + math.exp(-total)))


def test_level_follows_the_thresholds(small_heads, features):
    scores = score_mentions(features(200), ["some words"] * 200, ["en"] * 200, small_heads)
    by_score = [level for _, level in sorted(zip(scores.urgency, scores.level, strict=True), key=lambda pair: pair[0])]
    assert by_score == sorted(by_score, key=URGENCIES.index)
    assert len(set(by_score)) > 1


def test_words_for_a_reason_raise_urgency_and_name_the_reason(steady_heads, features):
    scores = score_mentions(features(2), ["You charged me twice", "You charged me fairly"], ["en", "en"], steady_heads)
    assert scores.urgency[0] > scores.urgency[1]
    assert scores.reasons == (("money",), ())


def test_evidence_points_at_the_words(steady_heads, features):
    text = "Hello. You charged me twice, I think."
    scores = score_mentions(features(1), [text], ["en"], steady_heads)
    (span,) = scores.evidence[0]
    assert text[span.start : span.end] == "charged me twice"


def test_words_taken_back_lower_urgency_and_give_no_reason(steady_heads, features):
    texts = ["My card was hacked", "My card was never hacked", "My card was fine"]
    scores = score_mentions(features(3), texts, ["en"] * 3, steady_heads)
    assert scores.urgency[0] > scores.urgency[2] > scores.urgency[1]
    assert scores.reasons == (("fraud_security",), (), ())
    assert [part.name for part in scores.parts[1]] == ["text", "sentiment", "set_aside"]


def test_high_without_words_shows_the_whole_mention(small_heads, features):
    scores = score_mentions(features(50), ["  plain words  "] * 50, ["en"] * 50, small_heads)
    urgent = [row for row in range(50) if scores.level[row] in ("high", "critical")]
    assert urgent
    assert all(scores.evidence[row] == (Span(2, 13),) for row in urgent)


@pytest.mark.parametrize(
    ("score", "level"), [(0.0, "low"), (0.2, "normal"), (0.49, "normal"), (0.5, "high"), (0.9, "critical")]
)
def test_a_score_on_the_threshold_reaches_the_level(score, level):
    assert level_of(score, (0.2, 0.5, 0.9), {"safety"}) == level


def test_critical_needs_a_reason_that_cannot_wait():
    assert level_of(0.95, (0.2, 0.5, 0.9), {"blocked", "money"}) == "high"
    assert level_of(0.95, (0.2, 0.5, 0.9), {"blocked", "privacy"}) == "critical"


def test_one_row_as_an_object_agrees_with_the_columns(small_heads: Heads, features):
    scores = score_mentions(features(1), ["I can't log in"], ["en"], small_heads)
    one = scores.one(0)
    assert one.urgency.score == scores.urgency[0]
    assert one.sentiment.probs == tuple(scores.sentiment[0].tolist())
    assert one.sentiment.score == one.sentiment.probs[2] - one.sentiment.probs[0]
    assert one.urgency.reasons == ("blocked",)
