"""Token states of texts behind one block of the encoder, from the engine's own forward pass: what the branch grows on.

Made once and kept on disk between runs of the scripts; the cache may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import itertools
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from voc import catalog
from voc.engines.bert import Bert
from voc.engines.device import choose
from voc.engines.folder import load_model, read_form
from voc.engines.packs import by_length, pack, plan
from voc.engines.tokens import Tokens, composed

if TYPE_CHECKING:
    import torch

Kept = tuple["torch.Tensor", "torch.Tensor"]
"""States and token ids of one text."""
MAX_TOKENS = 128
"""Longer training texts are cut: a mention seldom has more."""
PACK = 4096


@dataclass(frozen=True, slots=True)
class States:
    """`flat` bfloat16 (tokens of all texts, hidden), `ids` int32 (tokens,); text i has the rows
    offsets[i] … offsets[i + 1]."""

    flat: torch.Tensor
    ids: torch.Tensor
    offsets: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.offsets)


def states_of(texts: Sequence[str], after: int, cache: Path, threads: int | None = None) -> States:
    """States behind block `after`, in the order of `texts`. What was computed before is read back."""
    import torch

    card = catalog.resolve(catalog.default_model())
    folder = cache / f"states-{str(card.sha256)[:12]}-{after}-ids"
    folder.mkdir(parents=True, exist_ok=True)
    known = _kept(folder)
    missing = [text for text in dict.fromkeys(texts) if _digest(text) not in known]
    if missing:
        _keep(folder, missing, _computed(missing, after, threads))
        known = _kept(folder)
    rows = [known[_digest(text)] for text in texts]
    offsets = np.concatenate([[0], np.cumsum([len(ids) for _, ids in rows])])
    return States(torch.cat([flat for flat, _ in rows]), torch.cat([ids for _, ids in rows]), offsets)


def _kept(folder: Path) -> dict[bytes, Kept]:
    """Every text's states by its digest, as views of the files."""
    return _read(tuple(sorted(folder.glob("*.safetensors"))))


@lru_cache(maxsize=1)
def _read(files: tuple[Path, ...]) -> dict[bytes, Kept]:
    from safetensors.torch import load_file

    found: dict[bytes, Kept] = {}
    for file in files:
        kept = load_file(file)
        bounds = list(itertools.pairwise(kept["offsets"].tolist()))
        parts = [(kept["flat"][start:stop], kept["ids"][start:stop]) for start, stop in bounds]
        found.update(zip((digest.tobytes() for digest in kept["digests"].numpy()), parts, strict=True))
    return found


def _keep(folder: Path, texts: Sequence[str], states: States) -> None:
    import torch
    from safetensors.torch import save_file

    digests = np.frombuffer(b"".join(_digest(text) for text in texts), np.uint8).reshape(-1, 16).copy()
    name = hashlib.blake2b(digests.tobytes(), digest_size=8).hexdigest()
    arrays = {
        "flat": states.flat,
        "ids": states.ids,
        "offsets": torch.from_numpy(states.offsets),
        "digests": torch.from_numpy(digests),
    }
    save_file(arrays, folder / f"{name}.safetensors")


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _computed(texts: Sequence[str], after: int, threads: int | None) -> States:
    import torch

    card = catalog.resolve(catalog.default_model())
    folder = catalog.materialise(card)
    place = choose("auto", "auto")
    if threads:
        torch.set_num_threads(threads)
    model = load_model(folder, place)
    assert isinstance(model, Bert)
    tokens = Tokens(folder, max_tokens=card.max_tokens, lowercase=read_form(folder).lowercase)
    ids = [_cut(row) for row in tokens.ids([card.query_prefix + composed(text) for text in texts])]
    lengths = np.array([len(row) for row in ids])
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    order = by_length(lengths.tolist())
    in_order = [int(lengths[i]) for i in order]
    flat = torch.empty((int(offsets[-1]), card.dim), dtype=torch.bfloat16)
    begun = time.monotonic()
    for start, stop in plan(in_order, PACK):
        rows = order[start:stop]
        x = model.states(pack([ids[i] for i in rows]), after).to(device="cpu", dtype=torch.bfloat16)
        at = 0
        for row in rows:
            flat[offsets[row] : offsets[row + 1]] = x[at : at + lengths[row]]
            at += lengths[row]
    print(f"states of {len(texts)} texts in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return States(flat, torch.from_numpy(np.concatenate(ids).astype(np.int32)), offsets)


def _cut(ids: NDArray[np.int32]) -> NDArray[np.int32]:
    return ids if len(ids) <= MAX_TOKENS else np.concatenate([ids[: MAX_TOKENS - 1], ids[-1:]])
