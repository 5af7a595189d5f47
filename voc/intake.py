"""How feedback comes in: files by the thousand, or rows by the API that must be searchable at once.

Both ways redact before anything is stored, write rows and lexical tokens in one transaction a chunk, and keep a ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voc.clean import clean
from voc.discover import RunSpace, assign_published
from voc.ingest import IngestOptions, Planner, Status, Taken, from_dicts, read_feedback
from voc.ingest.read import Source
from voc.model import Feedback, How, IngestCounts, Rejected, Unassigned, Warned
from voc.name import Tokeniser
from voc.ports import IngestPlan, LiveMention, Progress, PublishedRun, Tools, silent
from voc.queries.basis import theme_keys
from voc.score import Heads
from voc.scoring import Scored, score_items
from voc.segment import content_reason
from voc.spans import spans_text

CHUNK = 2000
"""Rows between two transactions."""


def ingest_files(
    tools: Tools, sources: Sequence[Source], options: IngestOptions, *, threads: int = 0, progress: Progress = silent
) -> IngestCounts:
    """Read files into the home. Bad rows are counted and written down; a file that can't be read raises InputError."""
    return _ingest(tools, read_feedback(sources, options, progress=progress), threads=threads)


def ingest_dicts(
    tools: Tools, rows: Sequence[Mapping[str, Any]], options: IngestOptions, *, threads: int = 0
) -> IngestCounts:
    """Take rows that a program hands in, as if they had stood in a file."""
    return _ingest(tools, from_dicts(rows, options), threads=threads)


def _ingest(tools: Tools, rows: Iterator[Taken | Rejected], *, threads: int) -> IngestCounts:
    ingest_id = tools.new_id("ing")
    planner = Planner(tools.feedback.known)
    tokeniser = Tokeniser(threads=threads)
    rejected: list[Rejected] = []
    warned: list[Warned] = []
    chunk: list[Feedback] = []
    for row in rows:
        if isinstance(row, Rejected):
            rejected.append(row)
            continue
        warned.extend(row.warnings)
        chunk.append(row.feedback)
        if len(chunk) >= CHUNK:
            _write(tools, ingest_id, add=planner.take(chunk), tokeniser=tokeniser)
            chunk = []
    _write(tools, ingest_id, add=planner.take(chunk), tokeniser=tokeniser)
    updates = planner.finish()
    for start in range(0, len(updates), CHUNK):
        _write(tools, ingest_id, update=updates[start : start + CHUNK], tokeniser=tokeniser)
    counts = planner.counts()
    ledger = IngestCounts(
        ingest_id=ingest_id,
        read=sum(counts.values()) + len(rejected),
        added=counts[Status.ADDED],
        updated=counts[Status.UPDATED],
        unchanged=counts[Status.UNCHANGED],
        rejected=len(rejected),
        warnings=len(warned),
        rejected_file=str(tools.home / "ingests" / ingest_id / "rejected.jsonl") if rejected else None,
    )
    tools.feedback.record_ingest(ledger, rejected, warned, at=tools.now())
    return ledger


def _write(
    tools: Tools,
    ingest_id: str,
    *,
    add: Sequence[Feedback] = (),
    update: Sequence[Feedback] = (),
    tokeniser: Tokeniser,
) -> tuple[list[Feedback], list[Feedback]]:
    """Redact and store; what was stored."""
    added, updated = [clean(item) for item in add], [clean(item) for item in update]
    items = [*added, *updated]
    if items:
        found = tokeniser.tokens_many([item.text for item in items], [item.lang or "und" for item in items])
        tokens = {item.item_id: " ".join(words) for item, words in zip(items, found, strict=True)}
        tools.feedback.write(IngestPlan(added, updated, tokens), ingest_id=ingest_id)
    return added, updated


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of one row of a request: added, updated, unchanged or rejected with a reason."""

    id: str | None
    item_id: str | None
    status: str
    reason: str | None = None


def accept(
    tools: Tools,
    published: PublishedRun | None,
    rows: Sequence[Mapping[str, Any]],
    options: IngestOptions,
    *,
    heads: Heads | None,
) -> list[Accepted]:
    """Take rows at once: stored, and, once a run is published, encoded, scored, assigned and searchable.

    One answer a row, in input order. New themes come with a run only.
    """
    taken = list(from_dicts(rows, options))
    feedback = [row.feedback for row in taken if isinstance(row, Taken)]
    planner = Planner(tools.feedback.known)
    tokeniser = Tokeniser(threads=1)
    ingest_id = tools.new_id("ing")
    added, _ = _write(tools, ingest_id, add=planner.take(feedback), tokeniser=tokeniser)
    _, updated = _write(tools, ingest_id, update=planner.finish(), tokeniser=tokeniser)
    if published is not None:
        newest = {item.item_id: item for item in (*added, *updated) if item.author_role == "customer"}
        _make_live(tools, published, list(newest.values()), heads)
    statuses = iter(planner.statuses)
    return [_answer(row, statuses) for row in taken]


def _answer(row: Taken | Rejected, statuses: Iterator[Status]) -> Accepted:
    if isinstance(row, Rejected):
        return Accepted(row.id, None, "rejected", row.reason)
    return Accepted(row.feedback.id, row.feedback.item_id, str(next(statuses)))


def _make_live(tools: Tools, published: PublishedRun, items: Sequence[Feedback], heads: Heads | None) -> None:
    import numpy as np

    if not items:
        return
    scored = score_items(items, tools.encoder(), tools.encodings(), heads)
    if not scored.mentions:
        return
    space = RunSpace.from_arrays(published.space)
    langs = [mention.lang for mention in scored.mentions]
    vectors = scored.encodings.vectors
    neutral = np.ascontiguousarray(space.to_neutral(vectors, langs), np.float32)
    assigned = assign_published(space.to_theme(vectors, langs), published.space)
    keys = theme_keys(published)
    ids = {item.item_id: item for item in items}
    live = [
        _live_mention(
            scored, row, ids, keys, int(assigned.labels[row]), float(assigned.strength[row]), neutral[row].tobytes()
        )
        for row in range(len(scored.mentions))
    ]
    tools.live.add(live)


def _live_mention(
    scored: Scored,
    row: int,
    items: Mapping[str, Feedback],
    keys: Sequence[str],
    label: int,
    strength: float,
    neutral: bytes,
) -> LiveMention:
    import numpy as np

    mention, score = scored.mentions[row], scored.scores[row]
    reason = content_reason(mention)
    theme = keys[label] if label >= 0 and reason is None else None
    return LiveMention(
        item_id=mention.item_id,
        id=items[mention.item_id].id,
        revision=mention.revision,
        index=mention.index,
        start=mention.start,
        end=mention.end,
        lang=mention.lang,
        theme=theme,
        strength=strength,
        how=str(How.ASSIGNED) if theme else None,
        reason=None if theme else str(reason or Unassigned.UNIQUE),
        sentiment=score.sentiment.probs,
        urgency=score.urgency.score,
        urgency_level=score.urgency.level,
        urgency_reasons=",".join(score.urgency.reasons),
        evidence=spans_text(score.urgency.evidence),
        vector=scored.encodings.vectors[row].astype(np.float16).tobytes(),
        neutral=neutral,
    )
