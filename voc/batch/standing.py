"""Takes up the themes of the published run, or says why a run makes its themes from nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.batch.corpus import Corpus
from voc.batch.places import Places
from voc.batch.points import Points
from voc.discover import RunSpace, Standing
from voc.discover.exact import VECTOR_GRID, sums_by, unit
from voc.model import How
from voc.ports import PublishedRun
from voc.queries.basis import run_basis, run_options, theme_keys, vector_hash_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST = 40
"""Published points below which themes are made from nothing: there is no density to hold on to."""
MORE = 2.0
"""From so many times the published points on, what is new outweighs what stands."""
DECIDES = ("seed", "max_unassigned")
"""Options that decide which themes there are."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a run stands on: the theme space and themes of the published run, or nothing, and why nothing."""

    published: PublishedRun | None
    space: RunSpace | None
    why_not: str | None

    @classmethod
    def of(
        cls, published: PublishedRun | None, *, basis: Mapping[str, object], vectors: str, from_nothing: bool
    ) -> Ground:
        """`basis` of this run; `vectors`: hash of this run's; `from_nothing`: somebody asked for it."""
        why_not = _why_not(published, basis, vectors, from_nothing=from_nothing)
        if published is None or why_not is not None:
            return cls(None, None, why_not)
        return cls(published, RunSpace.from_arrays(published.space), None)

    def standing(self, places: Places, own_keys: Sequence[str]) -> tuple[Standing | None, str | None]:
        """The published themes for the points of this run; or None, and why. `own_keys`: of the team's own themes."""
        if self.published is None or self.space is None:
            return None, self.why_not
        points, space = places.points, places.space
        placed = _Known.of(self.published, places.corpus, points)
        number = int(placed.published.sum())
        if number < FEWEST:
            return None, "few"
        if space.map.shape != self.space.map.shape:
            return None, "other space"
        if len(points.keys) >= MORE * number:
            return None, "much is new"
        centroids = self.published.space["theme.centroids"]
        if not space.places_as(self.space):
            centroids = _moved(centroids, places.points_in(self.space), points.places, placed.theme)
        return Standing(
            centroids=centroids,
            threshold=float(self.published.space.get("theme.near", self.published.space["theme.threshold"])[0]),
            parents=_parents(self.published),
            published=placed.published,
            judged=placed.judged,
            given=_given(theme_keys(self.published), own_keys),
            dense=placed.clustered,
            waiting=int(self.published.space.get("theme.waiting", (0,))[0]),
        ), None


@dataclass(frozen=True, slots=True)
class _Known:
    """What the published run says of points: bool (points,) each, and int64 (points,); theme −1 for none."""

    published: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    clustered: NDArray[np.bool_]
    theme: NDArray[np.int64]

    @classmethod
    def of(cls, run: PublishedRun, corpus: Corpus, points: Points) -> _Known:
        import numpy as np

        table = run.mentions
        names = zip(table.item_id.tolist(), table.index.tolist(), table.revision.tolist(), strict=True)
        row_of = {name: row for row, name in enumerate(names)}
        now = [(mention.item_id, mention.index, mention.revision) for mention in corpus.mentions]
        row = np.array([row_of.get(name, -1) for name in now], np.int64)
        number = {key: at for at, key in enumerate(theme_keys(run))}
        theme_of = np.array([number.get(key, -1) for key in table.theme.tolist()] + [-1], np.int64)
        known = np.flatnonzero((row >= 0) & (points.point_of >= 0))
        at, row = points.point_of[known], row[known]
        published, judged, clustered = (np.zeros(len(points.keys), np.bool_) for _ in range(3))
        theme = np.full(len(points.keys), -1, np.int64)
        published[at] = True
        judged[at[table.judged[row]]] = True
        clustered[at[table.how[row] == str(How.CLUSTERED)]] = True
        # From the last mention to the first, so that the first is what stays.
        theme[at[::-1]] = theme_of[row[::-1]]
        return cls(published, judged, clustered, theme)


def _why_not(
    published: PublishedRun | None, basis: Mapping[str, object], vectors: str, *, from_nothing: bool
) -> str | None:
    if published is None:
        return "first run"
    if from_nothing:
        return "asked for"
    if vector_hash_of(published) != vectors:
        return "other vectors"
    then, now = run_options(published), basis.get("options")
    if not isinstance(now, Mapping) or any(then.get(name) != now.get(name) for name in DECIDES):
        return "other options"
    if run_basis(published).get("taxonomy") != basis.get("taxonomy"):
        return "other taxonomy"
    space = published.space
    whole = {"theme.centroids", "theme.threshold", "map"} <= space.keys() and len(space["theme.centroids"]) > 0
    if not whole or len(theme_keys(published)) != len(space["theme.centroids"]):
        return "no themes"
    return None


def _given(keys: Sequence[str], own: Sequence[str]) -> NDArray[np.int64]:
    import numpy as np

    number = {key: at for at, key in enumerate(own)}
    return np.array([number.get(key, -1) for key in keys], np.int64)


def _parents(run: PublishedRun) -> NDArray[np.int32]:
    import numpy as np

    keys = [run.themes[key].parent or key for key in theme_keys(run)]
    found: NDArray[np.int32] = np.unique(keys, return_inverse=True)[1].astype(np.int32)
    return found


def _moved(
    centroids: NDArray[np.float32], was: NDArray[np.float32], now: NDArray[np.float32], theme: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Centroids moved as their mentions moved when a language's mean was taken anew; float32 (themes, width), unit."""
    import numpy as np

    held = theme >= 0
    away = sums_by(theme[held], now[held], len(centroids)) - sums_by(theme[held], was[held], len(centroids))
    number = np.maximum(np.bincount(theme[held], minlength=len(centroids)), 1)
    return unit(centroids + away / number[:, None] / VECTOR_GRID).astype(np.float32)
