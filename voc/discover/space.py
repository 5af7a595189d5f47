"""The theme space: the linear map in which mentions are clustered, language removed and intent sharpened.

A `ThemeSpace` is what ships for an encoder (`models/spaces/<model>/space.safetensors`): language offsets and a map. A
`RunSpace` is what one run makes of it with language means taken from its own mentions; its arrays are published with
the run and map everything that comes later. Owns no clustering.

Arithmetic is exact (whole numbers of 2**-24 and 2**-22 in float64 stay below 2**53), so neither the number of threads
nor the size of a batch nor the order of rows can change a bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voc.discover.exact import VECTOR_GRID, in_blocks, sums_by, unit, whole
from voc.errors import ModelDamaged, ModelMismatch, StoreDamaged
from voc.model import UNDETERMINED

if TYPE_CHECKING:
    from numpy.typing import NDArray

EVERY = "*"
"""Name of the mean that stands in for a language nobody has seen."""
PRIOR_MENTIONS = 50
"""A language's mean counts its own mentions against this many mentions' worth of what ships."""
GROWN = 2
"""A mean stands from run to run until there are this many times the mentions that it was taken from."""
ENOUGH = 1000
"""A mean that was taken from so many mentions stands for good: it would hardly move, but the themes with it."""
_MAP_GRID = 2.0**22
_MEAN = "mean."
_COUNT = "count."


@dataclass(frozen=True, slots=True)
class ThemeSpace:
    """What ships for one encoder.

    offsets: language → float32 (dim,), a language's mean less the mean over languages
    map:     float32 (dim, width), spectral norm 1, or None where nothing was fitted (identity)
    """

    offsets: Mapping[str, NDArray[np.float32]]
    map: NDArray[np.float32] | None

    @classmethod
    def load(cls, model_id: str, folder: Path | None = None) -> ThemeSpace:
        """The space that ships for an encoder; one that only centres languages if none does.

        Raises ModelDamaged if the file is there and can't be used.
        """
        spaces = folder or Path(str(files("voc.models"))) / "spaces"
        file = spaces / model_id / "space.safetensors"
        if Path(model_id).name != model_id or not file.is_file():
            return cls({}, None)
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            arrays = load_file(file)
            offsets = {name.removeprefix("offset."): a for name, a in arrays.items() if name.startswith("offset.")}
            return cls(offsets, arrays["map"])
        except (SafetensorError, KeyError, OSError) as error:
            raise ModelDamaged(f"The theme space of {model_id} can't be read.", "Install voc again.") from error

    def fit(self, vectors: NDArray[np.floating], langs: Sequence[str], before: RunSpace | None = None) -> RunSpace:
        """Take the language means of a run's mentions (n, dim); the order of rows does not matter.

        A language with few mentions leans on where it ought to be: the run's centre plus the shipped offset. The means
        of the run `before` stand, so that themes stay where they are, but for languages that have doubled since.
        Raises ModelMismatch if the space was fitted for vectors of another width.
        """
        dim = vectors.shape[1]
        if self.map is not None and len(self.map) != dim:
            raise ModelMismatch(
                f"The theme space is for vectors of width {len(self.map)}; these have {dim}.",
                "Is a model in the cache that carries another's name? Run `voc models verify`.",
            )
        names, which = _numbered(langs)
        counts = np.bincount(which, minlength=len(names)).astype(np.float64)
        added = sums_by(which, vectors, len(names))
        sums = {str(name): row / VECTOR_GRID for name, row in zip(names, added, strict=True)}
        own = [sums[name] - n * self._offset(name, dim) for name, n in zip(sums, counts, strict=True)]
        centre = np.sum(own, axis=0, initial=0.0) / max(1.0, counts.sum()) if own else np.zeros(dim)
        means = {EVERY: centre} | {lang: centre + self._offset(lang, dim) for lang in sorted(self.offsets)}
        for name, n in zip(sums, counts, strict=True):
            prior = centre + self._offset(name, dim)
            means[name] = (sums[name] + PRIOR_MENTIONS * prior) / (n + PRIOR_MENTIONS)
        chart = np.eye(dim, dtype=np.float32) if self.map is None else self.map
        taken = {EVERY: int(counts.sum())} | {str(name): int(n) for name, n in zip(names, counts, strict=True)}
        fitted = RunSpace({lang: _rounded(mean, VECTOR_GRID) for lang, mean in means.items()}, chart, taken)
        return fitted if before is None else fitted.standing_on(before)

    def _offset(self, lang: str, dim: int) -> NDArray[np.float64]:
        known = self.offsets.get(lang)
        return np.zeros(dim) if known is None or lang == UNDETERMINED else known.astype(np.float64)


@dataclass(frozen=True, slots=True)
class RunSpace:
    """The theme space of one run.

    means:  language → float32 (dim,); EVERY serves languages the run has not seen
    map:    float32 (dim, width)
    counts: language → mentions that its mean was taken from; one that is not in here was taken from none
    """

    means: Mapping[str, NDArray[np.float32]]
    map: NDArray[np.float32]
    counts: Mapping[str, int] = field(default_factory=dict)

    def standing_on(self, before: RunSpace) -> RunSpace:
        """With the means of `before` where they were taken from enough mentions, or more than half of those now."""
        kept = {lang for lang, n in self.counts.items() if before.counts.get(lang, 0) > min(n / GROWN, ENOUGH)}
        if EVERY in kept:
            kept |= {lang for lang in before.means if lang not in self.counts}
        means = {**self.means, **{lang: before.means[lang] for lang in sorted(kept) if lang in before.means}}
        return RunSpace(
            means, self.map, {**self.counts, **{lang: before.counts[lang] for lang in kept & before.counts.keys()}}
        )

    def places_as(self, before: RunSpace) -> bool:
        """Whether mentions of every language that `before` has seen lie where they lay."""
        if not before.counts or not np.array_equal(self.map, before.map):
            return False
        own = self.means[EVERY]
        return all(np.array_equal(self.means.get(lang, own), before.means[lang]) for lang in before.counts)

    def to_neutral(self, vectors: NDArray[np.floating], langs: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors float32 (n, dim) with the language's mean taken out: what search compares."""
        return self._mapped(vectors, langs, None, 1)

    def to_theme(self, vectors: NDArray[np.floating], langs: Sequence[str], *, threads: int = 1) -> NDArray[np.float32]:
        """Unit vectors float32 (n, width) in the theme space: what discovery clusters."""
        return self._mapped(vectors, langs, np.rint(self.map.astype(np.float64) * _MAP_GRID), threads)

    def to_arrays(self) -> dict[str, NDArray[np.float32]]:
        """The arrays that a run publishes; `from_arrays` is the way back."""
        counts = {_COUNT + lang: np.array([n], np.float32) for lang, n in sorted(self.counts.items())}
        return {"map": self.map} | {_MEAN + lang: mean for lang, mean in sorted(self.means.items())} | counts

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.float32]]) -> RunSpace:
        """Read what `to_arrays` wrote; other names are left alone. Raises StoreDamaged if something is missing."""
        means = {name.removeprefix(_MEAN): array for name, array in arrays.items() if name.startswith(_MEAN)}
        if "map" not in arrays or EVERY not in means:
            raise StoreDamaged("The published run holds no theme space.", "Run `voc runs verify`, then `voc run`.")
        counts = {name.removeprefix(_COUNT): int(n[0]) for name, n in arrays.items() if name.startswith(_COUNT)}
        return cls(means, arrays["map"], counts)

    def _mapped(
        self, vectors: NDArray[np.floating], langs: Sequence[str], chart: NDArray[np.float64] | None, threads: int
    ) -> NDArray[np.float32]:
        """Block by block: whole numbers of double width are several times the size of what comes in and goes out."""
        names, which = _numbered(langs)
        means = [self.means.get(str(lang), self.means[EVERY]) for lang in names]
        centres = np.rint(np.array(means, np.float64).reshape(-1, vectors.shape[1]) * VECTOR_GRID)
        width = vectors.shape[1] if chart is None else chart.shape[1]
        found = np.empty((len(vectors), width), np.float32)

        def fill(block: slice) -> None:
            centred = whole(vectors[block])
            centred -= centres[which[block]]
            found[block] = unit(centred if chart is None else centred @ chart)

        in_blocks(fill, len(vectors), threads=threads)
        return found


def _numbered(langs: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    """The languages in the order of their codes, and of each row the number of its own, int64 (n,)."""
    names = sorted({str(lang) for lang in langs})
    number = {name: at for at, name in enumerate(names)}
    return names, np.fromiter((number[str(lang)] for lang in langs), np.int64, len(langs))


def _rounded(values: NDArray[np.float64], grid: float) -> NDArray[np.float32]:
    return (np.rint(values * grid) / grid).astype(np.float32)
