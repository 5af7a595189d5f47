"""Head features of texts, from the engine's own forward pass, kept on disk between runs of the scripts.

The cache is one folder per model and branch with a `.npy` of features and a `.txt` of text digests per batch of new
texts. It may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voc import catalog
from voc.engines.device import choose
from voc.engines.folder import load_model
from voc.engines.torch_encoder import TorchEncoder

_TEXTS_AT_A_TIME = 2048


class Features:
    """Encodes with the default encoder what it has not seen before."""

    def __init__(
        self, cache: Path, branch: Path | None, *, layers: tuple[int, ...] = (), threads: int | None = None
    ) -> None:
        """`branch`: the file of a score branch. `layers`: means of these blocks too, what a plain probe reads."""
        self.card = replace(catalog.resolve(catalog.default_model()), feature_layers=layers, branch="")
        self._branch, self._threads = branch, threads
        self._encoder: TorchEncoder | None = None
        self._place = catalog.materialise(self.card)
        made_of = catalog.model_hash(self._place, self.card)
        if branch is not None:
            made_of += hashlib.sha256(branch.read_bytes()).hexdigest()
        self._folder = cache / hashlib.sha256(made_of.encode()).hexdigest()[:16]
        self._folder.mkdir(parents=True, exist_ok=True)
        self._rows: dict[str, NDArray[np.float16]] = {}
        for digests in sorted(self._folder.glob("*.txt")):
            matrix = np.load(digests.with_suffix(".npy"))
            self._rows.update(zip(digests.read_text().split(), matrix, strict=True))

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float16]:
        """float16 (n, width), in the order of `texts`."""
        digests = [_digest(text) for text in texts]
        missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in self._rows}
        names = list(missing)
        for start in range(0, len(names), _TEXTS_AT_A_TIME):
            self._encode(names[start : start + _TEXTS_AT_A_TIME], missing)
            print(f"encoded {min(start + _TEXTS_AT_A_TIME, len(names))} of {len(names)}", file=sys.stderr, flush=True)
        return np.stack([self._rows[digest] for digest in digests]) if digests else np.empty((0, 0), np.float16)

    def _encode(self, digests: list[str], texts: dict[str, str]) -> None:
        if self._encoder is None:
            place = choose("auto", "auto")
            self._encoder = TorchEncoder(
                self._place,
                self.card,
                model_hash="",
                place=place,
                threads=self._threads,
                model=load_model(self._place, place, self._branch),
            )
        matrix = self._encoder.encode([texts[digest] for digest in digests], kind="query").features
        name = hashlib.blake2b("".join(digests).encode(), digest_size=8).hexdigest()
        np.save(self._folder / f"{name}.npy", matrix)
        (self._folder / f"{name}.txt").write_text("\n".join(digests))
        self._rows.update(zip(digests, matrix, strict=True))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
