"""Whether a run may be searched with the active model is told by its vectors alone."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from voc.errors import ModelMismatch
from voc.ports import UNDATED
from voc.queries.basis import check_model, last_day


def run_of(model):
    return SimpleNamespace(run=SimpleNamespace(manifest={"basis": {"model": model}}))


def test_a_run_with_the_same_vectors_is_searched_though_its_scores_are_others():
    check_model(run_of({"name": "small", "hash": "another", "vectors": "abc"}), "abc")


def test_a_run_with_other_vectors_names_their_model():
    with pytest.raises(ModelMismatch, match="small"):
        check_model(run_of({"name": "small", "hash": "abc", "vectors": "def"}), "abc")


def test_a_run_that_does_not_say_which_vectors_it_has_is_made_anew():
    with pytest.raises(ModelMismatch, match="did not write down"):
        check_model(run_of({"name": "small", "hash": "abc"}), "abc")


def test_the_last_day_is_the_last_one_with_feedback_whatever_is_dated_ahead(published):
    run = published([("a", "late", 1, 700), ("b", "late", 2, 703), ("c", None, 3, UNDATED), ("d", None, 4, 900)])
    assert [last_day(run, before=day) for day in (700, 701, 703, 704, 900, 901)] == [None, 700, 700, 703, 703, 900]
