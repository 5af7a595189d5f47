"""Two encoders as one: vectors of the one that was chosen, head features of the one that the heads were trained for.

Scores belong to an encoder. Where the chosen one has no heads, the default one reads the texts too, in a second small
pass, and everything that is scored is scored as ever: docs/decisions/0008-one-forward-pass.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from voc.ports import Encodings, Kind, Progress, silent

if TYPE_CHECKING:
    from voc.ports import Encoder


class PairedEncoder:
    """Implements `voc.ports.Encoder`."""

    def __init__(self, vectors: Encoder, scores: Encoder) -> None:
        self._vectors, self._scores = vectors, scores

    @property
    def place(self) -> object:
        """Device and dtype of the chosen encoder; the other one has the same settings."""
        return getattr(self._vectors, "place", "")

    @property
    def model_id(self) -> str:
        """The chosen encoder's."""
        return self._vectors.model_id

    @property
    def model_hash(self) -> str:
        """Of both."""
        return paired_hash(self._vectors.model_hash, self._scores.model_hash)

    @property
    def dim(self) -> int:
        """Width of a vector."""
        return self._vectors.dim

    @property
    def feature_width(self) -> int:
        """Width of the head features."""
        return self._scores.feature_width

    def encode(self, texts: Sequence[str], *, kind: Kind = "query", progress: Progress = silent) -> Encodings:
        """See `voc.ports.Encoder`. Passages are not scored: their features come from the same words as a query's."""
        vectors = self._vectors.encode(texts, kind=kind, progress=progress).vectors
        return Encodings(vectors, self._scores.encode(texts, kind="query").features)


def paired_hash(vectors: str, scores: str) -> str:
    """Hex digest of a pair of model hashes."""
    return hashlib.sha256(f"{vectors}+{scores}".encode()).hexdigest()
