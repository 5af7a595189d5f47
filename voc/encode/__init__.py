"""Texts to encodings: each distinct text runs through the transformer once, and once only, for ever.

What is new goes to the encoder in chunks, each kept before the next begins: a killed run goes on where it stood. The
encoder owns batching (see `voc.ports.Encoder`); this stage owns what is asked of it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from voc.ports import Encoder, EncodingCache, Encodings, Kind, Progress, silent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["content_hash", "encode"]

CHUNK = 4096
"""Texts that are asked of the cache at a time, and that are encoded before the first write to it."""
SECONDS = 10.0
"""Work between two writes: what a killed run loses at most, about, on whatever machine."""
LEAST, MOST = 2048, 131_072


def content_hash(text: str, kind: Kind = "query") -> bytes:
    """16-byte digest of a text and what it is encoded for."""
    return hashlib.blake2b(f"{kind}\0{text}".encode(), digest_size=16).digest()


def encode(
    texts: Sequence[str],
    encoder: Encoder,
    cache: EncodingCache,
    *,
    kind: Kind = "query",
    progress: Progress = silent,
) -> Encodings:
    """Encodings of `texts` in their order: vectors float32 (n, dim), features float16 (n, width).

    A cached row equals a fresh one to the bit, so the result does not depend on what was cached.
    """
    import numpy as np

    keys = [content_hash(text, kind) for text in texts]
    rows: dict[bytes, int] = {}
    for key in keys:
        rows.setdefault(key, len(rows))
    vectors = np.empty((len(rows), encoder.dim), np.float16)
    features = np.empty((len(rows), encoder.feature_width), np.float16)
    missing = _fill(vectors, features, rows, cache)
    wanted = set(missing)
    # Shortest first is how the encoder sorts too: chunks of like length waste nothing, and ties are broken by content.
    todo = sorted({key: text for key, text in zip(keys, texts, strict=True) if key in wanted}.items(), key=_by_length)
    progress(len(rows) - len(todo), len(rows))
    for part, fresh in _chunks(todo, encoder, kind, _from(len(rows) - len(todo), len(rows), progress)):
        halves = fresh.vectors.astype(np.float16)
        at = [rows[key] for key, _ in part]
        vectors[at], features[at] = halves, fresh.features
        cache.put((key, halves[i].tobytes(), fresh.features[i].tobytes()) for i, (key, _) in enumerate(part))
    if len(rows) == len(keys):  # as they were asked for: no second copy of what may be gigabytes
        return Encodings(vectors.astype(np.float32), features)
    order = np.fromiter((rows[key] for key in keys), np.int64, len(keys))
    return Encodings(vectors[order].astype(np.float32), features[order])


def _chunks(
    todo: Sequence[tuple[bytes, str]], encoder: Encoder, kind: Kind, progress: Progress
) -> Iterator[tuple[Sequence[tuple[bytes, str]], Encodings]]:
    """`todo` in stretches of about SECONDS of work each, with their encodings."""
    start, size = 0, CHUNK
    while start < len(todo):
        part, begun = todo[start : start + size], time.monotonic()
        yield part, encoder.encode([text for _, text in part], kind=kind, progress=_from(start, len(todo), progress))
        start += len(part)
        size = min(MOST, max(LEAST, int(len(part) * SECONDS / max(time.monotonic() - begun, 0.01))))


def _from(done_before: int, total: int, progress: Progress) -> Progress:
    """The progress of a part as that of the whole."""
    return lambda done, _: progress(done_before + done, total)


def _by_length(row: tuple[bytes, str]) -> tuple[int, bytes]:
    return len(row[1]), row[0]


def _fill(
    vectors: NDArray[np.float16], features: NDArray[np.float16], rows: dict[bytes, int], cache: EncodingCache
) -> list[bytes]:
    """Copy what the cache knows into place; the keys it does not know, or knows in another shape."""
    import numpy as np

    missing: list[bytes] = []
    keys = list(rows)
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        known = cache.get(part)
        for key in part:
            found = known.get(key)
            if found is None or (len(found[0]), len(found[1])) != (2 * vectors.shape[1], 2 * features.shape[1]):
                missing.append(key)
                continue
            vectors[rows[key]] = np.frombuffer(found[0], np.float16)
            features[rows[key]] = np.frombuffer(found[1], np.float16)
    return missing
