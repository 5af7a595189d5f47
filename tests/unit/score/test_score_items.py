"""From mentions to the item: pooling, mixed, the most urgent mention, places in the item's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.model import Facet, Facets, MentionScore, Sentiment, Span, Urgency
from voc.score.facets import item_facets
from voc.score.items import score_item
from voc.score.spans import in_item

LOW = Urgency("low", 0.1)


def _mention(start, end, probs, urgency=LOW):
    sentiment = Sentiment(None, 0.0, None) if probs is None else Sentiment("any", probs[2] - probs[0], probs)
    return Span(start, end), MentionScore(sentiment, urgency)


AGAINST, FOR, CALM = (0.9, 0.05, 0.05), (0.05, 0.05, 0.9), (0.1, 0.8, 0.1)
FOR_A_LITTLE = (0.1, 0.05, 0.85)


def test_clear_praise_beside_clear_complaint_is_mixed():
    assert score_item([_mention(0, 10, AGAINST), _mention(10, 20, FOR)]).sentiment.label == "mixed"


def test_two_complaints_are_negative():
    assert score_item([_mention(0, 10, AGAINST), _mention(10, 20, CALM)]).sentiment.label == "negative"


def test_a_longer_mention_counts_more():
    one = score_item([_mention(0, 90, AGAINST), _mention(90, 100, FOR_A_LITTLE)]).sentiment
    other = score_item([_mention(0, 10, AGAINST), _mention(10, 100, FOR_A_LITTLE)]).sentiment
    assert (one.label, other.label) == ("negative", "positive")
    assert one.score == pytest.approx(one.probs[2] - one.probs[0])


def test_what_has_a_feeling_counts_more_than_the_story_around_it():
    # √81 · 1.2 for the story, √64 · 1.95 for the complaint.
    scored = score_item([_mention(0, 81, CALM), _mention(81, 145, AGAINST)]).sentiment
    assert scored.label == "negative"
    story, complaint = 9 * 1.2, 8 * 1.95
    means = [
        (story * calm + complaint * against) / (story + complaint) for calm, against in zip(CALM, AGAINST, strict=True)
    ]
    powers = [mean ** ((story + complaint) ** 2 / (story**2 + complaint**2)) for mean in means]
    assert scored.probs == pytest.approx([power / sum(powers) for power in powers])


def test_a_mention_that_is_alone_keeps_its_probabilities():
    assert score_item([_mention(0, 30, FOR_A_LITTLE)]).sentiment.probs == pytest.approx(FOR_A_LITTLE)


def test_mentions_that_agree_are_surer_together():
    alone = score_item([_mention(0, 20, FOR)]).sentiment
    together = score_item([_mention(0, 20, FOR), _mention(20, 40, FOR)]).sentiment
    assert together.score > alone.score
    assert sum(together.probs) == pytest.approx(1.0)


def test_mentions_that_abstain_have_no_say():
    assert score_item([_mention(0, 90, None), _mention(90, 100, FOR)]).sentiment.label == "positive"


def test_an_item_whose_mentions_all_abstain_abstains():
    assert score_item([_mention(0, 9, None)]).sentiment == Sentiment(None, 0.0, None)


def test_an_item_without_mentions_is_low_and_unknown():
    parts = score_item([])
    assert (parts.sentiment.label, parts.urgency) == (None, Urgency("low", 0.0))
    assert parts.facets == Facets()


def test_an_items_main_label_is_the_one_that_most_of_its_text_has():
    def said(start, end, *labels):
        return Span(start, end), Facets(intents=tuple(Facet(name, probability) for name, probability in labels))

    item = item_facets([said(0, 10, ("praise", 0.9)), said(10, 40, ("bug", 0.8), ("complaint", 0.6))])
    assert item.intents == (Facet("bug", 0.6), Facet("complaint", 0.45), Facet("praise", 0.225))
    assert item.emotions is None


def test_mentions_that_abstain_from_a_facet_have_no_say_in_it():
    known, unknown = (Span(0, 5), Facets(emotions=())), (Span(5, 50), Facets())
    assert item_facets([known, unknown]).emotions == ()


def test_the_most_urgent_mention_decides_and_brings_its_reasons():
    calm = Urgency("low", 0.1, ("vulnerable",), (Span(0, 2),))
    money = Urgency("high", 0.7, ("money",), (Span(12, 15),))
    again = Urgency("high", 0.6, ("repeat_contact",), (Span(21, 25),))
    item = score_item([_mention(0, 10, CALM, calm), _mention(10, 20, CALM, again), _mention(20, 30, CALM, money)])
    assert item.urgency == Urgency("high", 0.7, ("money", "repeat_contact"), (Span(12, 15), Span(21, 25)))


@given(st.permutations(range(4)))
def test_order_of_mentions_changes_no_urgency(order):
    mentions = [
        _mention(i, i + 1, CALM, Urgency("high", 0.5 + i / 10, ("money",), (Span(i, i + 1),))) for i in range(4)
    ]
    assert score_item([mentions[i] for i in order]).urgency == score_item(mentions).urgency


def test_a_span_moves_with_its_mention():
    assert in_item(Span(4, 8), "the card", "Sorry, the card", 7, 15) == Span(11, 15)


def test_a_span_is_found_again_behind_markup_and_blanks():
    item = "<p>I was <b>charged   twice</b> today</p>"
    mention = "I was charged twice today"
    found = in_item(Span(6, 19), mention, item, 0, len(item))
    assert item[found.start : found.end] == "charged   twice"


def test_a_span_that_is_nowhere_becomes_the_whole_stretch():
    assert in_item(Span(0, 3), "abc", "xx 123 yy", 3, 6) == Span(3, 6)
