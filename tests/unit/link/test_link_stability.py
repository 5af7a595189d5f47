"""Churn between two runs: what counts as moved, what lineage explains, and the index beside scikit-learn's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.link import Stability, compare
from voc.link.stability import adjusted_rand
from voc.model import LineageEvent


def test_what_stays_is_stable_and_what_only_one_run_holds_does_not_count():
    before = {"m1": "a", "m2": "a", "m3": None, "gone": "b"}
    after = {"m1": "a", "m2": "a", "m3": None, "new": "a"}
    assert compare(before, after, ()) == Stability(3, 0.0, 0.0, 1.0)


def test_a_move_is_explained_by_the_events_that_tell_of_it():
    before = {f"m{n}": key for n, key in enumerate(["a", "a", "b", "b", "c", "d", None, "d"])}
    after = {f"m{n}": key for n, key in enumerate(["a", "a2", "x", "b", "e", "d", "d", None])}
    events = [
        LineageEvent("split", "a", ("a2",)),
        LineageEvent("merged", "x", ("b",)),
        LineageEvent("retired", "c"),
        LineageEvent("continued", "d"),
    ]
    found = compare(before, after, events)
    assert (found.mentions, found.moved) == (8, 5 / 8)
    # Into a theme that goes on, and out of it, nobody has told.
    assert found.unexplained == 2 / 8


def test_without_a_common_mention_nothing_has_changed():
    assert compare({"m1": "a"}, {"m2": "b"}, ()) == Stability(0, 0.0, 0.0, 1.0)


LABELS = st.sampled_from(["a", "b", "c"])


@given(st.lists(st.tuples(LABELS, LABELS), min_size=2, max_size=40))
def test_the_index_is_that_of_scikit_learn(pairs):
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    expected = metrics.adjusted_rand_score(*zip(*pairs, strict=True))
    assert adjusted_rand(pairs) == pytest.approx(expected)
