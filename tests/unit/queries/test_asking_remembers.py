"""Queries that were asked are remembered, not too many of them, and not after whoever erases has said so."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from voc import asking
from voc.asking import Asking


@pytest.fixture
def asked(monkeypatch):
    """An Asking over a made space, the queries that it had embedded, and a snapshot of the run named."""
    seen: list[str] = []
    space = SimpleNamespace(to_neutral=lambda raw, lang: raw, to_theme=lambda raw, lang: raw)
    monkeypatch.setattr(asking.RunSpace, "from_arrays", staticmethod(lambda arrays: space))

    def embed(queries):
        seen.extend(queries)
        return [np.ones(4, np.float32) for _ in queries]

    def snapshot(run_id):
        return SimpleNamespace(published=SimpleNamespace(run=SimpleNamespace(run_id=run_id), space={}))

    return Asking(embed), seen, snapshot


def test_a_query_is_embedded_once_a_run(asked):
    asking, seen, snapshot = asked
    for run in ("one", "one", "two"):
        asking.vectors("late", snapshot(run))
    assert seen == ["late", "late"]


def test_the_queries_longest_unasked_are_let_go(asked, monkeypatch):
    monkeypatch.setattr(asking, "REMEMBERED", 2)
    asker, seen, snapshot = asked
    for query in ("a", "b", "a", "c", "a", "b"):
        asker.vectors(query, snapshot("one"))
    assert seen == ["a", "b", "c", "b"]


def test_forgetting_leaves_no_query_behind(asked):
    asking, seen, snapshot = asked
    asking.vectors("about Ms Kim", snapshot("one"))
    asking.forget()
    assert not asking._known
    asking.vectors("about Ms Kim", snapshot("one"))
    assert len(seen) == 2
