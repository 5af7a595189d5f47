"""Differences of shares, means and net promoter scores: published values, scipy's, and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from voc.trend.differences import Moments, moments, of_means, of_scores, of_shares, per_person, said_of

ONE = np.ones(1)
MANY = np.full(1, 1e9)
"""Degrees of freedom with which Student's distribution is the normal one."""


def shares(unhappy, people):
    share = unhappy / people
    return Moments(ONE * people, ONE * share, ONE * people * share * (1 - share) / max(people - 1, 1))


def of(values):
    return moments(np.zeros(len(values), np.int64), np.array(values, float), themes=1)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, 873–890, table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_the_interval_of_two_shares_is_newcombes(one, other, low, high):
    found = of_shares(shares(*other), shares(*one), ONE, MANY)
    assert (float(found.low[0]), float(found.high[0])) == pytest.approx((low, high), abs=0.00006)
    assert found.value == pytest.approx([one[0] / one[1] - other[0] / other[1]])


def test_the_test_of_two_shares_is_the_pooled_one():
    found = of_shares(shares(48, 80), shares(56, 70), ONE, MANY)
    chi = stats.chi2_contingency([[48, 32], [56, 14]], correction=False)
    assert float(found.z[0]) ** 2 == pytest.approx(chi.statistic)
    assert float(found.p[0]) == pytest.approx(chi.pvalue)


def test_dispersed_days_are_fewer_people():
    twice = of_shares(shares(48, 80), shares(56, 70), 2 * ONE, MANY)
    half = of_shares(shares(24, 40), shares(28, 35), ONE, MANY)
    assert twice.low == pytest.approx(half.low)
    assert twice.p == pytest.approx(half.p)


def test_noise_in_shares_of_days_is_called_a_change_in_about_five_of_a_hundred():
    from voc.comparison import Metric
    from voc.trend.parts import Part, Talk, compare

    rng = np.random.default_rng(2)
    themes, days, people = 1500, 28, 15

    def part(first):
        # Every day of every theme has a share of its own, beta around 0.4 with variance a tenth of the largest.
        share = rng.beta(0.4 * 9, 0.6 * 9, (themes, days))
        unhappy = rng.random((themes, days, people)) < share[:, :, None]
        theme, day, person = (axis.ravel() for axis in np.indices(unhappy.shape))
        person = first + (theme * days + day) * people + person
        value = unhappy.ravel().astype(float)
        order = np.argsort(day, kind="stable")
        talk = Talk(theme, day + first, person, np.zeros_like(day), value, -value).rows(order)
        return Part(talk, talk)

    found, net = compare(Metric.SENTIMENT, part(0), part(10**7), themes=themes, strata=1)
    assert 0.035 <= np.mean(found.p <= 0.05) <= 0.07
    assert 1.8 < np.mean(found.dispersion) < 2.8  # 1 + (15 − 1) / 10
    assert net is not None
    assert net.value == pytest.approx(-found.value)


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_swapping_parts_of_shares_negates_the_difference(n0, n1, data):
    x0, x1 = data.draw(st.integers(0, n0)), data.draw(st.integers(0, n1))
    there = of_shares(shares(x0, n0), shares(x1, n1), ONE, MANY)
    back = of_shares(shares(x1, n1), shares(x0, n0), ONE, MANY)
    assert np.concatenate([back.value, back.low, back.high]) == pytest.approx(
        -np.concatenate([there.value, there.high, there.low])
    )
    assert -1 <= there.low <= there.value <= there.high <= 1


ratings = st.lists(st.integers(1, 5), min_size=2, max_size=30)


@given(ratings, ratings)
def test_means_are_compared_as_scipy_does_it(before, after):
    found = of_means(of(before), of(after))
    if len(set(before)) == len(set(after)) == 1:
        assert (float(found.p[0]), float(found.low[0]), float(found.high[0])) == (1.0, -np.inf, np.inf)
        return
    assume(len(set(before)) > 1 and len(set(after)) > 1)  # scipy warns of the others
    told = stats.ttest_ind(after, before, equal_var=False)
    interval = told.confidence_interval(0.95)
    assert (found.low[0], found.high[0], found.p[0]) == pytest.approx((interval.low, interval.high, told.pvalue))


def test_one_person_has_a_mean_and_no_interval():
    found = of_means(of([1, 2, 5]), of([4]))
    assert found.value == pytest.approx([4 - 8 / 3])
    assert (float(found.low[0]), float(found.high[0]), float(found.p[0])) == (-np.inf, np.inf, 1.0)


def test_net_promoter_scores_are_compared_by_adjusted_wald():
    # 15 promoters, 10 passives, 5 detractors before; 20, 5, 15 after. Rocks 2016: ¾ more promoters, ¾ more detractors
    # of 3 more people. Before: p 15.75/33, d 5.75/33; after: 20.75/43, d 15.75/43; variance (p + d − (p − d)²) / n.
    before, after = of([100] * 15 + [0] * 10 + [-100] * 5), of([100] * 20 + [0] * 5 + [-100] * 15)
    found = of_scores(before, after)
    middle = 100 * (5 / 43 - 10 / 33)
    error = 100 * np.sqrt((36.5 / 43 - (5 / 43) ** 2) / 43 + (21.5 / 33 - (10 / 33) ** 2) / 33)
    assert found.value == pytest.approx([12.5 - 100 / 3])
    assert found.low == pytest.approx([middle - 1.959964 * error])
    assert found.high == pytest.approx([middle + 1.959964 * error])
    assert found.smallest == pytest.approx([(1.959964 + 0.841621) * error], rel=1e-5)
    assert of_scores(after, before).z == pytest.approx(-found.z)


def test_answers_of_nine_promote_and_of_six_detract():
    assert said_of(np.arange(11.0)).tolist() == [-100] * 7 + [0, 0] + [100, 100]


@pytest.mark.parametrize(
    ("how", "said"), [("mean", [2.0, 5.0, 4.0]), ("most", [3.0, 5.0, 4.0]), ("last", [1.0, 5.0, 4.0])]
)
def test_everybody_counts_once_a_theme(how, said):
    theme, person = np.array([0, 0, 0, 1]), np.array([7, 8, 7, 7])
    themes, values = per_person(theme, person, np.array([3.0, 5.0, 1.0, 4.0]), how=how)
    assert themes.tolist() == [0, 0, 1]
    assert values.tolist() == said


def test_a_part_without_people_tells_nothing():
    nobody = of([])
    for found in (
        of_shares(nobody, shares(3, 9), ONE, MANY),
        of_scores(nobody, of([100, 0])),
        of_means(nobody, of([1, 2])),
    ):
        assert np.isnan(found.value[0])
        assert (float(found.p[0]), float(found.z[0]), float(found.smallest[0])) == (1.0, 0.0, np.inf)


def test_a_share_of_nobody_in_few_people_does_not_mean_that_a_change_would_have_been_told():
    found = of_shares(shares(0, 5), shares(0, 5), ONE, MANY)
    assert found.smallest > 0.3
    assert found.low < -0.3
    assert found.high > 0.3
