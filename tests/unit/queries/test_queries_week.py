"""A week beside the one before: who is counted, what moved, and what is too little to tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy import stats

from voc.queries import Snapshot
from voc.queries.week import last_week, moves
from voc.trend.calendar import EPOCH

LAST = 700
"""The last day with feedback."""


def midnight(day):
    return datetime.combine(EPOCH, datetime.min.time(), tzinfo=UTC) + timedelta(days=day)


def snapshot(published, said, *, begun=LAST + 1, **columns):
    """`begun`: the day on which the run began."""
    run = published(said)
    table = replace(run.mentions, **columns) if columns else run.mentions
    run = replace(run, run=replace(run.run, started_at=midnight(begun) + timedelta(hours=12)), mentions=table)
    return Snapshot(run, None, np.ones(len(table), np.bool_), {}, {})


def said_by(theme, people, day, *, start=0):
    """A mention a person, all on one day."""
    return [(f"{theme}-{day}-{who}", theme, start + who, day) for who in range(people)]


def test_a_person_who_speaks_often_in_a_week_is_one_and_the_days_are_half_open(published):
    said = [
        ("a1", "late", 1, LAST),
        ("a2", "late", 1, LAST - 3),
        ("a3", "late", 2, LAST - 6),
        ("a4", "late", 3, LAST - 7),
    ]
    week = last_week(snapshot(published, [*said, ("a5", "price", 9, LAST - 13), ("a6", "price", 9, LAST - 14)]))
    assert (week.begins, week.ends) == (
        midnight(LAST - 6),
        midnight(LAST + 1),
    )
    assert (week.themes["late"].people, week.themes["late"].before) == (2, 1)
    assert week.people == (2, 2)
    assert week.themes["price"].before == 1
    assert week.compared


def test_the_day_of_the_run_is_not_over_and_no_part_of_the_week(published):
    said = [("a1", "late", 1, LAST), ("a2", "late", 2, LAST - 1), ("a3", "late", 3, LAST - 20)]
    week = last_week(snapshot(published, said, begun=LAST))
    assert week.ends == midnight(LAST)
    assert week.themes["late"].people == 1


def test_an_item_is_as_urgent_as_its_most_urgent_mention(published):
    said = [("a1", "late", 1, LAST), ("a1", "price", 1, LAST), ("a2", "late", 2, LAST), ("a3", "late", 3, LAST - 8)]
    levels = np.array(["high", "critical", "high", "critical"], dtype=object)
    week = last_week(snapshot(published, said, urgency_level=levels))
    assert (week.critical, week.high) == ((1, 1), (1, 0))
    assert (week.themes["price"].critical, week.themes["late"].high) == (1, 1)


def test_a_theme_that_doubled_its_share_is_told_with_the_exact_interval(published):
    said = [
        *said_by("late", 30, LAST), *said_by("price", 170, LAST, start=200),
        *said_by("late", 8, LAST - 7, start=500), *said_by("price", 192, LAST - 7, start=600),
        ("old", "lost", 999, LAST - 20),
    ]  # fmt: skip
    view = snapshot(published, said)
    up = {move.theme.key: move for move in moves(last_week(view), view.published.themes)}
    late = up["late"]
    assert late.ratio == pytest.approx(30.5 / 8.5)
    bounds = stats.beta.ppf(0.025, 30, 9), stats.beta.ppf(0.975, 31, 8)
    assert (late.low, late.high) == pytest.approx([bound / (1 - bound) for bound in bounds])
    assert list(up) == ["late"]  # 170 against 192 may be chance
    raw = [stats.binomtest(30, 38, 0.5).pvalue, stats.binomtest(170, 362, 0.5).pvalue]
    assert late.q == pytest.approx(stats.false_discovery_control(raw)[0])


def test_twice_the_volume_at_equal_shares_is_no_move(published):
    said = [
        *said_by("late", 80, LAST), *said_by("price", 80, LAST, start=200),
        *said_by("late", 40, LAST - 7, start=500), *said_by("price", 40, LAST - 7, start=600),
        ("old", "lost", 999, LAST - 20),
    ]  # fmt: skip
    view = snapshot(published, said)
    assert moves(last_week(view), view.published.themes) == []


def test_nothing_moved_where_the_week_before_is_not_all_there(published):
    said = [*said_by("late", 60, LAST), *said_by("price", 60, LAST - 9, start=100)]
    view = snapshot(published, said)
    week = last_week(view)
    assert not week.compared
    assert moves(week, view.published.themes) == []


def test_undated_feedback_has_no_week(published):
    from voc.ports import UNDATED

    said = [("a1", "late", 1, LAST)]
    assert last_week(snapshot(published, said, day=np.array([UNDATED], np.int32))) is None
