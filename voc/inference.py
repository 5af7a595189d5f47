"""The model over a file or a list, without storing anything: `voc score` and `voc embed`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voc.clean import clean, normalise
from voc.errors import InputError
from voc.growing import Growing, digest_of, growing_file
from voc.ingest import IngestOptions, Taken, count_rows, from_dicts, read_feedback
from voc.model import Feedback, ItemScore, Rejected
from voc.ports import Encoder, Kind, Progress, silent
from voc.queries.shapes import score_row
from voc.score import Heads
from voc.scoring import NoCache, item_scores, score_items
from voc.writing import whole_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHUNK = 2048
"""Rows in memory at a time, at most, and rows of work that a kill can cost."""
CHUNK_CHARACTERS = 500_000
"""Characters of text in memory at a time; a row that is longer is alone."""

_CHANGED = {
    "input": "the input is not what it was",
    "options": "the options are others",
    "model": "the model is another",
    "heads": "the heads are others",
    "voc": "voc itself is another version",
    "part": "what was written so far is damaged",
}


@dataclass(frozen=True, slots=True)
class FileScores:
    """What became of a file's rows; `earlier` of them were there from a process that was interrupted."""

    scored: int
    errors: int
    earlier: int = 0


def score_rows(
    rows: Sequence[str | Mapping[str, Any]], encoder: Encoder, heads: Heads | None, options: IngestOptions
) -> list[ItemScore]:
    """Scores in input order. Raises InputError on the first row that can't be scored."""
    taken = []
    for row in from_dicts(rows, options):
        if isinstance(row, Rejected):
            raise InputError(f"Row {row.line} can't be scored: {row.reason}.", "Every row needs a text.")
        taken.append(row.feedback)
    return score_feedback(taken, encoder, heads)


def score_feedback(
    rows: Sequence[Feedback], encoder: Encoder, heads: Heads | None, *, progress: Progress = silent
) -> list[ItemScore]:
    """Scores of rows as received, in their order. A row's score depends on that row alone."""
    # Rows of one id are apart here: nothing is stored, so each stands for itself.
    items = [replace(clean(row), item_id=str(at)) for at, row in enumerate(rows)]
    return item_scores(items, score_items(items, encoder, NoCache(), heads, progress=progress))


def score_stream(
    rows: Sequence[Feedback], encoder: Encoder, heads: Heads | None, *, progress: Progress = silent
) -> Iterator[ItemScore]:
    """Scores of rows as received, in their order, with few of them in work at a time."""
    at = 0
    for chunk in _chunks(iter(rows)):
        good = [row for row in chunk if isinstance(row, Feedback)]
        yield from score_feedback(good, encoder, heads, progress=_within(progress, at, len(chunk), len(rows)))
        at += len(chunk)
    progress(at, len(rows))


def score_file(
    source: str,
    out: Path,
    encoder: Encoder,
    heads: Heads | None,
    options: IngestOptions,
    *,
    restart: bool = False,
    notice: Callable[[str], None] = lambda _: None,
    progress: Progress = silent,
) -> FileScores:
    """One JSON line a row, in input order. Memory does not grow with the file; `progress` counts rows.

    A call that was interrupted is taken up where it stood, and leaves the bytes that one call would have left: see
    `voc.growing`. If the input, an option or the model has changed, it is begun anew, and `notice` gets a sentence that
    says so. A stream can't be taken up.
    """
    job = _job(source, encoder, heads, options)
    with growing_file(out, job, restart=restart) as growing:
        if growing.changed:
            notice(f"Starting afresh: {', and '.join(_CHANGED[name] for name in growing.changed)}.")
        rows = read_feedback(source, options)
        total = count_rows(source, options)
        earlier = _skip(rows, growing, notice)
        done = FileScores(earlier - growing.counts.get("errors", 0), growing.counts.get("errors", 0), earlier)
        for chunk in _chunks(row if isinstance(row, Rejected) else row.feedback for row in rows):
            at = done.scored + done.errors
            progress(at, total)
            lines, errors = _lines(chunk, encoder, heads, _within(progress, at, len(chunk), total))
            done = replace(done, scored=done.scored + len(chunk) - errors, errors=done.errors + errors)
            growing.step(lines, {"rows": done.scored + done.errors, "errors": done.errors})
        progress(done.scored + done.errors, total)
    return done


def _job(source: str, encoder: Encoder, heads: Heads | None, options: IngestOptions) -> dict[str, str] | None:
    """A digest of each thing that the lines depend on; None for a stream, which can't be read again."""
    import hashlib
    from importlib.metadata import version

    path = Path(source)
    if source == "-" or not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            content = digest_of(file).hexdigest()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}.", "Check its rights.") from error
    told = json.dumps(asdict(options), sort_keys=True, default=str).encode()
    return {
        "input": f"{content}{path.suffix.lower()}",
        "options": hashlib.blake2b(told, digest_size=16).hexdigest(),
        # The same model may differ in the last bit from device to device.
        "model": f"{encoder.model_hash} {getattr(encoder, 'place', '')}",
        "heads": heads.digest if heads is not None else "",
        "voc": version("voc"),
    }


def _skip(rows: Iterator[Taken | Rejected], growing: Growing, notice: Callable[[str], None]) -> int:
    """Pass over the rows that are written; their number. They are read all the same: rows without ids are counted."""
    earlier = growing.counts.get("rows", 0)
    if earlier:
        notice(f"Going on after {earlier:,} rows that are scored already; --restart begins anew.")
    return sum(1 for _ in islice(rows, earlier))


def _lines(
    chunk: Sequence[Feedback | Rejected], encoder: Encoder, heads: Heads | None, progress: Progress
) -> tuple[bytes, int]:
    """A line for each row, and how many of them are errors."""
    good = [row for row in chunk if isinstance(row, Feedback)]
    scored = iter(score_feedback(good, encoder, heads, progress=progress))
    lines = (
        {"id": row.id, "error": row.reason, "line": row.line} if isinstance(row, Rejected) else score_row(next(scored))
        for row in chunk
    )
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return text.encode(), len(chunk) - len(good)


def _within(progress: Progress, at: int, rows: int, total: int) -> Progress:
    """The encoder's progress through a chunk, in rows of the file."""
    return lambda done, texts: progress(at + rows * done // max(texts, 1), total)


def _chunks(rows: Iterator[Feedback | Rejected]) -> Iterator[list[Feedback | Rejected]]:
    """Rows by the chunk, without the columns that a score does not look at."""
    chunk: list[Feedback | Rejected] = []
    size = 0
    for row in rows:
        length = 0 if isinstance(row, Rejected) else len(row.text)
        if chunk and (len(chunk) >= CHUNK or size + length > CHUNK_CHARACTERS):
            yield chunk
            chunk, size = [], 0
        chunk.append(row if isinstance(row, Rejected) else replace(row, attributes={}))
        size += length
    if chunk:
        yield chunk


def embed_texts(texts: Sequence[str], encoder: Encoder, kind: Kind) -> NDArray[np.float32]:
    """float32 (n, dim), unit length, in input order; texts are normalised as everywhere."""
    return _unit(encoder.encode([normalise(text).text for text in texts], kind=kind, features=False).vectors)


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
    plain = [normalise(text).text for text in texts]
    found = _unit(encoder.encode(plain, kind=kind, features=False, progress=progress).vectors)
    with whole_file(out) as part, part.open("wb") as file:
        np.save(file, found)
    return found.shape[0], found.shape[1]


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Unit length to float32's last bits: encodings are kept in float16, whose rounding moves lengths by 1e-5."""
    import numpy as np

    found: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return found
