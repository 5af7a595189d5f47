"""Teaching over made-up vectors: what is found, what is left out, and that nothing but the lesson decides."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from voc.errors import StoreDamaged
from voc.tags import fit
from voc.tags.fit import Lesson, fit_tag
from voc.tags.head import TagHead

DIM = 24


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def near(direction: int, count: int, rng: np.random.Generator, noise: float = 0.15) -> np.ndarray:
    rows = rng.normal(0, noise, (count, DIM))
    rows[:, direction] += 1.0
    return unit(rows)


def mixed(count: int, rng: np.random.Generator) -> np.ndarray:
    """Vectors near any direction but the first."""
    return np.concatenate([near(1 + at % (DIM - 1), 1, rng) for at in range(count)])


def lesson(rng: np.random.Generator, count: int = 12, hidden: int = 0, **fields: object) -> Lesson:
    told = {
        "examples": [near(0, 1, rng) for _ in range(count)],
        "description": near(0, 1, rng),
        "against": np.empty((0, DIM), np.float16),
        "background": np.concatenate([mixed(400, rng), near(0, hidden, rng)]),
    }
    return Lesson(**{**told, **fields})


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_what_is_like_the_examples_has_the_tag_and_nothing_else(rng):
    taught = fit_tag(lesson(rng))
    assert (taught.head.probabilities(near(0, 50, rng)) >= taught.threshold).mean() > 0.9
    assert (taught.head.probabilities(mixed(500, rng)) >= taught.threshold).mean() < 0.02
    assert taught.quality.f1.value > 0.9
    assert taught.quality.auc.low > 0.95


def test_the_tags_own_mentions_in_the_background_are_left_out_of_it(rng, monkeypatch):
    given = lesson(rng, hidden=40)
    taught = fit_tag(given)
    assert 25 <= taught.doubtful <= 45
    assert (taught.head.probabilities(near(0, 100, rng)) >= taught.threshold).mean() > 0.6
    assert (taught.head.probabilities(mixed(500, rng)) >= taught.threshold).mean() < 0.02
    monkeypatch.setattr(fit, "MOST_DOUBTED", 0.0)
    control = fit_tag(given)
    assert control.doubtful == 0
    assert control.quality.f1.value < taught.quality.f1.value - 0.2


def test_examples_without_anything_in_common_have_a_low_f1(rng):
    taught = fit_tag(lesson(rng, examples=[unit(rng.normal(size=(1, DIM))) for _ in range(12)]))
    assert taught.quality.f1.value < 0.5
    assert taught.quality.f1.low <= taught.quality.f1.value <= taught.quality.f1.high


def test_counterexamples_are_never_doubtful_and_push_what_is_like_them_away(rng):
    alike = unit(near(0, 30, rng).astype(np.float64) + near(1, 30, rng))
    probe = unit(near(0, 60, rng).astype(np.float64) + near(1, 60, rng))
    same = np.random.default_rng(9)
    without = fit_tag(lesson(same))
    same = np.random.default_rng(9)
    with_them = fit_tag(lesson(same, against=alike))
    assert with_them.doubtful <= len(lesson(np.random.default_rng(9)).background)
    assert with_them.head.probabilities(probe).mean() < without.head.probabilities(probe).mean() - 0.1


def test_an_example_is_taught_by_the_mention_that_it_shares_with_the_others(rng):
    examples = [np.concatenate([near(1 + at, 1, rng), near(0, 1, rng), near(2 + at, 1, rng)]) for at in range(12)]
    taught = fit_tag(lesson(rng, examples=examples))
    assert (taught.head.probabilities(near(0, 50, rng)) >= taught.threshold).mean() > 0.9
    assert (taught.head.probabilities(near(3, 50, rng)) >= taught.threshold).mean() < 0.05


@pytest.mark.parametrize(("examples", "folds"), [(8, 8), (9, 9), (10, 5), (30, 5)])
def test_few_examples_are_left_out_one_by_one(rng, examples, folds):
    assert fit_tag(lesson(rng, count=examples)).folds == folds


def test_probabilities_say_how_many_have_the_tag(rng):
    taught = fit_tag(lesson(rng, count=30, hidden=40))
    fresh = np.concatenate([mixed(1000, rng), near(0, 100, rng)])
    assert 70 <= taught.head.probabilities(fresh).sum() <= 130


def test_the_same_lesson_gives_the_same_head_on_any_number_of_threads():
    heads = []
    for threads in (1, 4):
        with threadpool_limits(threads):
            heads.append(fit_tag(lesson(np.random.default_rng(3)), seed=1).head.to_bytes())
    assert heads[0] == heads[1]


def test_a_probability_depends_on_its_own_vector_alone(rng):
    head = fit_tag(lesson(rng)).head
    rows = np.concatenate([mixed(9000, rng), near(0, 3, rng)])
    whole = head.probabilities(rows)
    assert [float(head.probabilities(rows[at : at + 1])[0]) for at in (0, 8191, 8192, 9002)] == [
        float(whole[at]) for at in (0, 8191, 8192, 9002)
    ]
    assert np.array_equal(head.probabilities(rows[::-1]), whole[::-1])


def test_a_head_comes_back_from_its_bytes_and_damage_is_noticed(rng):
    head = fit_tag(lesson(rng)).head
    written = head.to_bytes()
    rows = mixed(50, rng)
    assert np.array_equal(TagHead.from_bytes(written).probabilities(rows), head.probabilities(rows))
    with pytest.raises(StoreDamaged):
        TagHead.from_bytes(written[:-40])
