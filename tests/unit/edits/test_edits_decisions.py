"""Which decisions over themes hold after which edits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from voc.edits import Decisions, Edit, Link, Split, decisions, digest_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DIGEST = digest_of("The parcel came late")


def edit(kind, target, number=1, **says):
    return Edit(
        edit_id=f"edit_{number}",
        kind=kind,
        target=target,
        says=says,
        at=NOW,
        text_digest=DIGEST if kind in ("move", "must-link", "cannot-link") else None,
    )


def undone(made):
    return replace(made, undone_at=NOW)


def test_each_kind_has_its_say():
    made = [
        edit("rename", "a", label="Late parcels"),
        edit("pin", "b", level="coarse"),
        edit("hide", "c"),
        edit("merge", "a", others="d e"),
        edit("split", "a", key="n", label="New", query="new things", seeds="x:0 y:1"),
        edit("move", "item", theme="a"),
        edit("must-link", "x", other="y", other_digest="d"),
        edit("cannot-link", "x", other="z", other_digest="d"),
        edit("score", "item", sentiment="negative"),
    ]
    assert decisions(made) == Decisions(
        {"a": "Late parcels", "n": "New"},
        {"b": "coarse"},
        frozenset("c"),
        {"d": "a", "e": "a"},
        {"n": Split("a", frozenset({"x:0", "y:1"}))},
        {("item", DIGEST): "a"},
        (Link(("x", DIGEST), ("y", "d"), together=True), Link(("x", DIGEST), ("z", "d"), together=False)),
    )
    assert not decisions(made[-1:])


def test_the_newer_name_and_the_newer_move_win_and_undoing_brings_the_older_back():
    made = [edit("rename", "a", label="one"), edit("rename", "a", label="two")]
    moves = [edit("move", "item", theme="a"), edit("move", "item", theme="b")]
    assert decisions([*made, *moves]).labels == {"a": "two"}
    assert decisions([*made, *moves]).moves == {("item", DIGEST): "b"}
    assert decisions([made[0], undone(made[1]), moves[0], undone(moves[1])]) == decisions([made[0], moves[0]])


def test_chains_of_merges_are_followed_to_their_end():
    made = [edit("merge", "b", others="a"), edit("merge", "c", others="b")]
    assert decisions(made).merged == {"a": "c", "b": "c"}
    assert decisions(made).key_of("a") == "c"
    assert decisions([made[0], undone(made[1])]).merged == {"a": "b"}


def test_a_circle_of_merges_leaves_keys_alone():
    made = [edit("merge", "b", others="a"), edit("merge", "a", others="b")]
    assert decisions(made).merged == {"a": "a", "b": "b"}


KINDS = st.sampled_from(
    [
        edit("rename", "a", label="x"),
        edit("rename", "a", label="y"),
        edit("pin", "b", level="fine"),
        edit("hide", "a"),
        edit("merge", "a", others="b"),
        edit("merge", "b", others="c"),
        edit("split", "a", key="n", label="New", query="q", seeds="x:0"),
        edit("move", "item", theme="c"),
    ]
)


@given(st.lists(st.tuples(KINDS, st.booleans()), max_size=10))
def test_an_undone_edit_is_as_if_it_had_never_been_made(rows):
    made = [undone(one) if taken_back else one for one, taken_back in rows]
    assert decisions(made) == decisions([one for one in made if one.undone_at is None])
