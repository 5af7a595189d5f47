"""A mention's urgency in the light of its item: what is added, to whom, and that it adds up."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voc.score.company import Company, Neighbours, Said
from voc.score.cues import find_cues
from voc.score.mentions import score_mentions, words_of

TEXTS = ["I called three times", "Nobody answers", "The colours are lovely", "Nobody answers"]


def test_a_mention_that_is_its_whole_item_has_nothing_added(small_heads, features):
    alone = score_mentions(features(4), TEXTS, ["en"] * 4, small_heads)
    apart = score_mentions(features(4), TEXTS, ["en"] * 4, small_heads, company=Company.of(["a", "b", "c", "d"]))
    assert alone.parts == apart.parts
    assert not any(part.name == "item" for parts in alone.parts for part in parts)


def test_the_mention_that_is_most_urgent_by_itself_hears_the_others(small_heads, features):
    matrix, rule = features(4), small_heads.urgency.neighbours
    said = small_heads.read_off(matrix, TEXTS, ["en"] * 4)
    words = np.array([words_of(said.sentiment[row], find_cues(text)) for row, text in enumerate(TEXTS)])
    scores = score_mentions(matrix, TEXTS, ["en"] * 4, small_heads, company=Company.of(["a", "a", "b", "a"]))
    alone = score_mentions(matrix, TEXTS, ["en"] * 4, small_heads)
    together = [0, 1, 3]
    speaker = max(together, key=lambda row: alone.urgency[row])
    expected = rule.most @ (said.answers[together].max(0) - said.answers[speaker])
    expected += rule.mean @ (said.answers[together].mean(0) - said.answers[speaker])
    expected += rule.words @ (words[together].max(0) - words[speaker])
    (part,) = (part for part in scores.parts[speaker] if part.name == "item")
    assert math.isclose(part.value, expected, abs_tol=1e-9)
    for row in together:
        total = math.fsum(part.value for part in scores.parts[row])
        assert scores.urgency[row] == np.float32(1 / (1 + math.exp(-total)))
        assert row == speaker or scores.urgency[row] <= min(alone.urgency[row], scores.urgency[speaker])
    assert scores.parts[2] == alone.parts[2]


def test_praise_beside_an_urgent_mention_stays_praise(steady_heads, features):
    texts = ["You charged me twice", "The colours are lovely"]
    scores = score_mentions(features(2), texts, ["en"] * 2, steady_heads, company=Company.of(["a", "a"]))
    alone = score_mentions(features(2), texts, ["en"] * 2, steady_heads)
    assert scores.urgency[1] == alone.urgency[1]
    assert scores.evidence[1] == ()
    assert scores.urgency[0] >= alone.urgency[0]


def test_a_text_that_stands_in_two_items_is_scored_in_the_light_of_each(small_heads, features):
    matrix = features(3)
    alone = score_mentions(matrix, TEXTS[:3], ["en"] * 3, small_heads)
    low, middle, high = np.argsort(alone.urgency).tolist()
    company = Company.of(["a", "a", "b", "b"], np.array([high, low, high, middle]))
    scores = score_mentions(matrix, TEXTS[:3], ["en"] * 3, small_heads, company=company)
    assert len(scores) == 4
    assert scores.urgency[0] != scores.urgency[2]
    assert np.array_equal(scores.sentiment[0], scores.sentiment[2])


def test_a_neighbour_that_is_not_scored_has_no_say(small_heads, features):
    texts, langs = ["I called three times", "12345", "Käyn täällä usein"], ["en", "en", "fi"]
    scores = score_mentions(features(3), texts, langs, small_heads, company=Company.of(["a"] * 3))
    assert [part.name for part in scores.parts[0] if part.name == "item"] == []
    assert scores.parts[1] == scores.parts[2] == ()


@given(
    st.lists(st.tuples(st.lists(st.floats(-5, 5), min_size=5, max_size=5), st.integers(0, 4)), min_size=1, max_size=20),
    st.randoms(),
)
def test_what_is_added_does_not_depend_on_order_and_nobody_ends_above_the_speaker(rows, random):
    values, items = np.array([row for row, _ in rows]), [item for _, item in rows]
    rule = Neighbours(np.array([0.5, 0.1, -0.3]), np.array([0.2, 0.7, 0.1]), np.array([1.5]))

    def added(order):
        answers, words, logits = values[order, :3], values[order, 3:4], values[order, 4]
        said = Said(answers, words, logits, np.ones(len(order), bool))
        return rule.add(said, Company.of([items[row] for row in order]))

    straight = list(range(len(rows)))
    found = added(straight)
    mixed = list(straight)
    random.shuffle(mixed)
    assert np.array_equal(added(mixed), found[mixed])
    for item in set(items):
        own = [row for row, other in enumerate(items) if other == item]
        if len(own) > 1:
            alone = values[own, 4] + 1.5 * values[own, 3]
            ends = alone + found[own]
            assert ends[alone.argmax()] >= ends.max() - 1e-9
