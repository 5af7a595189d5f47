"""Themes that have gone and may come back: what a run keeps of them for the next one."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from voc.batch.retired import MOST, Retired
from voc.link import Group, Previous, link
from voc.model import Level, LineageEvent

HERE, THERE = np.array([1.0, 0.0], np.float32), np.array([0.0, 1.0], np.float32)


MAP = np.eye(2, dtype=np.float32)


def kept(*keys: str) -> Retired:
    return Retired(keys, np.tile(HERE, (len(keys), 1)))


def theme(key: str, *, level: Level = Level.FINE, centroid=None) -> Previous:
    return Previous(key=key, level=level, members={"m"}, centroid=centroid)


def group(*members: str, centroid) -> Group:
    return Group(level=Level.FINE, members=set(members), centroid=centroid)


def published(retired: Retired):
    return SimpleNamespace(
        run=SimpleNamespace(manifest={"retired_keys": list(retired.keys), "basis": {"model": {"vectors": "v1"}}}),
        space={**retired.to_arrays(), "map": MAP},
    )


def test_what_has_gone_is_kept_with_its_place_and_what_came_back_is_not():
    before = [theme("t_gone", centroid=THERE), theme("t_coarse", level=Level.COARSE)]
    lineage = [LineageEvent("retired", "t_gone"), LineageEvent("retired", "t_coarse"), LineageEvent("revived", "t_a")]
    after = kept("t_a", "t_b").next({event.key for event in lineage if event.kind == "revived"}, lineage, before)
    assert after.keys == ("t_b", "t_gone")
    assert after.centroids.tolist() == [HERE.tolist(), THERE.tolist()]


def test_it_comes_back_from_a_published_run():
    again = Retired.of(published(kept("t_a", "t_b")), MAP, "v1")
    assert again.keys == ("t_a", "t_b")
    assert np.array_equal(again.centroids, kept("t_a", "t_b").centroids)


def test_another_space_or_an_older_run_has_none():
    assert Retired.of(published(kept("t_a")), np.eye(3, dtype=np.float32), "v1").keys == ()
    assert Retired.of(published(kept("t_a")), MAP * 2, "v1").keys == ()
    assert Retired.of(published(kept("t_a")), MAP, "v2").keys == ()
    assert Retired.of(SimpleNamespace(run=SimpleNamespace(manifest={}), space={}), MAP, "v1").keys == ()
    assert Retired.of(None, MAP, "v1").centroids.shape == (0, 2)


def test_only_the_latest_are_kept():
    many = kept(*(f"t_{n}" for n in range(MOST)))
    after = many.next((), [LineageEvent("retired", "t_gone")], [theme("t_gone", centroid=THERE)])
    assert len(after.keys) == MOST
    assert (after.keys[0], after.keys[-1]) == ("t_1", "t_gone")


def test_a_group_of_new_mentions_where_a_theme_was_is_that_theme_again():
    groups = [group("n1", "n2", centroid=HERE), group("n3", centroid=THERE)]
    linked = link(groups, kept("t_back").themes())
    assert linked.keys[0] == "t_back"
    assert LineageEvent("revived", "t_back") in linked.lineage
    assert {event.kind for event in linked.lineage} == {"revived", "born"}
