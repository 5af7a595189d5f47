"""The dense half of a search: the items whose best mention lies nearest to the query, themes taken into account.

A short mention says little, and across languages the little is noisy; its theme says what mentions like it are about.
So a mention's score is its own cosine plus its theme's, weighted (smoothing by clusters, after Liu & Croft 2004,
"Cluster-based retrieval using language models"). The themes nearest to the query propose mentions of their own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.queries.allowed import Allowed
from voc.queries.basis import theme_keys
from voc.queries.hits import Place
from voc.queries.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

THEME_WEIGHT = 0.5
"""How much a theme's cosine counts beside the mention's own."""
THEMES_ASKED = 3
"""Themes nearest to the query that propose mentions of their own."""


@dataclass(frozen=True, slots=True)
class QueryVectors:
    """A query in a run's two spaces: neutral float32 (1, dim), themed float32 (1, width), both of unit length."""

    neutral: NDArray[np.float32]
    themed: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Best:
    """An item's best mention and its score: cosine plus THEME_WEIGHT times the theme's cosine."""

    place: Place
    score: float


def nearest_items(
    snapshot: Snapshot, query: QueryVectors, wanted: int, allowed: Allowed, *, also: Collection[str] = ()
) -> dict[str, Best]:
    """The best mention of each of at least `wanted` items, if so many are allowed, and of the items in `also`."""
    themes = _theme_cosines(snapshot, query)
    found: dict[str, Best] = {}
    _from_run(snapshot, query, wanted, allowed.run, themes, found)
    for key in sorted(themes, key=lambda key: (-themes[key], key))[:THEMES_ASKED]:
        inside = allowed.run & (snapshot.published.mentions.theme == key)
        if inside.any():
            _from_run(snapshot, query, wanted, inside, themes, found)
    _from_live(snapshot, query, wanted, allowed.live, themes, found)
    missing = frozenset(also).difference(found)
    if missing:
        inside = allowed.run & _said_in(snapshot, missing)
        _from_run(snapshot, query, int(inside.sum()), inside, themes, found)
        posted = allowed.live & _posted_in(snapshot, missing)
        _from_live(snapshot, query, int(posted.sum()), posted, themes, found)
    return found


def _said_in(snapshot: Snapshot, items: frozenset[str]) -> NDArray[np.bool_]:
    """Bool (mentions of the run,): whether it stands in one of the items."""
    import numpy as np

    inside = np.zeros(len(snapshot.published.mentions), np.bool_)
    inside[[row for item in items for row in snapshot.rows_of.get(item, ())]] = True
    return inside


def _posted_in(snapshot: Snapshot, items: frozenset[str]) -> NDArray[np.bool_]:
    """Bool (live mentions,): whether it stands in one of the items."""
    import numpy as np

    return np.array([mention.item_id in items for mention in snapshot.live.mentions], np.bool_)


def _theme_cosines(snapshot: Snapshot, query: QueryVectors) -> dict[str, float]:
    """Cosine of the query with every fine theme's centroid; of themes that are one, the best."""
    keys, centroids = theme_keys(snapshot.published), snapshot.published.space.get("theme.centroids")
    if centroids is None or len(centroids) != len(keys):
        return {}
    found: dict[str, float] = {}
    for key, cosine in zip(keys, (centroids @ query.themed[0]).tolist(), strict=True):
        own = snapshot.decisions.key_of(key)
        found[own] = max(cosine, found.get(own, cosine))
    # What was split off speaks of what the whole did.
    for key, split in snapshot.decisions.splits.items():
        out_of = snapshot.decisions.key_of(split.out_of)
        if out_of in found:
            found.setdefault(snapshot.decisions.key_of(key), found[out_of])
    return found


def _from_run(
    snapshot: Snapshot,
    query: QueryVectors,
    wanted: int,
    allowed: NDArray[np.bool_],
    themes: dict[str, float],
    found: dict[str, Best],
) -> None:
    """Nearest allowed mentions of the run; widens until `wanted` items are found or none is left."""
    table, index = snapshot.published.mentions, snapshot.published.index
    k = min(2 * wanted, len(index))
    while k > 0:
        scores, rows = index.search(query.neutral, k, allowed=allowed)
        items: set[str] = set()
        for cosine, row in zip(scores[0].tolist(), rows[0].tolist(), strict=True):
            if row >= 0:
                place = Place.of_run(snapshot, row)
                items.add(place.item_id)
                _keep(found, place, cosine + THEME_WEIGHT * themes.get(table.theme[row], 0.0))
        if len(items) >= wanted or k >= len(index) or (rows[0] < 0).any():
            return
        k = min(4 * k, len(index))


def _from_live(
    snapshot: Snapshot,
    query: QueryVectors,
    wanted: int,
    allowed: NDArray[np.bool_],
    themes: dict[str, float],
    found: dict[str, Best],
) -> None:
    live = snapshot.live
    if live.index is None or not wanted:
        return
    scores, rows = live.index.search(query.neutral, min(wanted, len(live.mentions)), allowed=allowed)
    for cosine, row in zip(scores[0].tolist(), rows[0].tolist(), strict=True):
        if row >= 0:
            key = live.mentions[row].theme
            bonus = themes.get(key, 0.0) if key is not None else 0.0
            _keep(found, Place.of_live(snapshot, row), cosine + THEME_WEIGHT * bonus)


def _keep(found: dict[str, Best], place: Place, score: float) -> None:
    held = found.get(place.item_id)
    if held is None or score > held.score:
        found[place.item_id] = Best(place, score)
