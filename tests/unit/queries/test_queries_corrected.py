"""Corrections laid over a run: what changes, what follows from it, and what must not change."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from voc.edits import Correction
from voc.model import Level, MentionScore, Run, Sentiment, SentimentShares, Span, Theme, Urgency
from voc.ports import LiveMention, MentionTable, PublishedRun
from voc.queries.corrected import correct_live, correct_run, item_scores

FLOORS = (0.0, 0.25, 0.5, 0.75)
NAN = (np.nan,) * 3


def column(*values):
    return np.array(values, dtype=object)


def run() -> PublishedRun:
    """Five mentions of three items; `fine` and `other` lie under `coarse`, `far` stands alone."""
    n = 5
    table = MentionTable(
        item_id=column("a", "a", "b", "b", "c"),
        id=column(*"aabbc"),
        revision=np.array([2, 2, 1, 1, 1], np.int32),
        index=np.zeros(n, np.int32),
        start=np.zeros(n, np.int32),
        end=np.ones(n, np.int32),
        lang=column(*["en"] * n),
        theme=column("fine", None, "fine", "other", "far"),
        strength=np.ones(n, np.float32),
        how=column(*["clustered"] * n),
        reason=column(*[None] * n),
        duplicate_of=column(*[None] * n),
        sentiment=np.array([(0.7, 0.2, 0.1), NAN, (0.1, 0.2, 0.7), (0.3, 0.4, 0.3), (0.1, 0.8, 0.1)], np.float32),
        urgency=np.array([0.6, 0.1, 0.3, 0.1, 0.9], np.float32),
        urgency_level=column("high", "low", "normal", "low", "critical"),
        urgency_reasons=column("money", "", "", "", "safety"),
        evidence=column("0-1", "", "", "", "0-1"),
        facets=column("intents=bug:0.9", "", "", "", ""),
        person=np.array([0, 0, 1, 1, 2], np.int32),
        day=np.zeros(n, np.int32),
        judged=np.ones(n, np.bool_),
        bare=np.zeros(n, np.bool_),
    )
    themes = {
        "coarse": Theme(key="coarse", label="c", level=Level.COARSE, mentions=3),
        "fine": Theme(key="fine", label="f", level=Level.FINE, parent="coarse", mentions=2),
        "other": Theme(key="other", label="o", level=Level.FINE, parent="coarse", mentions=1),
        "far": Theme(key="far", label="x", level=Level.FINE, mentions=1, critical=1.0),
    }
    header = Run(run_id="run_1", status="published", started_at=None)
    empty = np.zeros((n, 2), np.float16)
    return PublishedRun(header, table, empty, {}, None, themes, {}, ())


ROWS_OF = {"a": [0, 1], "b": [2, 3], "c": [4]}


def test_all_mentions_of_the_item_take_label_and_level_with_scores_that_fit():
    done = correct_run(run(), ROWS_OF, {("a", 2): Correction("positive", "critical")}, FLOORS).mentions
    assert done.sentiment[:2].tolist() == [[0, 0, 1], [0, 0, 1]]
    assert done.urgency_level.tolist() == ["critical", "critical", "normal", "low", "critical"]
    assert done.urgency.tolist() == pytest.approx([0.75, 0.75, 0.3, 0.1, 0.9])
    assert done.urgency_reasons.tolist() == run().mentions.urgency_reasons.tolist()
    np.testing.assert_array_equal(done.sentiment[2:], run().mentions.sentiment[2:])


def test_a_level_that_stands_already_keeps_its_own_score():
    done = correct_run(run(), ROWS_OF, {("a", 2): Correction(urgency="high")}, FLOORS).mentions
    assert done.urgency[:2].tolist() == pytest.approx([0.6, 0.5])
    np.testing.assert_array_equal(done.sentiment, run().mentions.sentiment)


def test_mixed_leaves_the_mentions_as_they_are():
    done = correct_run(run(), ROWS_OF, {("b", 1): Correction("mixed")}, FLOORS)
    np.testing.assert_array_equal(done.mentions.sentiment, run().mentions.sentiment)


def test_another_revision_of_the_item_is_left_alone():
    done = correct_run(run(), ROWS_OF, {("a", 1): Correction("positive", "low")}, FLOORS)
    np.testing.assert_array_equal(done.mentions.sentiment, run().mentions.sentiment)
    assert done.themes == run().themes


def test_shares_are_counted_anew_in_the_themes_it_belongs_to_and_in_no_other():
    done = correct_run(run(), ROWS_OF, {("a", 2): Correction("positive", "low")}, FLOORS).themes
    assert list(done) == list(run().themes)
    assert done["fine"].sentiment == SentimentShares(0.0, 0.0, 1.0)
    assert (done["fine"].critical, done["fine"].high) == (0.0, 0.0)
    assert done["coarse"].sentiment == SentimentShares(0.0, 1 / 3, 2 / 3)
    assert {key: done[key] for key in ("other", "far")} == {key: run().themes[key] for key in ("other", "far")}


def test_the_published_run_itself_is_not_touched():
    before = run()
    kept = dataclasses.replace(before.mentions, sentiment=before.mentions.sentiment.copy())
    correct_run(before, ROWS_OF, {("a", 2): Correction("positive", "low")}, FLOORS)
    np.testing.assert_array_equal(before.mentions.sentiment, kept.sentiment)
    assert before.mentions.urgency_level.tolist() == ["high", "low", "normal", "low", "critical"]
    assert correct_run(before, ROWS_OF, {}, FLOORS) is before


def live(**fields) -> LiveMention:
    blank = LiveMention(
        "a", "a", 1, 0, 0, 1, "en", None, 0.5, None, None, None, 0.1, "low", "", "", "", vector=b"", neutral=b""
    )
    return dataclasses.replace(blank, **fields)


def test_what_came_in_since_the_run_is_corrected_in_its_revision():
    said = {("a", 2): Correction("negative", "high")}
    old, new = correct_live([live(), live(revision=2)], said, FLOORS)
    assert old == live()
    assert new == live(revision=2, sentiment=(1.0, 0.0, 0.0), urgency=0.5, urgency_level="high")


def mention(negative, neutral, positive, level="low", score=0.1):
    label = ("negative", "neutral", "positive")[int(np.argmax((negative, neutral, positive)))]
    feeling = Sentiment(label, positive - negative, (negative, neutral, positive))
    return Span(0, 10), MentionScore(feeling, Urgency(level, score))


def test_an_item_is_what_its_mentions_add_up_to_unless_a_person_says_mixed():
    scored = [mention(0.1, 0.2, 0.7, "high", 0.6)]
    plain, mixed = item_scores(scored, None, FLOORS), item_scores(scored, Correction("mixed"), FLOORS)
    assert (plain.sentiment.label, plain.urgency.level, plain.corrected) == ("positive", "high", False)
    assert (mixed.sentiment.label, mixed.urgency.level, mixed.corrected) == ("mixed", "high", True)
    assert mixed.sentiment.score == plain.sentiment.score


def test_an_item_that_waits_for_a_run_says_what_a_person_said_and_nothing_more():
    waiting = item_scores([], Correction("negative", "critical"), FLOORS)
    assert (waiting.sentiment.label, waiting.sentiment.score) == ("negative", -1.0)
    assert (waiting.urgency.level, waiting.urgency.score) == ("critical", 0.75)
    half = item_scores([], Correction(urgency="low"), FLOORS)
    assert half.sentiment is None
    assert item_scores([], None, FLOORS).urgency is None
