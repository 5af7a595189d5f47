"""Decisions over themes laid over a run: what changes, what follows from it, and what must not change."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.edits import Decisions, Link, Split
from voc.model import EVERYTHING, Exemplar, Level, State
from voc.ports import LiveMention
from voc.queries.decided import decide_run

ZONE = ZoneInfo("UTC")
SAID = [
    ("a", "late", 0, 700),
    ("a", "lost", 0, 700),
    ("b", "late", 1, 701),
    ("c", "lost", 1, 702),
    ("d", "lost", 2, 702),
    ("e", "price", 3, 703),
    ("f", None, 4, 703),
]


def both(run, decisions, moved=None):
    rows = defaultdict(list)
    for row, item in enumerate(run.mentions.item_id.tolist()):
        rows[item].append(row)
    return decide_run(run, rows, decisions, moved or {}, zone=ZONE, quote=partial(quote, run))


def decided(run, decisions, moved=None):
    return both(run, decisions, moved).run


def quote(run, row) -> Exemplar:
    return Exemplar(run.mentions.id[row], run.mentions.item_id[row], "text", row, row + 1)


def same(one, other) -> bool:
    columns = (field.name for field in dataclasses.fields(one.mentions))
    equal = all(np.array_equal(getattr(one.mentions, c), getattr(other.mentions, c)) for c in columns)
    return equal and dict(one.themes) == dict(other.themes) and dict(one.trends) == dict(other.trends)


def test_a_name_holds_in_every_language_and_changes_nothing_else(published):
    run = published(SAID)
    done = decided(run, Decisions(labels={"late": "Late parcels"}))
    assert done.themes["late"] == dataclasses.replace(
        run.themes["late"], label="Late parcels", labels={"en": "Late parcels", "ko": "Late parcels"}
    )
    assert {k: v for k, v in done.themes.items() if k != "late"} == {k: v for k, v in run.themes.items() if k != "late"}
    assert done.trends == run.trends


def test_themes_that_are_merged_count_people_and_items_once(published):
    run = published(SAID)
    done = decided(run, Decisions(merged={"lost": "late"}))
    late = done.themes["late"]
    assert "lost" not in done.themes
    assert "lost" not in done.trends
    assert (late.mentions, late.items, late.reach) == (5, 4, 3)
    assert (run.themes["late"].items, run.themes["lost"].items) == (2, 3)  # item a speaks of both
    assert sum(late.languages.values()) == 5
    assert late.label == "about late"
    assert done.mentions.theme.tolist() == ["late", "late", "late", "late", "late", "price", None]
    # The coarse theme above both has the same mentions as before.
    assert done.themes["delivery"] == run.themes["delivery"]


def test_a_merged_theme_has_the_figures_that_a_run_would_have_given_it(published):
    joined = [(item, "late" if theme == "lost" else theme, person, day) for item, theme, person, day in SAID]
    done, whole = decided(published(SAID), Decisions(merged={"lost": "late"})), published(joined)
    assert dict(done.themes) == dict(whole.themes)
    assert done.trends["late"].windows == whole.trends["late"].windows
    assert done.trends["late"].days == whole.trends["late"].days


def test_merging_across_parents_moves_the_mentions_below_the_one_that_stays(published):
    done = decided(published(SAID), Decisions(merged={"price": "late"}))
    assert done.themes["late"].parent == "delivery"
    assert done.themes["delivery"].mentions == 6
    assert done.themes["money"].mentions == 0  # nobody is left below it
    assert done.themes["money"].state is State.DORMANT


def test_coarse_themes_can_be_one(published):
    done = decided(published(SAID), Decisions(merged={"money": "delivery"}))
    assert {key: theme.parent for key, theme in done.themes.items() if theme.level is Level.FINE} == dict.fromkeys(
        ("late", "lost", "price"), "delivery"
    )
    assert done.themes["delivery"].mentions == 6
    assert done.themes["delivery"].reach == 4


def test_what_is_merged_stays_one_when_a_later_run_finds_only_the_other(published):
    run = published([row for row in SAID if row[1] != "late"])
    done = decided(run, Decisions(merged={"lost": "late"}, labels={"late": "Parcels"}))
    assert done.themes["late"].label == "Parcels"
    assert done.themes["late"].mentions == 3


def test_a_moved_item_counts_where_a_person_put_it(published):
    run = published(SAID)
    done = decided(run, Decisions(moves={("a", "digest"): "price"}), {("a", 1): ("a", "digest")})
    assert done.mentions.theme.tolist()[:2] == ["price", "price"]
    assert done.mentions.how.tolist()[:2] == ["edited", "edited"]
    assert done.themes["price"].reach == 2
    assert done.themes["late"].mentions == 1
    # Its quote was of the item that left: the strongest mention that stays speaks for it now.
    assert [quote.item_id for quote in done.themes["late"].exemplars] == ["b"]
    assert done.themes["delivery"].mentions == 3
    assert done.themes["money"].mentions == 3


def test_an_item_without_a_theme_can_be_given_one_and_all_shares_follow(published):
    run = published(SAID)
    done = decided(run, Decisions(moves={("f", "digest"): "price"}), {("f", 1): ("f", "digest")})
    assert done.mentions.reason.tolist()[-1] is None
    assert done.themes["late"].share == pytest.approx(2 / 7)
    assert sum(done.themes[key].share for key in ("late", "lost", "price")) == pytest.approx(1)


def test_another_revision_of_a_moved_item_stays_where_it_is(published):
    run = published(SAID)
    assert same(decided(run, Decisions(moves={("a", "digest"): "price"}), {("a", 2): ("a", "digest")}), run)


def test_a_move_to_a_theme_that_the_run_does_not_have_waits(published):
    run = published(SAID)
    assert same(decided(run, Decisions(moves={("a", "digest"): "gone"}), {("a", 1): ("a", "digest")}), run)


def test_a_pinned_theme_stays_when_a_run_does_not_find_it(published):
    done = decided(published(SAID), Decisions(pinned={"gone": "fine", "late": "fine"}, labels={"gone": "Refunds"}))
    assert done.themes["late"].pinned
    assert not done.themes["lost"].pinned
    gone = done.themes["gone"]
    assert (gone.label, gone.mentions, gone.state, gone.pinned) == ("Refunds", 0, State.DORMANT, True)


def test_what_a_hidden_theme_went_into_is_not_hidden_but_a_pin_goes_with_it(published):
    decisions = Decisions(hidden=frozenset({"lost"}), pinned={"lost": "fine"}, merged={"lost": "late"})
    done = decided(published(SAID), decisions)
    assert (done.themes["late"].hidden, done.themes["late"].pinned) == (False, True)


def test_what_lies_under_a_hidden_coarse_theme_is_hidden(published):
    done = decided(published(SAID), Decisions(hidden=frozenset({"delivery"})))
    assert {key for key, theme in done.themes.items() if theme.hidden} == {"delivery", "late", "lost"}


def test_a_name_goes_with_a_theme_that_is_merged_into_one_without(published):
    run = published([row for row in SAID if row[1] != "late"])
    assert decided(run, Decisions(merged={"lost": "late"}, labels={"lost": "Gone"})).themes["late"].label == "Gone"


def test_a_hidden_theme_is_marked_and_keeps_its_figures(published):
    run = published(SAID)
    done = decided(run, Decisions(hidden=frozenset({"late"})))
    assert done.themes["late"] == dataclasses.replace(run.themes["late"], hidden=True)


def test_the_run_itself_is_not_touched_and_without_decisions_it_stands_there_as_it_was(published):
    run, before = published(SAID), published(SAID)
    decided(run, Decisions(merged={"lost": "late"}), {})
    decided(run, Decisions(moves={("a", "digest"): "price"}), {("a", 1): ("a", "digest")})
    assert same(run, before)
    assert same(decided(run, Decisions()), before)


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.sampled_from(["late", "lost", "price", None]),
        st.integers(0, 3),
        st.integers(690, 720),
    ),
    min_size=1,
    max_size=25,
)


@given(ROWS, st.sampled_from(["late", "lost", "price"]), st.sampled_from(["late", "lost", "price"]))
def test_counts_add_up_whatever_is_merged(published, rows, keep, other):
    run = published(rows)
    done = decided(run, Decisions(merged={other: keep} if keep != other else {}))
    table = done.mentions
    for key, theme in done.themes.items():
        if theme.level is Level.FINE:
            own = [row for row, found in enumerate(table.theme) if found == key]
            assert theme.mentions == len(own)
            assert theme.items == len({table.item_id[row] for row in own})
            assert theme.reach == len({int(table.person[row]) for row in own})
    fine = [theme for theme in done.themes.values() if theme.level is Level.FINE]
    assert sum(theme.mentions for theme in fine) == sum(found is not None for found in table.theme)
    assert done.trends[EVERYTHING] == run.trends[EVERYTHING]


def test_what_is_split_off_is_a_theme_of_its_own_beside_the_other(published):
    run = published(SAID)
    done = decided(run, Decisions(labels={"new": "Lost for good"}, splits={"new": Split("lost", frozenset({"d:0"}))}))
    assert done.mentions.theme.tolist() == ["late", "lost", "late", "lost", "new", "price", None]
    new, old = done.themes["new"], done.themes["lost"]
    assert (new.label, new.parent, new.mentions, new.reach, new.level) == ("Lost for good", "delivery", 1, 1, "fine")
    assert [quote.item_id for quote in new.exemplars] == ["d"]
    assert (old.mentions, old.reach) == (2, 2)
    assert done.themes["delivery"] == run.themes["delivery"]
    assert sum(window.reach for window in done.trends["new"].windows) == 1


def test_later_mentions_are_placed_by_the_rule_that_split_the_theme(published):
    said = [("a", "lost", 0, 700), ("b", "lost", 1, 700), ("x", "lost", 2, 701), ("y", "lost", 3, 702)]
    done = both(published(said), Decisions(splits={"new": Split("lost", frozenset({"x:0"}))}))
    # y was not chosen, but looks where x looks.
    assert done.run.mentions.theme.tolist() == ["lost", "lost", "new", "new"]
    up, right = (np.array(vector, np.float32).tobytes() for vector in ((0.05, 0.998), (0.998, 0.05)))
    placed = done.placing.live([live(neutral=up), live(neutral=right), live(theme="late", neutral=right)], {})
    assert [mention.theme for mention in placed] == ["lost", "new", "late"]


def test_a_theme_is_split_before_what_came_out_of_it_whichever_was_said_first(published):
    inner, outer = Split("new", frozenset({"d:0"})), Split("lost", frozenset({"c:0", "d:0"}))
    one, other = (
        decided(published(SAID), Decisions(splits=dict(order)))
        for order in ([("new", outer), ("inner", inner)], [("inner", inner), ("new", outer)])
    )
    assert same(one, other)
    assert one.mentions.theme.tolist() == ["late", "lost", "late", "new", "inner", "price", None]


def test_a_split_takes_all_when_nothing_else_is_left_in_the_theme(published):
    said = [("d", "lost", 0, 700), ("e", "lost", 1, 700)]
    done = both(published(said), Decisions(splits={"new": Split("lost", frozenset({"d:0", "e:0"}))}))
    assert done.run.mentions.theme.tolist() == ["new", "new"]
    assert done.run.themes["lost"].mentions == 0
    right = np.array([1.0, 0.0], np.float32).tobytes()
    assert done.placing.live([live(neutral=right)], {})[0].theme == "new"


def test_what_was_split_off_can_be_merged_back_and_moved_into(published):
    split = {"new": Split("lost", frozenset({"d:0"}))}
    back = decided(published(SAID), Decisions(merged={"new": "lost"}, splits=split))
    assert back.mentions.theme.tolist() == published(SAID).mentions.theme.tolist()
    moved = decided(
        published(SAID), Decisions(splits=split, moves={("e", "digest"): "new"}), {("e", 1): ("e", "digest")}
    )
    assert moved.themes["new"].items == 2


def test_a_split_whose_mentions_are_gone_takes_nothing_out(published):
    run = published(SAID)
    assert same(decided(run, Decisions(splits={"new": Split("lost", frozenset({"zz:0"}))})), run)
    assert same(decided(run, Decisions(splits={"new": Split("gone", frozenset({"d:0"}))})), run)


def live(**fields) -> LiveMention:
    blank = LiveMention(
        "a", "a", 1, 0, 0, 1, "en", "lost", 0.5, "assigned", None, None, 0.1, "low", "", "", "", b"", b""
    )
    return dataclasses.replace(blank, **fields)


def linked(item, other, *, together):
    return Link((item, "digest"), (other, "digest"), together)


HOLDING = {(item, 1): (item, "digest") for item in "abcdef"}


def test_an_item_goes_where_the_one_goes_that_it_is_linked_with(published):
    done = decided(published(SAID), Decisions(links=(linked("e", "f", together=True),)), HOLDING)
    assert done.mentions.theme.tolist()[-2:] == ["price", "price"]
    assert done.mentions.how.tolist()[-1] == "edited"
    assert done.themes["price"].items == 2
    # Where the first item is moved, the other follows.
    both = Decisions(links=(linked("e", "f", together=True),), moves={("e", "digest"): "late"})
    assert decided(published(SAID), both, HOLDING).mentions.theme.tolist()[-2:] == ["late", "late"]


def test_a_link_to_an_item_without_a_theme_or_with_another_text_changes_nothing(published):
    run = published(SAID)
    assert same(decided(run, Decisions(links=(linked("f", "e", together=True),)), HOLDING), run)
    assert same(decided(run, Decisions(links=(linked("e", "f", together=True),)), {("e", 1): ("e", "digest")}), run)


def test_chains_of_links_are_followed_in_whichever_order_they_were_made(published):
    chain = [linked("b", "e", together=True), linked("c", "b", together=True)]
    for links in (chain, chain[::-1]):
        done = decided(published(SAID), Decisions(links=tuple(links)), HOLDING)
        assert done.mentions.theme.tolist() == ["late", "lost", "lost", "lost", "lost", "lost", None]


ITEMS = st.sampled_from("abcdef")


@given(st.lists(st.tuples(ITEMS, ITEMS).filter(lambda pair: pair[0] != pair[1]), max_size=6))
def test_all_links_that_part_items_hold_together(published, pairs):
    run = with_centroids(published(SAID), {"late": (0.0, 1.0), "lost": (0.7, 0.7), "price": (1.0, 0.0)}, -1.0)
    links = tuple(linked(*pair, together=False) for pair in pairs)
    done = decided(run, Decisions(links=links), HOLDING)
    where = defaultdict(set)
    for item, key in zip(done.mentions.item_id, done.mentions.theme, strict=True):
        where[item] |= {key} - {None}
    others = [other for _, other in pairs]
    # An item that is kept from several, and they from it, may run out of themes; the others all hold.
    for item, other in pairs:
        if others.count(other) == 1 and item not in others:
            assert not where[item] & where[other]


def test_copies_follow_their_original_unless_somebody_speaks_of_them(published):
    run = published(SAID)
    copies = run.mentions.duplicate_of.copy()
    copies[3:5] = "a"  # c and d are copies of a
    run = dataclasses.replace(run, mentions=dataclasses.replace(run.mentions, duplicate_of=copies))
    moves = {("a", "digest"): "price", ("d", "digest"): "lost"}
    done = decided(run, Decisions(moves=moves), {("a", 1): ("a", "digest"), ("d", 1): ("d", "digest")})
    assert done.mentions.theme.tolist() == ["price", "price", "late", "price", "lost", "price", None]


def test_items_that_cannot_be_linked_part_and_the_other_goes_to_the_next_theme(published):
    run = with_centroids(published(SAID), {"late": (0.0, 1.0), "lost": (0.7, 0.7), "price": (1.0, 0.0)}, 0.5)
    done = decided(run, Decisions(links=(linked("c", "d", together=False),)), HOLDING)
    assert done.mentions.theme.tolist() == ["late", "lost", "late", "lost", "price", "price", None]
    assert done.themes["lost"].items == 2
    strict = with_centroids(published(SAID), {"late": (0.0, 1.0), "lost": (0.7, 0.7), "price": (0.7, 0.7)}, 0.9)
    none = decided(strict, Decisions(links=(linked("c", "d", together=False),)), HOLDING)
    assert none.mentions.theme.tolist()[4] is None
    assert none.mentions.reason.tolist()[4] == "unique"


def test_items_that_share_no_theme_need_no_parting(published):
    run = with_centroids(published(SAID), {"late": (0.0, 1.0), "lost": (0.7, 0.7), "price": (1.0, 0.0)}, 0.5)
    assert same(decided(run, Decisions(links=(linked("b", "e", together=False),)), HOLDING), run)


def with_centroids(run, centroids, threshold):
    arrays = {
        **run.space,
        "theme.centroids": np.array(list(centroids.values()), np.float32),
        "theme.threshold": np.array([threshold], np.float32),
    }
    header = dataclasses.replace(run.run, manifest={"theme_keys": list(centroids)})
    return dataclasses.replace(run, space=arrays, run=header)


def test_what_came_in_since_the_run_follows_too(published):
    decisions = Decisions(merged={"lost": "late"}, moves={("b", "digest"): "lost"})
    stays, moves, none = both(published(SAID), decisions).placing.live(
        [live(), live(item_id="b", theme="price"), live(item_id="c", theme=None, reason="unique")],
        {("b", 1): ("b", "digest")},
    )
    assert stays == live(theme="late")
    assert moves == live(item_id="b", theme="late", how="edited", strength=1.0)
    assert none == live(item_id="c", theme=None, reason="unique")
