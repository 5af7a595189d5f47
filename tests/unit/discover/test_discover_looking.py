"""Of very many mentions a night looks only at what is new, unless there is cause to look at everything."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from voc.discover import Discovery, Options, Standing, discover, discovery, looking
from voc.model import How

WIDTH = 32
TOPICS = 8


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def around(rng: np.random.Generator, centre: np.ndarray, number: int) -> np.ndarray:
    return unit(centre + 0.35 * unit(rng.standard_normal((number, WIDTH))))


def keys_of(rows: np.ndarray) -> list[str]:
    return [hashlib.blake2b(row.tobytes(), digest_size=16).hexdigest() for row in rows]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.fixture
def centres(rng) -> np.ndarray:
    return unit(np.linalg.qr(rng.standard_normal((WIDTH, WIDTH)))[0])


@pytest.fixture
def home(rng, centres, monkeypatch) -> tuple[np.ndarray, Discovery]:
    """Eighty mentions of each of eight topics, too many to look at every night."""
    monkeypatch.setattr(looking, "ALWAYS", 500)
    rows = np.concatenate([around(rng, centre, 80) for centre in centres[:TOPICS]])
    return rows, discover(rows, keys=keys_of(rows), options=Options())


@pytest.fixture
def looked(monkeypatch) -> list[int]:
    """How many rows a clustering of everything was made of, each time there was one."""
    times: list[int] = []
    groups = discovery._groups

    def counted(rows, options):
        times.append(len(rows.keys))
        return groups(rows, options)

    monkeypatch.setattr(discovery, "_groups", counted)
    return times


def standing_on(before: Discovery, new: int, waiting: int = 0) -> Standing:
    none = np.zeros(new, np.bool_)
    return Standing(
        centroids=before.centroids,
        threshold=before.near,
        parents=before.coarse,
        published=np.concatenate([np.ones(len(before.fine), np.bool_), none]),
        judged=np.concatenate([before.judged, none]),
        given=before.given,
        dense=np.concatenate([before.how == How.CLUSTERED, none]),
        waiting=waiting,
    )


def tonight(home, new, *, waiting=0, order=None, **arguments) -> Discovery:
    rows, before = home
    every = np.concatenate([rows, new])
    standing = standing_on(before, len(new), waiting)
    order = np.arange(len(every)) if order is None else order
    keys = [keys_of(every)[at] for at in order]
    return discover(every[order], keys=keys, standing=standing.sorted(order), **arguments)


def test_more_of_the_same_is_not_looked_at_and_changes_nothing(rng, centres, home, looked):
    rows, before = home
    found = tonight(home, np.concatenate([around(rng, centre, 3) for centre in centres[:TOPICS]]))
    assert looked == []
    assert found.waiting == 3 * TOPICS
    kept = found.descent.kept
    assert sorted(kept.tolist()) == list(range(TOPICS))
    assert np.array_equal(kept[found.fine[: len(rows)]], before.fine)
    assert np.array_equal(found.strength[: len(rows)], before.strength)
    assert np.array_equal(found.how[: len(rows)], before.how)
    assert not found.judged[len(rows) :].any()


def test_it_gives_the_themes_that_looking_at_everything_gives(rng, centres, home, looked, monkeypatch):
    new = np.concatenate([around(rng, centre, 3) for centre in centres[:TOPICS]])
    found = tonight(home, new)
    monkeypatch.setattr(looking, "ALWAYS", 10_000)
    whole = tonight(home, new)
    assert len(looked) == 1
    for name in ("fine", "strength", "coarse", "centroids", "judged"):
        assert np.array_equal(getattr(found, name), getattr(whole, name)), name


def test_a_topic_that_nobody_spoke_of_is_found_the_same_night(rng, centres, home, looked):
    found = tonight(home, around(rng, centres[TOPICS], 20))
    assert len(looked) == 1
    assert found.waiting == 0
    assert (found.descent.kept < 0).sum() == 1


def test_the_gate_does_not_depend_on_order_and_threads(rng, centres, home):
    new = np.concatenate([around(rng, centre, 3) for centre in centres[:TOPICS]])
    one = tonight(home, new)
    order = rng.permutation(len(home[0]) + len(new))
    other = tonight(home, new, order=order, options=Options(threads=2))
    assert np.array_equal(other.fine, one.fine[order])
    assert np.array_equal(other.strength, one.strength[order])
    assert np.array_equal(other.centroids, one.centroids)
    assert other.waiting == one.waiting


def test_when_enough_has_come_everything_is_looked_at(rng, centres, home, looked):
    few = around(rng, centres[0], 4)
    tonight(home, few, waiting=10)
    assert looked == []
    tonight(home, few, waiting=40)
    assert len(looked) == 1


def test_few_mentions_are_always_looked_at(rng, centres, home, looked, monkeypatch):
    monkeypatch.setattr(looking, "ALWAYS", 50_000)
    tonight(home, around(rng, centres[0], 2))
    assert len(looked) == 1


def test_a_text_that_very_many_send_is_looked_at(rng, centres, home, looked):
    rows = home[0]
    weights = np.ones(len(rows) + 1, np.int64)
    weights[-1] = 100
    tonight(home, around(rng, centres[TOPICS], 1), weights=weights)
    assert len(looked) == 1


def test_an_own_theme_that_customers_begin_to_speak_of_is_looked_at(rng, centres, home, looked):
    own = centres[TOPICS : TOPICS + 1]
    tonight(home, around(rng, centres[0], 4), own=own)
    assert looked == []
    tonight(home, around(rng, centres[TOPICS], 4), own=own)
    assert len(looked) == 1


def test_what_was_left_over_for_long_is_no_cause_by_itself(rng, centres, home):
    """Else a heap that no clustering makes a theme of would be looked at every night."""
    rows, before = home
    heap = around(rng, centres[TOPICS], 30)
    keys = keys_of(np.concatenate([rows, heap]))
    standing = standing_on(
        replace(
            before,
            fine=np.append(before.fine, np.full(30, -1)),
            judged=np.append(before.judged, np.zeros(30, bool)),
            how=np.append(before.how, np.full(30, None)),
        ),
        0,
    )
    order = np.argsort(np.array(keys))
    vectors, theme = np.concatenate([rows, heap])[order], np.append(before.fine, np.full(30, -1, np.int32))[order]
    none = np.zeros((0, WIDTH), np.float32)
    counts = np.ones(len(vectors))
    sorted_keys = [keys[at] for at in order]
    assert not looking.looks(
        vectors, sorted_keys, counts, theme, standing.sorted(order), none, smallest=5, seed=0, threads=1
    )
