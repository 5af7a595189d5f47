"""The encoder that runs real models: text in, unit vectors and head features out, on CPU or GPU.

Owns the order of work, the token budget and what happens when memory runs out. The forward pass is in `bert` and
`other_models`, the tokenizer in `tokens`. A row's bits depend on its own text alone: docs/decisions/0002.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from voc.catalog import branch_file, complete, materialise, model_hash
from voc.engines import device as devices
from voc.engines.crew import Crew
from voc.engines.folder import Form, Model, load_model, read_form
from voc.engines.packs import by_length, pack, plan
from voc.engines.tokens import Tokens, composed
from voc.errors import ConfigError, ModelError
from voc.ports import Encodings, Kind, ModelCard, Progress, silent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from voc.engines.device import Place

BATCH_TOKENS = {"cpu": 2048, "mps": 8192, "cuda": 65536}
"""Tokens of a pack by default: on a CPU what its caches hold, on a GPU what keeps it busy."""
LEAST_TOKENS = 512
"""A smaller pack than this does not fill a core: a token of one of 256 costs 5 % more."""


def load_encoder(
    card: ModelCard,
    *,
    cache: Path | None = None,
    device: str = "auto",
    dtype: str = "auto",
    threads: int | None = None,
    batch_tokens: int | None = None,
    progress: Progress = silent,
) -> TorchEncoder:
    """Materialise `card`'s files if need be and load them. `progress` watches the making of the files.

    Raises ModelError and its kinds, ConfigError for a device that is not there, UsageError for one that means nothing.
    """
    place = _choose(device, dtype)
    folder = materialise(card, cache, progress)
    return TorchEncoder(
        folder,
        complete(card, folder),
        model_hash=model_hash(folder, card, cache),
        place=place,
        threads=threads,
        batch_tokens=batch_tokens,
    )


class TorchEncoder:
    """Implements `voc.ports.Encoder`. Sets torch's number of threads, which is the whole process's."""

    def __init__(
        self,
        folder: Path,
        card: ModelCard,
        *,
        model_hash: str,
        place: Place,
        threads: int | None = None,
        batch_tokens: int | None = None,
        model: Model | None = None,
    ) -> None:
        """Load the model in `folder`; `model` stands in for it where one is at hand already.

        `batch_tokens` bounds the tokens that are in memory at a time; it changes speed, never a result.
        """
        self._card = card
        self._model_hash = model_hash
        self._form: Form = read_form(folder)
        self._tokens = Tokens(folder, max_tokens=card.max_tokens, lowercase=self._form.lowercase)
        self._threads = devices.canonical_threads(
            threads or devices.default_threads(place.device), self._form.inner_width or 4 * card.dim
        )
        self._crew = Crew(self._threads if place.device.type == "cpu" else 1)
        self._set_threads()
        self._model = model or load_model(folder, place, branch_file(card))
        self._budget = batch_tokens or BATCH_TOKENS[place.device.type]
        self.place = place
        """Device and dtype that were chosen."""
        if any(not 1 <= layer <= self._model.layers for layer in card.feature_layers):
            raise ModelError(f"{card.name} has {self._model.layers} layers; its card names others for the heads.")

    @property
    def model_id(self) -> str:
        """Name of the card."""
        return self._card.name

    @property
    def model_hash(self) -> str:
        """Digest over weights, tokenizer, pooling and prefixes."""
        return self._model_hash

    @property
    def batch_tokens(self) -> int:
        """Tokens of a pack at most: what keeps a core, or a GPU, busy."""
        return self._budget

    @property
    def dim(self) -> int:
        """Width of a vector."""
        return self._card.dim

    @property
    def feature_width(self) -> int:
        """Width of the head features."""
        return self._model.feature_width(self._card.feature_layers)

    def encode(
        self, texts: Sequence[str], *, kind: Kind = "query", features: bool = True, progress: Progress = silent
    ) -> Encodings:
        """See `voc.ports.Encoder`. Equal texts go through the model once; `progress` counts distinct ones."""
        import numpy as np

        self._set_threads()
        prefix = self._card.query_prefix if kind == "query" else self._card.passage_prefix
        numbers: dict[str, int] = {}
        place_of = [numbers.setdefault(prefix + composed(text), len(numbers)) for text in texts]
        vectors, read = self._encode_distinct(list(numbers), progress, features=features)
        rows = np.array(place_of, dtype=np.intp)
        return Encodings(vectors[rows].astype(np.float32), read[rows])

    def _encode_distinct(
        self, texts: Sequence[str], progress: Progress, *, features: bool
    ) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
        """float16 (n, dim) unit vectors and (n, feature_width or 0), in the order of `texts`."""
        import numpy as np

        vectors = np.empty((len(texts), self.dim), dtype=np.float16)
        read = np.empty((len(texts), self.feature_width if features else 0), dtype=np.float16)
        ids = list(self._tokens.ids(texts))
        order = by_length([len(text) for text in ids])
        lengths = [len(ids[i]) for i in order]
        done = 0
        with self._crew.shift() as shift:
            budget = shift.share(sum(lengths), self._budget, LEAST_TOKENS)
            packs = [[ids[i] for i in order[start:stop]] for start, stop in plan(lengths, budget)]
            for result in shift.each(lambda texts: list(self._through(texts, features=features)), packs):
                for unit, features_read in result:
                    rows = order[done : done + len(unit)]
                    vectors[rows], read[rows] = unit, features_read
                    done += len(unit)
                progress(done, len(order))
        return vectors, read

    def _through(
        self, ids: Sequence[NDArray[np.int32]], *, features: bool
    ) -> Iterator[tuple[NDArray[np.float16], NDArray[np.float16]]]:
        """Encode one pack, in halves where memory does not hold it, or did not hold one like it before."""
        tokens = sum(len(text) for text in ids)
        if tokens <= self._budget or len(ids) == 1:
            result = self._forward(ids, features=features)
            if result is not None:
                yield result
                return
            self._shrink(ids, tokens)
        middle = len(ids) // 2
        yield from self._through(ids[:middle], features=features)
        yield from self._through(ids[middle:], features=features)

    def _forward(
        self, ids: Sequence[NDArray[np.int32]], *, features: bool
    ) -> tuple[NDArray[np.float16], NDArray[np.float16]] | None:
        """Encode one pack; None where the device's memory does not hold it."""
        import numpy as np
        import torch

        try:
            pooled, read = self._model.pooled(
                pack(ids), self._card.feature_layers if features else None, first_token=self._form.first_token
            )
        except torch.OutOfMemoryError:
            if self.place.device.type == "cuda":
                torch.cuda.empty_cache()
            return None
        raw = pooled.numpy().astype(np.float64)
        unit = raw / np.maximum(np.sqrt((raw * raw).sum(axis=1, keepdims=True)), 1e-12)
        return unit.astype(np.float16), read.numpy().astype(np.float16)

    def _shrink(self, ids: Sequence[NDArray[np.int32]], tokens: int) -> None:
        """Lower the budget for the rest of the work, and for later calls, after a pack of these texts was too much."""
        if len(ids) == 1:
            raise ModelError(
                f"One text of {tokens} tokens does not fit into the memory of {self.place.device}.",
                "Free memory on the device, or use --device cpu.",
            )
        self._budget = max(1, min(self._budget, tokens // 2))

    def _set_threads(self) -> None:
        import torch

        if torch.get_num_threads() != self._threads:
            torch.set_num_threads(self._threads)


def _choose(device: str, dtype: str) -> Place:
    try:
        return devices.choose(device, dtype)
    except ImportError as error:
        raise ConfigError("Running a model needs torch, which is not installed.", 'pip install "voc[torch]"') from error
