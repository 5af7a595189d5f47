"""Reach, expectation and states on made series, against scipy and statistics by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from voc.model import EVERYTHING, State
from voc.trend import Calendar, Sightings, TrendOptions, trend
from voc.trend.counts import reach
from voc.trend.expectation import Expectation, benjamini_hochberg, rate_ratio_interval, slope_z

UTC_ZONE = ZoneInfo("UTC")


def sightings(series: dict[str, list[int]], first_day: int = 700) -> Sightings:
    """Rows for series of daily reach; every person speaks once."""
    themes, days, people = [], [], []
    for theme, counts in enumerate(series.values()):
        for day, count in enumerate(counts):
            for _ in range(count):
                themes.append(theme)
                days.append(first_day + day)
                people.append(len(people))
    return Sightings(tuple(series), *(np.array(column, np.int64) for column in (themes, days, people)))


def noise(days: int, rate: float, seed: int) -> list[int]:
    return np.random.default_rng(seed).poisson(rate, days).tolist()


def with_everything(rows: Sightings) -> Sightings:
    """As the pipeline counts: everybody is a row of its own."""
    everybody = np.full(len(rows.themes), len(rows.keys))
    columns = zip((rows.themes, rows.days, rows.people), (everybody, rows.days, rows.people), strict=True)
    return Sightings((*rows.keys, EVERYTHING), *(np.concatenate(pair) for pair in columns))


def by_theme(rows: Sightings, days: int, first_day: int = 700):
    return {t.theme: t for t in trend(rows, last_day=first_day + days - 1, zone=UTC_ZONE)}


def test_a_day_belongs_to_the_zone_it_is_told_in():
    moment = datetime(2026, 10, 13, 23, 30, tzinfo=UTC)
    seoul, utc = Calendar(ZoneInfo("Asia/Seoul")), Calendar(UTC_ZONE)
    assert seoul.day(moment) == utc.day(moment) + 1
    assert seoul.start(seoul.day(moment)) == datetime(2026, 10, 13, 15, tzinfo=UTC)


@given(st.integers(0, 40000))
def test_a_day_starts_inside_itself(day):
    calendar = Calendar(ZoneInfo("America/New_York"))
    assert calendar.day(calendar.start(day)) == day


def test_one_person_counts_once_a_day_however_often_they_write():
    rows = Sightings(("a",), np.zeros(5, np.int64), np.array([10, 10, 10, 11, 11]), np.array([1, 1, 2, 1, 1]))
    counts = reach(rows, days_per_bin=1, first_day=10, last_day=12)
    assert counts.counts.tolist() == [[2, 1, 0]]
    assert counts.total.tolist() == [2, 1, 0]


def test_a_run_leaves_unusual_days_to_alerts():
    series = {"outage": [0] * 37 + [30] + [0] * 32, "now": noise(69, 10, 1) + [60]}
    found = by_theme(sightings(series), 70)
    assert [one.spikes for one in found.values()] == [(), ()]
    assert State.EMERGING not in {one.state for one in found.values()}


def test_the_residual_of_counts_is_that_of_farrington():
    counts = np.array([[0, 3, 12, 40]])
    mean = np.array([[1.0, 3.0, 4.0, np.nan]])
    found = Expectation(mean, 2.0).residual(counts)
    by_hand = 1.5 * (12 ** (2 / 3) - 4 ** (2 / 3)) / (4 ** (1 / 6) * 2**0.5)
    assert found[0].tolist() == pytest.approx([-1.5 / 2**0.5, 0.0, by_hand, 0.0])


def test_chance_alone_is_seldom_an_outbreak():
    days, rate = 200_000, 10.0
    counts = np.random.default_rng(4).poisson(rate, days)[None, :]
    residual = Expectation(np.full((1, days), rate), 1.0).residual(counts)
    assert (residual >= TrendOptions().outbreak).sum() <= 3e-4 * days


def test_a_theme_first_seen_last_week_is_new():
    series = {"fresh": [0] * 64 + [2] * 6, "old": noise(70, 6, 3)}
    assert by_theme(sightings(series), 70)["fresh"].state == State.NEW


def test_a_slow_ramp_is_rising_and_its_mirror_falling():
    ramp = [round(1 + day / 10) for day in range(70)]
    found = by_theme(sightings({"up": ramp, "down": ramp[::-1], "flat": [6] * 70}), 70)
    assert found["up"].state == State.RISING
    assert found["down"].state == State.FALLING
    assert found["flat"].state == State.STEADY


def test_a_theme_unheard_for_a_month_is_dormant():
    found = by_theme(sightings({"gone": [3] * 30 + [0] * 40, "other": [5] * 70}), 70)
    assert found["gone"].state == State.DORMANT


def test_windows_add_up_to_what_was_said():
    series = {"a": noise(70, 3, 5), "b": noise(70, 5, 6)}
    found = by_theme(sightings(series), 70)
    assert sum(w.reach for w in found["a"].windows) == sum(series["a"])
    assert sum(w.reach for w in found["b"].days) == sum(series["b"])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_q_values_equal_scipys(p):
    ours = benjamini_hochberg(np.array(p))
    assert np.allclose(ours, stats.false_discovery_control(p), atol=1e-12)


@pytest.mark.parametrize(("recent", "before"), [(10, 5), (3, 0), (0, 4), (40, 41)])
def test_rate_ratio_limits_come_from_the_exact_binomial_interval(recent, before):
    low, high = rate_ratio_interval(recent, before, 2.0, 1.0)
    exact = stats.binomtest(recent, recent + before).proportion_ci(method="exact")
    odds = [p / (1 - p) / 2 if p < 1 else float("inf") for p in (exact.low, exact.high)]
    assert (low, high) == pytest.approx(tuple(odds))


def test_the_slope_test_equals_the_score_test_of_a_logistic_regression():
    # Compare with the likelihood of a logit that is linear in time, by finite differences at slope 0.
    counts, exposure = np.array([3, 4, 6, 5, 9, 11]), np.array([50, 60, 55, 58, 61, 59])
    steps = np.arange(6.0)
    share = counts.sum() / exposure.sum()

    def loglik(slope):
        odds = share / (1 - share) * np.exp(slope * steps)
        return stats.binom.logpmf(counts, exposure, odds / (1 + odds)).sum()

    h = 1e-4
    score = (loglik(h) - loglik(-h)) / (2 * h)
    middle = (steps * exposure).sum() / exposure.sum()
    information = share * (1 - share) * (exposure * (steps - middle) ** 2).sum()
    assert slope_z(counts, exposure) == pytest.approx(score / np.sqrt(information), rel=1e-3)


@pytest.mark.parametrize("counts", [[0, 0, 0], [5, 5, 5]])
def test_a_share_of_nothing_or_of_everything_has_no_slope(counts):
    assert slope_z(np.array(counts), np.array([5, 5, 5])) == 0.0


def test_an_outage_does_not_make_the_other_themes_fall_and_rise():
    steady = [4] * 70
    outage = [0] * 58 + [120] + [0] * 11
    rows = with_everything(sightings({"outage": outage, "a": steady, "b": steady, "c": steady}))
    found = by_theme(rows, 70)
    assert {found[name].state for name in "abc"} == {State.STEADY}


def test_one_bad_day_of_the_past_is_no_trend():
    steady, long_ago = [4] * 70, [1] * 35 + [40] + [1] * 34
    lately = [1] * 50 + [40] + [1] * 19
    rows = with_everything(sightings({"long ago": long_ago, "lately": lately, "a": steady, "b": steady}))
    found = by_theme(rows, 70)
    assert {found["long ago"].state, found["lately"].state} == {State.STEADY}


def test_a_rise_that_stays_is_rising():
    stays = [1] * 50 + [9] * 20
    found = by_theme(with_everything(sightings({"stays": stays, "a": [6] * 70, "b": [6] * 70})), 70)
    assert found["stays"].state == State.RISING


def test_a_ramp_too_slow_for_two_windows_is_rising():
    weeks = [3, 3, 3, 4, 5, 6, 7, 9, 11, 14]
    daily = [count for week in weeks for count in np.bincount(np.arange(week) % 7, minlength=7).tolist()]
    found = by_theme(sightings({"late": daily, "rest": noise(70, 9, 2)}), 70)
    assert found["late"].state == State.RISING
