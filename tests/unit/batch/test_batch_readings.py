"""Names of very many texts are made of some of each theme, and only those are read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.batch import Carried, Corpus, distinct_texts, readings
from voc.batch.readings import Readings, drawn
from voc.model import Feedback
from voc.segment import segment

THEMES = st.lists(st.integers(-1, 6), max_size=200).map(lambda themes: np.array(themes, np.int64))


@given(THEMES, st.integers(1, 250))
def test_every_theme_has_as_many_texts_as_any_other_or_all_it_has(theme, most):
    rows = drawn(theme, most)
    assert (np.diff(rows) > 0).all()
    sizes = {number: (theme == number).sum() for number in set(theme.tolist())}
    taken = {number: (theme[rows] == number).sum() for number in sizes}
    cut = {taken[number] for number in sizes if taken[number] < sizes[number]}
    assert len(cut) <= 1
    assert all(taken[number] <= min(cut, default=10**9) or number in sizes for number in sizes)
    assert len(rows) <= max(most, len(sizes))
    if cut and len(rows) < most - len(sizes):
        raise AssertionError("room was left")


def test_few_texts_are_all_taken_and_of_many_the_first_of_each_theme():
    assert drawn(np.array([3, -1, 3]), 3).tolist() == [0, 1, 2]
    assert drawn(np.array([0, 0, 1, 0, 1, 0]), 4).tolist() == [0, 1, 2, 4]


def texts_of(count: int):
    said = [("배송이 너무 늦어요", "ko"), ("That is all", "en"), ("정말 너무해요", "ko"), ("The refund is late", "en")]
    items = tuple(
        Feedback(
            item_id=f"i{at}", id=f"i{at}", source="s", text=said[at % 4][0] + "!" * (at // 4), lang=said[at % 4][1]
        )
        for at in range(count)
    )
    corpus = Corpus(items, tuple(mention for item in items for mention in segment(item)), {}, {})
    return corpus, distinct_texts(corpus, supported=None)


@pytest.mark.parametrize("block", [3, 1000])
def test_many_texts_are_read_as_few_are(monkeypatch, block):
    corpus, texts = texts_of(40)
    whole = Readings.of(texts, Carried.of(corpus, None, {}), threads=1)
    monkeypatch.setattr(readings, "KEPT", 10)
    monkeypatch.setattr(readings, "BLOCK", block)
    part = Readings.of(texts, Carried.of(corpus, None, {}), threads=1)
    assert part.units is None
    assert whole.units is not None
    np.testing.assert_array_equal(part.bare, whole.bare)
    assert whole.bare.any()
    assert not whole.bare.all()
    assert part.read([7, 2, 10]) == whole.read([7, 2, 10]) == [whole.units[at] for at in (7, 2, 10)]


def test_of_many_texts_those_of_the_published_run_are_not_read_again(monkeypatch):
    corpus, texts = texts_of(40)
    monkeypatch.setattr(readings, "KEPT", 10)
    asked: list[int] = []
    monkeypatch.setattr(readings, "_read", lambda _, __, rows: asked.extend(rows) or [()] * len(rows))

    class Known(Carried):
        def unread(self, texts):
            return np.array([4, 9])

        def bare(self, texts):
            return np.arange(len(texts.texts)) == 5

    found = Readings.of(texts, Known(np.zeros(40, np.int64)), threads=1)
    assert asked == [4, 9]
    assert np.flatnonzero(found.bare).tolist() == [4, 5, 9]
