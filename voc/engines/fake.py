"""A fake encoder for unit tests: hashed character trigrams, no model, no torch. Never a default, never in a figure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from voc.ports import Encodings, Kind, Progress, silent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class FakeEncoder:
    """Implements `voc.ports.Encoder`: texts that share trigrams have similar vectors, and that is all it knows."""

    def __init__(self, *, dim: int = 64, feature_width: int = 48) -> None:
        self._dim = dim
        self._feature_width = feature_width

    @property
    def model_id(self) -> str:
        """Says that it is fake."""
        return "fake-trigrams"

    @property
    def model_hash(self) -> str:
        """Depends on the widths, which are all there is to it."""
        return hashlib.sha256(f"{self.model_id}-{self._dim}-{self._feature_width}".encode()).hexdigest()

    @property
    def dim(self) -> int:
        """Width of a vector."""
        return self._dim

    @property
    def feature_width(self) -> int:
        """Width of the head features."""
        return self._feature_width

    def encode(
        self, texts: Sequence[str], *, kind: Kind = "query", features: bool = True, progress: Progress = silent
    ) -> Encodings:
        """See `voc.ports.Encoder`."""
        import numpy as np

        width = self._feature_width if features else 0
        vectors = np.zeros((len(texts), self._dim), dtype=np.float32)
        read = np.zeros((len(texts), width), dtype=np.float16)
        del kind  # both give the same vectors
        for row, text in enumerate(texts):
            vectors[row] = self._unit(text, self._dim)
            read[row] = self._unit(text, width) if width else 0
            progress(row + 1, len(texts))
        return Encodings(vectors.astype(np.float16).astype(np.float32), read)

    def _unit(self, text: str, width: int) -> NDArray[np.float32]:
        import numpy as np

        counts = np.zeros(width, dtype=np.float32)
        whole = f" {unicodedata.normalize('NFC', text).casefold()} "
        for start in range(max(1, len(whole) - 2)):
            digest = hashlib.blake2b(whole[start : start + 3].encode("utf-8", "replace"), digest_size=8).digest()
            number = int.from_bytes(digest, "little")
            counts[number % width] += 1.0 if number >> 63 else -1.0
        norm = float(np.linalg.norm(counts))
        if norm == 0.0:  # signs cancelled out
            counts[0] = norm = 1.0
        return counts / norm
