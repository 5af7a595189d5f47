"""Texts through the product's own path: cleaned, cut into mentions, scored, pooled to items.

Figures must be of what users get, not of a head on whole texts. Features come from the cache of `heads.features`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from voc.clean import clean
from voc.model import Feedback, ItemScore
from voc.ports import Encodings, Kind, Progress, silent
from voc.score import Heads
from voc.scoring import NoCache, item_scores, score_items

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


class FeaturesOnly:
    """An encoder whose vectors are empty: scores need the features alone."""

    model_id, model_hash, dim = "features only", "", 0

    def __init__(self, encode: Callable[[Sequence[str]], NDArray[np.float16]], width: int) -> None:
        self._encode = encode
        self.feature_width = width

    def encode(
        self, texts: Sequence[str], *, kind: Kind = "query", features: bool = True, progress: Progress = silent
    ) -> Encodings:
        """See `voc.ports.Encoder`."""
        del kind, features, progress
        return Encodings(np.empty((len(texts), 0), np.float32), self._encode(texts))


def scored_items(
    texts: Sequence[str], encode: Callable[[Sequence[str]], NDArray[np.float16]], heads: Heads
) -> list[ItemScore]:
    """One score a text, in order; the product finds the language itself."""
    items = [clean(Feedback(item_id=str(at), id=str(at), source="judged", text=text)) for at, text in enumerate(texts)]
    return item_scores(items, score_items(items, FeaturesOnly(encode, heads.standardiser.width), NoCache(), heads))
