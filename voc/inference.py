"""The model over a file or a list, without storing anything: `voc score` and `voc embed`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voc.clean import clean, normalise
from voc.errors import InputError
from voc.ingest import IngestOptions, Taken, from_dicts, read_feedback
from voc.model import ItemScore, Rejected
from voc.ports import Encoder, Kind, Progress, silent
from voc.queries.shapes import score_row
from voc.score import Heads
from voc.scoring import NoCache, item_scores, score_items
from voc.writing import whole_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHUNK = 2048
"""Rows in memory at a time."""


def score_rows(
    rows: Sequence[str | Mapping[str, Any]], encoder: Encoder, heads: Heads | None, options: IngestOptions
) -> list[ItemScore]:
    """Scores in input order. Raises InputError on the first row that can't be scored."""
    taken = []
    for row in from_dicts(rows, options):
        if isinstance(row, Rejected):
            raise InputError(f"Row {row.line} can't be scored: {row.reason}.", "Every row needs a text.")
        taken.append(row)
    return _scores(taken, encoder, heads)


def _scores(taken: Sequence[Taken], encoder: Encoder, heads: Heads | None) -> list[ItemScore]:
    # Rows of one id are apart here: nothing is stored, so each stands for itself.
    items = [replace(clean(row.feedback), item_id=str(at)) for at, row in enumerate(taken)]
    return item_scores(items, score_items(items, encoder, NoCache(), heads))


def score_file(
    source: str,
    out: Path,
    encoder: Encoder,
    heads: Heads | None,
    options: IngestOptions,
    *,
    progress: Progress = silent,
) -> tuple[int, int]:
    """One JSON line a row, in input order; (rows scored, rows with an error). Memory does not grow with the file."""
    good = bad = 0
    with whole_file(out) as part, part.open("w", encoding="utf-8") as file:
        for chunk in _chunks(read_feedback(source, options, progress=progress)):
            scored = iter(_scores([row for row in chunk if isinstance(row, Taken)], encoder, heads))
            for row in chunk:
                if isinstance(row, Rejected):
                    bad += 1
                    line: dict[str, Any] = {"id": row.id, "error": row.reason, "line": row.line}
                else:
                    good += 1
                    line = score_row(next(scored))
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return good, bad


def _chunks(rows: Iterator[Taken | Rejected]) -> Iterator[list[Taken | Rejected]]:
    chunk: list[Taken | Rejected] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def embed_texts(texts: Sequence[str], encoder: Encoder, kind: Kind) -> NDArray[np.float32]:
    """float32 (n, dim), unit length, in input order; texts are normalised as everywhere."""
    return _unit(encoder.encode([normalise(text).text for text in texts], kind=kind).vectors)


def embed_file(
    source: str, out: Path, encoder: Encoder, kind: Kind, options: IngestOptions, *, progress: Progress = silent
) -> tuple[int, int]:
    """Vectors of a file's rows as a .npy file; (rows, width). Raises InputError on the first bad row."""
    import numpy as np

    texts: list[str] = []
    for row in read_feedback(source, options):
        if isinstance(row, Rejected):
            raise InputError(f"Line {row.line} can't be embedded: {row.reason}.", "Mend the row, or leave it out.")
        if not row.feedback.text.strip():
            raise InputError(f"Row {len(texts) + 1} has no text to embed.", "Mend the row, or leave it out.")
        texts.append(row.feedback.text)
    found = _unit(encoder.encode([normalise(text).text for text in texts], kind=kind, progress=progress).vectors)
    with whole_file(out) as part, part.open("wb") as file:
        np.save(file, found)
    return found.shape[0], found.shape[1]


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Unit length to float32's last bits: encodings are kept in float16, whose rounding moves lengths by 1e-5."""
    import numpy as np

    found: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return found
