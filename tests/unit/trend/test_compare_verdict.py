"""What a comparison comes to, and what it counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.comparison import Change, Metric, Placebo, Side, Verdict
from voc.trend.parts import Part, Talk, counted, distinct
from voc.trend.verdict import LEAST_DATES, placebo, sentence, verdict

UP = Change(2.0, 1.4, 2.9, 0.001, 1.3, 1.1)
DOWN = Change(0.5, 0.3, 0.8, 0.001, 1.3, 1.1)
SAME = Change(1.02, 0.9, 1.15, 0.8, 1.2, 1.0)
VAGUE = Change(1.4, 0.5, 3.9, 0.5, 2.9, 1.0)
RARE, OFTEN, FEW = (
    Placebo(40, 1, 2 / 41, enough=True),
    Placebo(40, 9, 10 / 41, enough=True),
    Placebo(5, 5, 1.0, enough=False),
)


@pytest.mark.parametrize(
    ("change", "q", "tried", "said"),
    [
        (UP, 0.001, None, Verdict.UP),
        (DOWN, 0.001, RARE, Verdict.DOWN),
        (UP, 0.2, RARE, Verdict.NO_CLEAR_CHANGE),
        (UP, 0.001, OFTEN, Verdict.NO_CLEAR_CHANGE),
        (UP, 0.001, FEW, Verdict.UP),
        (SAME, 0.8, RARE, Verdict.NO_CLEAR_CHANGE),
        (VAGUE, 0.8, RARE, Verdict.UNDER_POWERED),
        (Change(None, None, None, 1.0, None), 1.0, None, Verdict.UNDER_POWERED),
    ],
)
def test_the_verdict(change, q, tried, said):
    assert verdict(Metric.REACH, change, q, tried) is said


def sides(before, after):
    return tuple(Side(name, None, None, 1000, round(1000 * x), x) for name, x in (("before", before), ("after", after)))


def test_the_sentence_says_what_when_and_how_sure():
    both = sides(0.02, 0.04)
    said = sentence(Metric.REACH, "배송 지연", both, UP, 0.001, RARE)
    assert said == (
        "배송 지연: 40 of 1,000 people after, 20 of 1,000 people before. 2.00 times as many people of the same channels"
        " and languages, with 95 % confidence between 1.40 and 2.90. 1 of 40 earlier dates show a change as large."
    )
    assert "9 of 40 earlier dates" in sentence(Metric.REACH, "x", both, UP, 0.001, OFTEN)
    assert "Too few earlier dates (5)" in sentence(Metric.REACH, "x", both, UP, 0.001, FEW)
    assert "below 2.90 times as many would probably not have shown" in sentence(
        Metric.REACH, "x", both, VAGUE, 0.8, None
    )
    assert "among so many themes" in sentence(Metric.REACH, "x", both, UP, 0.2, None)
    uneven = Change(9.0, 0.5, np.inf, 0.3, None, 30.0)
    assert "Days differ too much to tell: no change would have shown" in sentence(
        Metric.REACH, "x", both, uneven, 0.3, None
    )


def test_no_upper_end_is_said_in_words():
    said = sentence(Metric.REACH, "x", sides(0.0, 0.04), Change(np.inf, 3.0, np.inf, 0.001, 1.3), 0.001, None)
    assert "inf" not in said
    assert "at least 3.00 times as many" in said


def test_values_are_named_and_nobody_is_said_to_be_nobody():
    sides = Side("5.2", None, None, 9, 0, None), Side("5.3", None, None, 9, 3, 10.0)
    said = sentence(Metric.NPS, "x", sides, Change(None, None, None, 1.0, None), 1.0, None)
    assert said.startswith("x: NPS +10 of 3 people in 5.3, unknown (0 people) in 5.2. Too few to tell")


def test_parts_without_a_channel_in_common_are_said_so():
    said = sentence(Metric.REACH, "x", sides(0.02, 0.04), Change(None, None, None, 1.0, None), 1.0, None)
    assert "no channel and language has people in both parts" in said


@pytest.mark.parametrize(
    ("metric", "figures"),
    [
        (
            Metric.SENTIMENT,
            "unhappy people 40 % of 400 people after, 20 % of 200 people before. A difference of +20 points",
        ),
        (Metric.NPS, "NPS +0 of 400 people after"),
        (Metric.RATING, "mean rating 0.40 of 400 people after"),
    ],
)
def test_each_metric_is_said_in_its_unit(metric, figures):
    change = Change(0.2, 0.1, 0.3, 0.001, 0.05)
    assert figures in sentence(metric, "x", sides(0.2, 0.4), change, 0.001, None)


def test_a_placebo_is_the_rank_among_earlier_dates():
    found = placebo(-2.0, np.array([0.5, -1.9, 2.0, 3.0, -2.5, *[0.0] * 15]))
    assert (found.dates, found.as_large, found.p, found.enough) == (20, 3, 4 / 21, True)
    assert not placebo(9.0, np.zeros(LEAST_DATES - 1)).enough
    assert placebo(9.0, np.zeros(0)).p == 1.0


rows = st.lists(st.tuples(*(st.integers(0, top) for top in (2, 4, 5, 2))), max_size=60)


@given(rows, rows)
def test_people_are_counted_once_a_stratum_and_once_a_day(talk, rest):
    def of(some):
        some = sorted(some, key=lambda row: row[1])
        theme, day, person, stratum = (np.array([row[at] for row in some], np.int64) for at in range(4))
        return Talk(theme, day, person, stratum, np.zeros(len(some)), np.zeros(len(some)))

    part = Part(of(talk), of(talk + rest))
    found = counted(part, themes=3, strata=3)
    days = sorted({row[1] for row in talk + rest})
    for theme in range(3):
        own = [row for row in talk if row[0] == theme]
        assert part.speaking(3)[theme] == len({person for _, _, person, _ in own})
        for stratum in range(3):
            assert found.people[theme, stratum] == len({p for _, _, p, s in own if s == stratum})
        for at, day in enumerate(days):
            assert found.daily[theme, at] == len({(p, s) for _, d, p, s in own if d == day})
    assert part.people() == len({person for _, _, person, _ in talk + rest})
    for stratum in range(3):
        everybody = [(day, person) for _, day, person, s in talk + rest if s == stratum]
        assert found.exposure[stratum] == len({person for _, person in everybody})
        for at, day in enumerate(days):
            assert found.daily_exposure[at, stratum] == len({p for d, p in everybody if d == day})


def test_distinct_rows_are_those_of_numpy():
    rng = np.random.default_rng(1)
    columns = rng.integers(0, 4, (3, 200))
    assert np.stack(distinct(*columns)).tolist() == np.unique(columns, axis=1).tolist()
