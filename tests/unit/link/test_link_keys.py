"""Keys last, and lineage tells births, splits, merges and ends."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voc.link import Group, Previous, birth_key, link
from voc.model import Level, LineageEvent


def group(*members: str, level: Level = Level.FINE, centroid: np.ndarray | None = None) -> Group:
    return Group(level=level, members=frozenset(members), centroid=centroid)


def theme(key: str, *members: str, level: Level = Level.FINE, retired: bool = False) -> Previous:
    return Previous(key=key, level=level, members=frozenset(members), retired=retired)


def names(prefix: str, n: int, start: int = 0) -> list[str]:
    return [f"{prefix}{i}" for i in range(start, start + n)]


def test_first_run_bears_every_theme() -> None:
    linked = link([group("a", "b"), group("c")], [])
    assert sorted(linked.keys) == sorted([birth_key(Level.FINE, ["a", "b"]), birth_key(Level.FINE, ["c"])])
    assert {event.kind for event in linked.lineage} == {"born"}


def test_key_is_a_function_of_content_alone() -> None:
    assert birth_key(Level.FINE, ["b", "a"]) == birth_key(Level.FINE, ("a", "b"))
    assert birth_key(Level.FINE, ["a"]) != birth_key(Level.COARSE, ["a"])


def test_same_groups_again_continue_every_theme() -> None:
    groups = [group(*names("a", 5)), group(*names("b", 7)), group(*names("a", 5), *names("b", 7), level=Level.COARSE)]
    first = link(groups, [])
    published = [Previous(key=key, level=g.level, members=g.members) for key, g in zip(first.keys, groups, strict=True)]
    again = link(groups, published)
    assert again.keys == first.keys
    assert {event.kind for event in again.lineage} == {"continued"}


def test_theme_that_grows_and_loses_some_keeps_its_key() -> None:
    linked = link([group(*names("a", 8, start=2), *names("new", 20))], [theme("t_old", *names("a", 10))])
    assert linked.keys == ("t_old",)


def test_theme_in_two_parts_is_split_and_the_larger_part_keeps_the_key() -> None:
    linked = link([group(*names("a", 4, start=6)), group(*names("a", 6))], [theme("t_old", *names("a", 10))])
    part = birth_key(Level.FINE, names("a", 4, start=6))
    assert linked.keys == (part, "t_old")
    assert linked.lineage == (LineageEvent("continued", "t_old"), LineageEvent("split", "t_old", (part,)))


def test_two_themes_in_one_group_are_merged_under_the_larger_ones_key() -> None:
    linked = link([group(*names("a", 9), *names("b", 4))], [theme("t_b", *names("b", 4)), theme("t_a", *names("a", 9))])
    assert linked.keys == ("t_a",)
    assert LineageEvent("merged", "t_a", ("t_b",)) in linked.lineage
    assert linked.moved == {"t_b": "t_a"}


def test_theme_without_any_mention_left_is_retired_and_a_new_one_is_born() -> None:
    linked = link([group(*names("new", 5))], [theme("t_old", *names("a", 5))])
    assert {(event.kind, event.key) for event in linked.lineage} == {("retired", "t_old"), ("born", linked.keys[0])}


def test_retired_theme_that_comes_back_is_revived() -> None:
    linked = link([group(*names("a", 5))], [theme("t_old", *names("a", 5), retired=True)])
    assert linked.keys == ("t_old",)
    assert linked.lineage == (LineageEvent("revived", "t_old"),)


def test_retired_theme_that_stays_away_is_not_told_again() -> None:
    linked = link([], [theme("t_old", *names("a", 5), retired=True)])
    assert linked.lineage == ()


def test_levels_are_never_matched_with_each_other() -> None:
    linked = link([group("a", "b", level=Level.COARSE)], [theme("t_fine", "a", "b")])
    assert linked.keys[0] != "t_fine"


def test_themes_without_common_mentions_are_matched_by_their_centroids() -> None:
    east, north = np.eye(2, dtype=np.float32)
    old = [Previous(key="t_e", level=Level.FINE, members=["a"], centroid=east)]
    assert link([group("x", centroid=north)], old).keys != ("t_e",)
    assert link([group("x", centroid=east)], old).keys == ("t_e",)


def test_centroids_of_another_encoder_are_left_alone() -> None:
    old = [Previous(key="t_e", level=Level.FINE, members=["a", "b"], centroid=np.ones(3, dtype=np.float32))]
    assert link([group("a", "b", centroid=np.ones(2, dtype=np.float32))], old).keys == ("t_e",)


def test_key_follows_most_of_a_theme_and_not_its_remnant() -> None:
    old = [theme("t_1", *names("a", 10)), theme("t_2", *names("b", 10))]
    swallow = group(*names("a", 6), *names("b", 8))
    rest = group(*names("b", 2, start=8), *names("x", 3))
    linked = link([swallow, rest], old)
    assert linked.keys[0] == "t_2"


partitions = st.lists(st.integers(0, 5), min_size=1, max_size=40)


@given(partitions, partitions, st.integers(0, 99))
def test_links_are_one_to_one_whatever_the_order(before: list[int], after: list[int], seed: int) -> None:
    old = [
        theme(f"t_{label}", *(str(i) for i, at in enumerate(before) if at == label)) for label in sorted(set(before))
    ]
    new = [group(*(str(i) for i, at in enumerate(after) if at == label)) for label in sorted(set(after))]
    linked = link(new, old)
    assert len(set(linked.keys)) == len(new)
    shuffled = list(range(len(new)))
    random.Random(seed).shuffle(shuffled)
    again = link([new[i] for i in shuffled], old[::-1])
    assert again.keys == tuple(linked.keys[i] for i in shuffled)
    assert again.lineage == linked.lineage


@given(partitions, partitions)
def test_every_theme_old_or_new_has_a_line_of_its_own(before: list[int], after: list[int]) -> None:
    old = [theme(f"t_{label}", *(str(i) for i, at in enumerate(before) if at == label)) for label in set(before)]
    new = [group(*(str(i) for i, at in enumerate(after) if at == label)) for label in set(after)]
    linked = link(new, old)
    told = {event.key for event in linked.lineage} | {other for event in linked.lineage for other in event.others}
    assert told >= set(linked.keys) | {before_theme.key for before_theme in old}
    assert all(one.key <= two.key for one, two in pairwise(linked.lineage))
