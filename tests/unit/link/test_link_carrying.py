"""Keys of a night on standing themes: kept, born, split off, merged, gone and come back."""

from __future__ import annotations

import numpy as np

from voc.link import Carried, Group, Previous, birth_key, carry, link
from voc.model import Level, LineageEvent


def group(*members: str, centroid: np.ndarray | None = None) -> Group:
    return Group(level=Level.FINE, members=members, centroid=centroid)


def theme(key: str, *members: str, centroid: np.ndarray | None = None, retired: bool = False) -> Previous:
    return Previous(key=key, level=Level.FINE, members=members, centroid=centroid, retired=retired)


def test_a_kept_theme_keeps_its_key_whatever_its_members_are():
    linked = carry([group("x", "y")], Carried(["t_a"], [None], {}), [theme("t_a", "m", "n")])
    assert linked.keys == ("t_a",)
    assert linked.lineage == (LineageEvent("continued", "t_a"),)


def test_a_born_theme_has_the_key_of_its_content():
    linked = carry([group("a"), group("x", "y")], Carried(["t_a", None], [None, None], {}), [theme("t_a", "a")])
    key = birth_key(Level.FINE, ["x", "y"])
    assert linked.keys == ("t_a", key)
    assert LineageEvent("born", key) in linked.lineage


def test_parts_are_told_by_the_theme_they_left():
    carried = Carried(["t_a", None, None], [None, "t_a", "t_a"], {})
    linked = carry([group("a"), group("b"), group("c")], carried, [theme("t_a", "a", "b", "c")])
    split = [event for event in linked.lineage if event.kind == "split"]
    assert split == [LineageEvent("split", "t_a", tuple(sorted(linked.keys[1:])))]
    assert not [event for event in linked.lineage if event.kind == "born"]


def test_a_merged_theme_leads_on_and_is_not_retired():
    linked = carry([group("a", "b")], Carried(["t_a"], [None], {"t_b": "t_a"}), [theme("t_a", "a"), theme("t_b", "b")])
    assert linked.moved == {"t_b": "t_a"}
    assert {event.kind for event in linked.lineage} == {"continued", "merged"}


def test_a_theme_of_which_nothing_is_left_is_retired_once():
    gone = theme("t_b", "b")
    linked = carry([group("a")], Carried(["t_a"], [None], {}), [theme("t_a", "a"), gone])
    assert LineageEvent("retired", "t_b") in linked.lineage
    away = theme("t_b", centroid=np.ones(2, np.float32), retired=True)
    again = carry([group("a")], Carried(["t_a"], [None], {}), [theme("t_a", "a"), away])
    assert {event.kind for event in again.lineage} == {"continued"}


def test_a_retired_theme_comes_back_under_its_key():
    place = np.array([1.0, 0.0], np.float32)
    groups = [group("a", centroid=place[::-1].copy()), group("z", centroid=place)]
    known = [theme("t_a", "a"), theme("t_old", centroid=place, retired=True)]
    linked = carry(groups, Carried(["t_a", None], [None, None], {}), known)
    assert linked.keys == ("t_a", "t_old")
    assert LineageEvent("revived", "t_old") in linked.lineage


def test_no_key_is_given_twice():
    key = birth_key(Level.FINE, ["x"])
    linked = carry([group("a"), group("x")], Carried([key, None], [None, None], {}), [theme(key, "a")])
    assert len(set(linked.keys)) == 2


def test_only_a_teams_own_theme_has_its_key():
    own = Group(level=Level.FINE, members=["z"], key="t_own")
    before = [theme("t_own", "a", "b", "c"), theme("t_b", "z")]
    for linked in (
        carry([own, group("a", "b", "c")], Carried([None, None], [None, None], {}), before, ["t_own"]),
        link([own, group("a", "b", "c")], before, ["t_own"]),
    ):
        assert linked.keys[0] == "t_own"
        assert linked.keys[1] not in ("t_own", "t_b")
    alone = link([group("a", "b", "c")], [theme("t_own", "a", "b", "c")], ["t_own"])
    assert alone.keys[0] != "t_own"


def test_an_own_theme_that_comes_back_is_told_as_that():
    own = Group(level=Level.FINE, members=["z"], key="t_own")
    gone = theme("t_own", centroid=np.ones(2, np.float32), retired=True)
    linked = carry([own], Carried([None], [None], {}), [gone], ["t_own"])
    assert linked.lineage == (LineageEvent("revived", "t_own"),)
