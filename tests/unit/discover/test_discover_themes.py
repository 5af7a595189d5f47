"""What discovery promises of any input: order-free, thread-free, parents real, and the same rule for later mentions."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.discover import Options, assign, assign_published, discover
from voc.discover.discovery import Discovery
from voc.errors import StoreDamaged, UsageError
from voc.model import How

WIDTH = 48


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def topics(sizes: list[int], *, stray: int = 0, spread: float = 0.35, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Texts around random topics, and strays around none: unit vectors and topic of each (−1 for strays)."""
    rng = np.random.default_rng(seed)
    centres = unit(rng.standard_normal((len(sizes), WIDTH)))
    which = np.repeat(np.arange(len(sizes)), sizes)
    near = centres[which] + spread * unit(rng.standard_normal((len(which), WIDTH)))
    far = rng.standard_normal((stray, WIDTH))
    return unit(np.concatenate([near, far])), np.concatenate([which, np.full(stray, -1)])


def keys_of(vectors: np.ndarray) -> list[str]:
    return [hashlib.blake2b(row.tobytes(), digest_size=16).hexdigest() for row in vectors]


def themes_of(vectors: np.ndarray, **options: object) -> Discovery:
    return discover(vectors, keys=keys_of(vectors), options=Options(**options))  # type: ignore[arg-type]


def equal(one: Discovery, other: Discovery) -> bool:
    return (
        np.array_equal(one.fine, other.fine)
        and np.array_equal(one.strength, other.strength)
        and np.array_equal(one.coarse, other.coarse)
        and np.array_equal(one.centroids, other.centroids)
        and one.threshold == other.threshold
    )


def test_topics_come_out_as_themes() -> None:
    vectors, which = topics([120, 90, 80, 60, 60, 50, 40])
    found = themes_of(vectors)
    assert len(found.centroids) == 7
    for topic in range(7):
        assert len(set(found.fine[(which == topic) & (found.fine >= 0)])) == 1


def test_small_theme_among_many_mentions_stands_alone() -> None:
    vectors, which = topics([250, 220, 200, 180, 160, 45], spread=0.6)
    found = themes_of(vectors)
    outage = found.fine[which == 5]
    theme = np.bincount(outage[outage >= 0]).argmax()
    assert (outage == theme).sum() >= 40
    assert (found.fine[which != 5] == theme).sum() <= 4


def test_row_order_is_of_no_matter() -> None:
    vectors, _ = topics([80, 60, 50, 40], stray=20)
    found = themes_of(vectors)
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(vectors))
        shuffled = themes_of(vectors[order])
        assert np.array_equal(shuffled.fine, found.fine[order])
        assert np.array_equal(shuffled.strength, found.strength[order])
        assert np.array_equal(shuffled.centroids, found.centroids)


def test_number_of_threads_is_of_no_matter() -> None:
    vectors, _ = topics([400, 300, 200, 150, 100, 60], stray=80, spread=0.7)
    assert equal(themes_of(vectors, threads=1), themes_of(vectors, threads=2))
    assert equal(themes_of(vectors, threads=1), themes_of(vectors, threads=5))


def test_assigning_again_gives_every_mention_its_own_theme() -> None:
    vectors, _ = topics([120, 90, 60, 50], stray=60, spread=0.7)
    found = themes_of(vectors)
    assert np.array_equal(assign(vectors, found.centroids, found.threshold).labels, found.fine)
    assert np.array_equal(assign_published(vectors, found.to_arrays()).labels, found.fine)


def test_one_mention_is_assigned_as_among_a_thousand() -> None:
    vectors, _ = topics([120, 90, 60, 50], stray=60, spread=0.7)
    found = themes_of(vectors)
    for at in range(0, len(vectors), 17):
        alone = assign(vectors[at : at + 1], found.centroids, found.threshold)
        assert alone.labels[0] == found.fine[at]
        assert alone.strength[0] == found.strength[at]


def test_themes_are_numbered_from_the_largest() -> None:
    vectors, _ = topics([40, 120, 80, 60])
    sizes = np.bincount(themes_of(vectors).fine)
    assert list(sizes) == sorted(sizes, reverse=True)


def test_repeats_of_a_text_count_for_its_theme() -> None:
    vectors, which = topics([80, 60, 50, 40])
    weights = np.where(which == 3, 100, 1)
    found = discover(vectors, keys=keys_of(vectors), weights=weights)
    assert set(found.fine[(which == 3) & (found.fine >= 0)]) == {0}


def test_every_fine_theme_has_a_parent_and_no_parent_is_idle() -> None:
    vectors, _ = topics([30] * 30)
    found = themes_of(vectors)
    assert len(found.coarse) == len(found.centroids)
    assert set(found.coarse) == set(range(found.coarse.max() + 1))
    assert found.coarse.max() + 1 < len(found.centroids)
    assert np.median(np.bincount(found.coarse)) <= 12


def test_why_a_mention_has_its_theme_is_told() -> None:
    vectors, _ = topics([60, 50, 50, 40, 40, 30], stray=60, spread=0.8)
    found = themes_of(vectors)
    assert set(found.how[found.fine >= 0]) <= {How.CLUSTERED, How.ASSIGNED}
    assert all(how is None for how in found.how[found.fine < 0])
    assert (found.how == How.CLUSTERED).sum() > len(vectors) / 2


@pytest.mark.parametrize("share", [0.0, 0.05, 0.15, 0.5])
def test_no_more_is_left_over_than_was_allowed(share: float) -> None:
    vectors, _ = topics([120, 90, 60], stray=150)
    assert (themes_of(vectors, max_unassigned=share).fine < 0).mean() <= share


def test_strays_are_left_over_when_that_is_allowed() -> None:
    vectors, which = topics([120, 90, 60], stray=40)
    found = themes_of(vectors, max_unassigned=0.5)
    assert (found.fine[which < 0] < 0).mean() > 0.8


def test_share_beyond_one_is_refused() -> None:
    with pytest.raises(UsageError):
        Options(max_unassigned=1.2)


def test_run_without_theme_arrays_is_damaged() -> None:
    with pytest.raises(StoreDamaged):
        assign_published(np.ones((1, 3), dtype=np.float32), {})


def test_thirty_mentions_of_three_things_are_three_themes() -> None:
    vectors, which = topics([12, 10, 8])
    found = themes_of(vectors)
    assert len(found.centroids) == 3
    assert len({(int(a), int(b)) for a, b in zip(found.fine, which, strict=True)}) == 3


@given(st.integers(0, 70), st.integers(0, 9))
@settings(max_examples=25, deadline=None)
def test_any_number_of_mentions_is_taken(n: int, seed: int) -> None:
    vectors = unit(np.random.default_rng(seed).standard_normal((n, 8)).reshape(n, 8) + 0.5) if n else np.zeros((0, 8))
    found = themes_of(vectors.astype(np.float32))
    assert found.fine.shape == found.strength.shape == found.how.shape == (n,)
    assert found.fine.max(initial=-1) + 1 == len(found.centroids) == len(found.coarse)
    assert ((found.strength >= 0) & (found.strength <= 1)).all()


def test_equal_vectors_are_one_theme() -> None:
    vectors = np.repeat(unit(np.random.default_rng(1).standard_normal((1, WIDTH))), 60, axis=0)
    found = discover(vectors, keys=[f"{i:03}" for i in range(60)])
    assert len(found.centroids) <= 1


def test_one_text_that_everybody_wrote_is_a_theme():
    vector = np.zeros((1, 16), np.float32)
    vector[0, 0] = 1.0
    found = discover(vector, keys=["a"], weights=np.array([50]))
    assert found.fine.tolist() == [0]


def test_what_one_letter_says_in_many_sentences_is_no_theme() -> None:
    vectors, which = topics([60, 60, 60, 30, 30, 30])
    items = np.arange(len(vectors))
    items[which == 5] = items[which == 5][0]
    said_in = np.stack([np.arange(len(vectors)), items], axis=1)
    found = discover(vectors, keys=keys_of(vectors), said_in=said_in, options=Options(max_unassigned=1.0))
    alone = discover(vectors, keys=keys_of(vectors), options=Options(max_unassigned=1.0))
    assert len(alone.centroids) == len(found.centroids) + 1
    assert not (found.how[which == 5] == How.CLUSTERED).any()


def test_one_letter_sent_twice_is_no_theme_either_and_sent_thrice_is_one() -> None:
    vectors, which = topics([60, 60, 60, 30, 30, 30])
    letter = np.flatnonzero(which == 5)
    others = [(row, row) for row in np.flatnonzero(which != 5)]
    for copies, themes in ((2, 5), (3, 6)):
        said_in = np.array([*others, *((row, 1000 + copy) for row in letter for copy in range(copies))])
        weights = np.where(which == 5, copies, 1)
        found = discover(vectors, keys=keys_of(vectors), weights=weights, said_in=said_in)
        assert len(found.centroids) == themes
