from __future__ import annotations

import numpy as np
import pytest

from voc.errors import UsageError
from voc.tags import tag_name
from voc.tags.figures import Scores, best_threshold, calibrate, measure


def scores(inside, outside) -> Scores:
    return Scores(np.array(inside, float), np.array(outside, float))


def test_the_threshold_lies_half_way_between_what_is_parted():
    assert best_threshold(scores([3, 4, 5], [-1, 0, 1])) == 2.0


def test_the_threshold_has_the_best_f1():
    given = scores([2.0, 3.0, 5.0, 6.0], [0.0, 1.0, 2.5, 4.0])

    def f1(at: float) -> float:
        hits, wrong = (given.inside >= at).sum(), (given.outside >= at).sum()
        return 2 * hits / (hits + wrong + 4)

    assert f1(best_threshold(given)) == max(f1(at) for at in np.linspace(-1, 7, 200))


def test_figures_of_a_known_case():
    quality = measure(scores([1, 2, 3, 4], [0, 0, 0, 3.5]), 1.5, seed=0)
    assert quality.precision.value == 0.75
    assert quality.recall.value == 0.75
    assert quality.f1.value == 0.75
    assert quality.auc.value == pytest.approx(13 / 16)
    assert quality.f1.low < 0.75 < quality.f1.high


def test_equal_scores_count_half_in_the_area():
    assert measure(scores([1, 1], [1, 1]), 0.5, seed=0).auc.value == 0.5


@pytest.mark.parametrize("prior", [0.01, 0.1, 0.5])
def test_calibrated_probabilities_add_up_to_the_prior(prior):
    rng = np.random.default_rng(0)
    given = scores(rng.normal(2, 1, 400), rng.normal(-2, 1, 400))
    slope, intercept = calibrate(given, prior)
    inside, outside = (1 / (1 + np.exp(-(slope * side + intercept))) for side in (given.inside, given.outside))
    assert prior * inside.mean() + (1 - prior) * outside.mean() == pytest.approx(prior, abs=0.004)
    assert slope > 0


def test_scores_that_say_the_opposite_do_not_turn_the_head_round():
    assert calibrate(scores([-2, -3, -2.5], [2, 3, 2.5]), 0.1)[0] > 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Mentions competitor", "mentions_competitor"),
        (" late-delivery ", "late_delivery"),
        ("경쟁사 언급", "경쟁사_언급"),
    ],
)
def test_a_name_is_kept_as_it_is_filtered_by(name, kept):
    assert tag_name(name) == kept


@pytest.mark.parametrize("name", ["", "  ", "7up", "a=b", "a,b", "x" * 41, "a/b", '"a"'])
def test_a_name_that_a_filter_could_not_hold_is_refused(name):
    with pytest.raises(UsageError) as refused:
        tag_name(name)
    assert len(name.strip()) < 3 or name not in refused.value.message
