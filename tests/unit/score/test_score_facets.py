"""Emotions, intents, journey and experience: thresholds, abstention, and the text they are stored as."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voc.facets import NAMES, facets_of, facets_text, has_label, without_label
from voc.model import Facet, Facets
from voc.score.heads import FACETS
from voc.score.mentions import score_mentions


def test_labels_above_their_threshold_are_named_likeliest_first(small_heads, features):
    matrix = features(40)
    odds = small_heads.read_off(matrix, ["some words"] * len(matrix), ["en"] * len(matrix)).facets["intents"]
    scores = score_mentions(matrix, ["some words"] * 40, ["en"] * 40, small_heads)
    for row, facets in enumerate(scores.facets):
        order = np.argsort(-odds[row], kind="stable")
        assert [label.name for label in facets.intents] == [FACETS["intents"][k] for k in order if odds[row][k] >= 0]


def test_a_label_without_a_threshold_is_never_named(small_heads, features):
    never = dataclasses.replace(small_heads.facets["emotions"], thresholds=tuple(np.inf for _ in FACETS["emotions"]))
    heads = dataclasses.replace(small_heads, facets={**small_heads.facets, "emotions": never})
    scores = score_mentions(features(20), ["some words"] * 20, ["en"] * 20, heads)
    assert {facets.emotions for facets in scores.facets} == {()}


def test_facets_abstain_where_there_is_no_evidence_for_the_language(small_heads, features):
    scores = score_mentions(features(1), ["Käyn täällä usein"], ["fi"], small_heads)
    assert scores.facets[0] == Facets()


labels = st.lists(
    st.builds(Facet, st.sampled_from(["bug", "anger", "self_service"]), st.integers(0, 1000).map(lambda n: n / 1000)),
    max_size=3,
).map(tuple)


@given(st.fixed_dictionaries({name: st.none() | labels for name in NAMES}))
def test_facets_come_back_from_their_text(values):
    assert facets_of(facets_text(Facets(**values))) == Facets(**values)


def test_no_text_is_an_abstention_from_all():
    assert facets_of("") == facets_of(None) == Facets()


@given(st.fixed_dictionaries({name: st.none() | labels for name in NAMES}), st.sampled_from(NAMES))
def test_a_label_is_found_in_the_text_as_in_what_it_is_read_to(values, facet):
    text = facets_text(Facets(**values))
    read = getattr(facets_of(text), facet)
    for label in ("bug", "anger", "self_service", "self", "g"):
        assert has_label(text, facet, label) == (read is not None and label in {found.name for found in read})
    assert without_label(text, facet) == (read == ())
