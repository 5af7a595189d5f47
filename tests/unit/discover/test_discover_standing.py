"""A night on standing themes: what was there stays, what is new is told, and no night moves more than it may."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from voc.discover import Discovery, Options, Standing, assign, discover

WIDTH = 48


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def around(rng: np.random.Generator, centre: np.ndarray, number: int, spread: float = 0.35) -> np.ndarray:
    return unit(centre + spread * unit(rng.standard_normal((number, WIDTH))))


def directions(rng: np.random.Generator, number: int) -> np.ndarray:
    return unit(rng.standard_normal((number, WIDTH)))


def keys_of(vectors: np.ndarray) -> list[str]:
    return [hashlib.blake2b(row.tobytes(), digest_size=16).hexdigest() for row in vectors]


def first(vectors: np.ndarray) -> Discovery:
    return discover(vectors, keys=keys_of(vectors), options=Options())


def next_night(before: Discovery, old: np.ndarray, new: np.ndarray) -> tuple[Discovery, np.ndarray]:
    rows = np.concatenate([old, new])
    known = np.arange(len(rows)) < len(old)
    standing = Standing(
        centroids=before.centroids,
        threshold=before.near,
        parents=before.coarse,
        published=known,
        judged=np.concatenate([before.judged, np.zeros(len(new), bool)]),
        given=before.given,
    )
    return discover(rows, keys=keys_of(rows), options=Options(), standing=standing), rows


@pytest.fixture
def home(rng) -> tuple[np.ndarray, np.ndarray, Discovery]:
    """Centres of eight topics, fifty mentions of each, and their themes."""
    centres = directions(rng, 8)
    rows = np.concatenate([around(rng, centre, 50) for centre in centres])
    return centres, rows, first(rows)


def test_more_of_the_same_changes_nothing_that_was_there(rng, home):
    centres, rows, before = home
    more = np.concatenate([around(rng, centre, 5) for centre in centres])
    found, _ = next_night(before, rows, more)
    assert found.descent is not None
    assert (found.descent.kept >= 0).all()
    was = np.append(found.descent.kept, -1)[found.fine[: len(rows)]]
    assert np.array_equal(was, before.fine)


def test_new_mentions_get_what_the_standing_rule_gives_them(rng, home):
    centres, rows, before = home
    more = np.concatenate([around(rng, centre, 5) for centre in centres])
    found, _ = next_night(before, rows, more)
    alone = assign(more, before.centroids, before.threshold).labels
    assert np.array_equal(np.append(found.descent.kept, -1)[found.fine[len(rows) :]], alone)


def test_a_topic_nobody_spoke_of_is_born_and_moves_no_old_mention(rng, home):
    _, rows, before = home
    found, _ = next_night(before, rows, around(rng, directions(rng, 1)[0], 30))
    born = np.flatnonzero(found.descent.kept < 0)
    assert len(born) == 1
    assert found.descent.source[born[0]] == -1
    assert (found.fine[len(rows) :] == born[0]).mean() > 0.9
    was = np.append(found.descent.kept, -1)[found.fine[: len(rows)]]
    assert (was != before.fine).mean() < 0.01


def test_a_theme_that_grows_into_two_is_split_and_one_side_keeps_its_key(rng, home):
    centres, rows, found = home
    away = 0.65 * directions(rng, 1)[0]
    sides = [unit((centres[0] + side * away)[None])[0] for side in (1, -1)]
    for _ in range(12):
        theme = int(found.fine[0])
        found, rows = next_night(found, rows, np.concatenate([around(rng, side, 8) for side in sides]))
        if (found.descent.kept < 0).any():
            break
    assert found.descent.source[found.descent.kept < 0].tolist() == [theme]
    assert theme in found.descent.kept


def test_judging_again_what_was_judged_makes_no_theme(rng):
    """A cloud without parts is cut otherwise by every clustering; a night on it leaves the themes as they are."""
    rows = around(rng, directions(rng, 1)[0], 600, spread=2.0)
    before = first(rows)
    found, _ = next_night(before, rows, around(rng, directions(rng, 1)[0], 5))
    was = np.append(found.descent.kept, -1)[found.fine[: len(rows)]]
    assert (was != before.fine).mean() <= 0.02


def test_the_order_of_rows_does_not_matter(rng, home):
    centres, rows, before = home
    new = np.concatenate([around(rng, centres[0], 20), around(rng, directions(rng, 1)[0], 30)])
    found, everything = next_night(before, rows, new)
    order = rng.permutation(len(everything))
    known = (np.arange(len(everything)) < len(rows))[order]
    judged = np.concatenate([before.judged, np.zeros(len(new), bool)])[order]
    standing = Standing(
        centroids=before.centroids,
        threshold=before.near,
        parents=before.coarse,
        published=known,
        judged=judged,
        given=before.given,
    )
    keys = [keys_of(everything)[at] for at in order]
    again = discover(everything[order], keys=keys, options=Options(threads=2), standing=standing)
    assert np.array_equal(again.fine, found.fine[order])
    assert np.array_equal(again.judged, found.judged[order])
    assert np.array_equal(again.centroids, found.centroids)
    assert np.array_equal(again.coarse, found.coarse)


@pytest.mark.parametrize("topics", [3, 6, 8])
def test_coarse_themes_keep_their_children(rng, topics):
    rows = np.concatenate([around(rng, centre, 50) for centre in directions(rng, topics)])
    before = first(rows)
    found, _ = next_night(before, rows, around(rng, directions(rng, 1)[0], 30))
    kept = np.flatnonzero(found.descent.kept >= 0)
    was = before.coarse[found.descent.kept[kept]]
    now = found.coarse[kept]
    assert len(set(zip(was.tolist(), now.tolist(), strict=True))) == len(set(was.tolist()))


def test_a_night_of_noise_lowers_the_threshold_for_that_night_only(rng, home):
    centres, rows, before = home
    noise = directions(rng, 200)
    found, everything = next_night(before, rows, noise)
    assert found.threshold < before.threshold
    assert found.near == before.near
    after, _ = next_night(found, rows, np.concatenate([around(rng, centre, 5) for centre in centres]))
    assert after.threshold == pytest.approx(before.near)
