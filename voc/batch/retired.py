"""Themes that have gone and may come back under their key: kept from run to run by where they were."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.link import Previous
from voc.model import Level, LineageEvent
from voc.ports import PublishedRun
from voc.queries.basis import vector_hash_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 1000
"""Themes that are kept, the latest."""
_ARRAY = "retired.centroids"


@dataclass(frozen=True, slots=True)
class Retired:
    """Fine themes that earlier runs had and that may come back: their keys, oldest first, and where they were, float32
    (n, width)."""

    keys: tuple[str, ...]
    centroids: NDArray[np.float32]

    @classmethod
    def of(cls, run: PublishedRun | None, chart: NDArray[np.float32], vectors: str) -> Retired:
        """What the published run has kept; nothing if its vectors, by their hash, are of another model, or its
        map is not `chart`: places in another space say nothing, and such keys are let go."""
        import numpy as np

        width = chart.shape[1]
        there = run.space.get("map") if run is not None else None
        if run is not None and (vector_hash_of(run) != vectors or there is None or not np.array_equal(there, chart)):
            run = None
        keys = run.run.manifest.get("retired_keys") if run is not None else None
        centroids = run.space.get(_ARRAY) if run is not None else None
        if not isinstance(keys, list) or centroids is None or centroids.shape != (len(keys), width):
            return cls((), np.empty((0, width), np.float32))
        return cls(tuple(str(key) for key in keys), centroids)

    def next(self, keys: Collection[str], lineage: Sequence[LineageEvent], previous: Sequence[Previous]) -> Retired:
        """After a run, whose themes have these keys: without what came back, with what has gone, the latest MOST."""
        import numpy as np

        back = set(keys)
        gone = {event.key for event in lineage if event.kind == "retired"}
        kept = [(key, row) for key, row in zip(self.keys, self.centroids, strict=True) if key not in back]
        kept += [
            (theme.key, theme.centroid)
            for theme in sorted(previous, key=lambda theme: theme.key)
            if theme.key in gone and theme.level is Level.FINE and _fits(theme.centroid, self.centroids.shape[1])
        ]
        kept = kept[-MOST:]
        rows = [row for _, row in kept]
        return Retired(tuple(key for key, _ in kept), np.stack(rows) if rows else self.centroids[:0])

    def themes(self) -> list[Previous]:
        """As linking wants them: without members, to be known by where they were."""
        rows = zip(self.keys, self.centroids, strict=True)
        return [Previous(key=key, level=Level.FINE, members=(), centroid=row, retired=True) for key, row in rows]

    def to_arrays(self) -> dict[str, NDArray[np.float32]]:
        """What a run publishes of them beside its space."""
        return {_ARRAY: self.centroids}


def _fits(centroid: NDArray[np.float32] | None, width: int) -> bool:
    return centroid is not None and len(centroid) == width
