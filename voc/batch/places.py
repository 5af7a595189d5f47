"""Where the mentions of a run lie in theme space, and which of them name something: what discovery works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.batch.carried import Carried
from voc.batch.corpus import Corpus, Texts
from voc.batch.points import Points, points_of
from voc.batch.readings import Readings
from voc.discover import RunSpace, ThemeSpace, centroids_of
from voc.name import Embed
from voc.taxonomy import Taxonomy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Places:
    """Of the distinct texts of a run.

    vectors: float32 (texts, dim), unit length, as encoded; themed: float32 (texts, width), unit length, in `space`
    readings: the texts as read for names
    points:  what is clustered, in `space`
    """

    corpus: Corpus
    texts: Texts
    vectors: NDArray[np.float32]
    space: RunSpace
    themed: NDArray[np.float32]
    readings: Readings
    points: Points

    @property
    def bare(self) -> NDArray[np.bool_]:
        """Whether a text names nothing, bool (texts,)."""
        return self.readings.bare

    @classmethod
    def of(
        cls,
        corpus: Corpus,
        texts: Texts,
        vectors: NDArray[np.float32],
        shipped: ThemeSpace,
        *,
        before: RunSpace | None,
        carried: Carried,
        threads: int,
    ) -> Places:
        """In the space that the run makes of what ships; `before` is the space of the run that it stands on."""
        langs = [lang for lang, ok in zip(texts.langs, texts.eligible.tolist(), strict=True) if ok]
        space = shipped.fit(vectors[texts.eligible], langs, before=before)
        themed = space.to_theme(vectors, texts.langs, threads=max(1, threads))
        readings = Readings.of(texts, carried, threads=threads)
        points = points_of(corpus, texts, themed, readings.bare, threads=max(1, threads))
        return cls(corpus, texts, vectors, space, themed, readings, points)

    def points_in(self, space: RunSpace) -> NDArray[np.float32]:
        """Where the points lie in another space, float32 (points, width)."""
        themed = space.to_theme(self.vectors, self.texts.langs)
        return points_of(self.corpus, self.texts, themed, self.bare).places


def directions_of(own: Taxonomy, embed: Embed) -> NDArray[np.float32] | None:
    """Where a team's own themes lie, float32 (themes, width), unit length; None if there are none."""
    import numpy as np

    if not own.themes:
        return None
    whose = np.repeat(np.arange(len(own.themes)), [len(theme.texts) for theme in own.themes])
    vectors = embed([text for theme in own.themes for text in theme.texts])
    return centroids_of(vectors, whose, len(own.themes))
