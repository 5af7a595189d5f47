"""The rate ratio of a comparison: published values, laws, and what it does with noise and with real changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from voc.trend.ratio import Counted, Days, rate_ratios, scatter

DAYS = 28


def part(people, exposure, *, days=DAYS):
    """Counts that are spread evenly over days: no dispersion but the least."""
    people, exposure = np.atleast_2d(np.array(people, float)), np.array(exposure, float)
    daily = np.repeat(people.sum(axis=1, keepdims=True) / days, days, axis=1)
    return Counted(people, exposure, daily, np.repeat(exposure[None] / days, days, axis=0))


def noisy(rng, *, share, people, days=DAYS, size, themes):
    """Negative-binomial counts of days, Var = mean + mean² / size, of `people` who speak at all on each."""
    mean = share * people * rng.gamma(size, 1 / size, (themes, days))
    daily = rng.poisson(mean).astype(float)
    exposure = np.full((days, 1), float(people))
    return Counted(daily.sum(axis=1, keepdims=True), exposure.sum(axis=0), daily, exposure)


def test_the_stratified_score_is_that_of_a_published_example():
    # Example of OpenEpi's module "Comparing 2 Person-Time Rates" (openepi.com): 17 cases in 100,025 against 3 in 122,268, and 8 in 78,531 against 1 in 77,932; adjusted z 4.28, p 0.00001872.
    found = rate_ratios(part([3, 1], [122268, 77932]), part([17, 8], [100025, 78531]))
    floor = 1 - 29 / (122268 + 77932 + 100025 + 78531)
    assert found.dispersion == pytest.approx([floor])
    z = float(found.z[0] * np.sqrt(floor))
    assert z == pytest.approx(4.280, abs=0.0005)
    assert 2 * stats.norm.sf(z) == pytest.approx(0.00001872, rel=0.002)
    # Mantel–Haenszel by hand: (17·122268/222293 + 8·77932/156463) / (3·100025/222293 + 1·78531/156463).
    assert found.value == pytest.approx([(9.35055 + 3.98469) / (1.34991 + 0.50191)], rel=1e-4)


def test_one_stratum_has_the_score_of_the_published_example():
    found = rate_ratios(part([3], [122268]), part([17], [100025]))  # the same, stratum 1: z 3.596, ratio 6.927
    assert float(found.z[0] * np.sqrt(found.dispersion[0])) == pytest.approx(3.596, abs=0.0005)
    assert found.value == pytest.approx([6.927], abs=0.0005)


def test_the_ends_of_the_interval_are_the_ratios_that_the_score_just_refuses():
    before, after = part([30, 12], [900, 500]), part([70, 9], [1000, 300])
    found = rate_ratios(before, after)
    critical = stats.t.ppf(0.975, 2 * DAYS - 2)
    for ratio in (float(found.low[0]), float(found.high[0])):
        # Under a ratio θ each sum of a stratum is binomial with chance θ E₁ / (θ E₁ + E₀); written out anew.
        score = variance = 0.0
        for one, e1, none, e0 in zip(after.people[0], after.exposure, before.people[0], before.exposure, strict=True):
            chance = ratio * e1 / (ratio * e1 + e0)
            score += (one - (one + none) * chance) * (e0 + ratio * e1) / (e0 + e1)
            variance += (one + none) * chance * (1 - chance) * ((e0 + ratio * e1) / (e0 + e1)) ** 2
        assert abs(score) == pytest.approx(critical * np.sqrt(variance * found.dispersion[0]))


def test_a_change_of_the_mix_alone_is_no_change():
    # 10 % of the app's people and 40 % of the shop's speak of it, before and after; the shop's become more.
    before, after = part([90, 40], [900, 100]), part([50, 200], [500, 500])
    found = rate_ratios(before, after)
    assert found.value == pytest.approx([1.0])
    assert found.p == pytest.approx([1.0])
    crude = rate_ratios(part([130], [1000]), part([250], [1000]))
    assert crude.low > 1.5


counts = st.integers(0, 60)


@given(st.lists(st.tuples(counts, counts, st.integers(61, 900), st.integers(61, 900)), min_size=1, max_size=4))
def test_swapping_before_and_after_inverts_ratio_and_interval(strata):
    x0, x1, e0, e1 = zip(*strata, strict=True)
    there, back = rate_ratios(part(x0, e0), part(x1, e1)), rate_ratios(part(x1, e1), part(x0, e0))
    assert back.p == pytest.approx(there.p)
    if sum(x0) + sum(x1) == 0:
        assert np.isnan(there.value).all()
        assert (float(there.low[0]), float(there.high[0])) == (0.0, np.inf)
        return
    assert back.z == pytest.approx(-there.z)
    for one, other in ((there.value, back.value), (there.low, back.high), (there.high, back.low)):
        if 0 < one[0] < np.inf:
            assert other == pytest.approx(1 / one)
        else:
            assert {float(one[0]), float(other[0])} == {0.0, np.inf}
    assert there.low <= there.value <= there.high


@given(counts, counts, st.integers(61, 900), st.floats(1.0, 50.0))
def test_more_exposure_with_the_same_people_is_a_smaller_ratio(x0, x1, exposure, times):
    one = rate_ratios(part([x0 + 1], [exposure]), part([x1 + 1], [exposure]))
    other = rate_ratios(part([x0 + 1], [exposure]), part([x1 + 1], [exposure * times]))
    assert other.value * times == pytest.approx(one.value)


def test_nobody_before_leaves_the_ratio_open_above_and_bounded_below():
    found = rate_ratios(part([0], [500]), part([20], [500]))
    assert found.value == np.inf
    assert found.high == np.inf
    assert 2 < found.low < 10
    assert found.p < 0.001


def test_parts_without_a_channel_in_common_can_not_be_compared():
    found = rate_ratios(part([20, 0], [500, 0]), part([0, 40], [0, 500]))
    assert np.isnan(found.value[0])
    assert (found.p[0], found.smallest[0]) == (1.0, np.inf)


@pytest.mark.parametrize("size", [1.0, 2.0, 5.0, 20.0, 1e6])
@pytest.mark.parametrize("share", [0.01, 0.1])
def test_noise_is_called_a_change_in_about_five_of_a_hundred(size, share):
    rng = np.random.default_rng(7)
    before, after = (noisy(rng, share=share, people=60, size=size, themes=3000) for _ in range(2))
    found = rate_ratios(before, after)
    assert 0.03 <= np.mean(found.p <= 0.05) <= 0.07
    assert np.mean((found.low <= 1) & (found.high >= 1)) == pytest.approx(1 - np.mean(found.p < 0.05), abs=0.001)


def test_without_the_dispersion_noise_would_be_called_a_change_far_too_often():
    rng = np.random.default_rng(7)
    before, after = (noisy(rng, share=0.1, people=60, size=2.0, themes=3000) for _ in range(2))
    found = rate_ratios(before, after)
    bare = 2 * stats.norm.sf(np.abs(found.z) * np.sqrt(found.dispersion))
    assert np.mean(bare <= 0.05) > 0.2


@pytest.mark.parametrize(("size", "share"), [(1.0, 0.02), (2.0, 0.1), (5.0, 0.02), (20.0, 0.1), (1e6, 0.01)])
def test_a_change_of_the_smallest_size_is_found_four_times_of_five(size, share):
    rng = np.random.default_rng(11)
    before, after = (noisy(rng, share=share, people=60, size=size, themes=3000) for _ in range(2))
    smallest = float(np.median(rate_ratios(before, after).smallest))
    raised = noisy(rng, share=share * smallest, people=60, size=size, themes=3000)
    found = rate_ratios(before, raised)
    assert 0.75 <= np.mean(found.low > 1) <= 0.88


@pytest.mark.parametrize("ratio", [0.4, 1.0, 2.5])
def test_the_interval_holds_the_truth_nineteen_times_of_twenty(ratio):
    rng = np.random.default_rng(3)
    before = noisy(rng, share=0.05, people=100, size=4.0, themes=3000)
    after = noisy(rng, share=0.05 * ratio, people=100, size=4.0, themes=3000)
    found = rate_ratios(before, after)
    assert 0.92 <= np.mean((found.low <= ratio) & (ratio <= found.high)) <= 0.98


def test_the_dispersion_of_days_is_found():
    rng = np.random.default_rng(5)
    before, after = (noisy(rng, share=0.1, people=100, days=300, size=5.0, themes=200) for _ in range(2))
    assert np.mean(rate_ratios(before, after).dispersion) == pytest.approx(1 + 10 / 5, rel=0.05)


def test_the_correction_for_small_counts_is_fletchers():
    # Counts 0, 0, 3 of a Poisson mean of 1 each: χ² = 1 + 1 + 4 = 6 over 2 degrees of freedom; mean of y / μ is 1.
    # With means 2, 1, 1 the mean of y / μ is (0 + 0 + 3) / 3 = 1, χ² = 2 + 1 + 4; with 0.5, 1, 1.5 it is 2 / 3.
    def one(counts, usual):
        counts, usual = np.array([counts], float), np.array([usual], float)
        days = Days(counts, usual, usual, np.ones_like(usual))
        return scatter(days, Days(*(np.zeros((1, 0)) for _ in range(4))))

    dispersion, freedom = one([0, 0, 3], [1, 1, 1])
    assert (float(dispersion[0]), float(freedom[0])) == (3.0, 2.0)
    assert float(one([0, 0, 3], [2, 1, 1])[0][0]) == pytest.approx(3.5)
    assert float(one([0, 0, 3], [0.5, 1, 1.5])[0][0]) == pytest.approx((0.5 + 1 + 1.5) / 2 / (2 / 3))
