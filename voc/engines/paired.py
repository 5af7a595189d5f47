"""Two encoders as one: vectors of the one that was chosen, head features of the one that the heads were trained for.

Scores belong to an encoder. Where the chosen one has no heads, the default one reads the texts too, in a second small
pass, and everything that is scored is scored as ever. It is loaded when something is scored, not to search or to embed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from voc.ports import Encodings, Kind, Progress, silent

if TYPE_CHECKING:
    from voc.ports import Encoder


class PairedEncoder:
    """Implements `voc.ports.Encoder`."""

    def __init__(self, vectors: Encoder, scores: Callable[[], Encoder]) -> None:
        """`scores` loads on its first call and remembers."""
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
        return paired_hash(self._vectors.model_hash, self._scores().model_hash)

    @property
    def dim(self) -> int:
        """Width of a vector."""
        return self._vectors.dim

    @property
    def feature_width(self) -> int:
        """Width of the head features."""
        return self._scores().feature_width

    def encode(
        self, texts: Sequence[str], *, kind: Kind = "query", features: bool = True, progress: Progress = silent
    ) -> Encodings:
        """See `voc.ports.Encoder`. Scores are always read off texts as queries, as the heads were trained."""
        chosen = self._vectors.encode(texts, kind=kind, features=False, progress=progress)
        return Encodings(chosen.vectors, self._scores().encode(texts).features) if features else chosen


def paired_hash(vectors: str, scores: str) -> str:
    """Hex digest of a pair of model hashes."""
    return hashlib.sha256(f"{vectors}+{scores}".encode()).hexdigest()
