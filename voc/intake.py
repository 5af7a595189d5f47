"""How feedback comes in: files by the thousand, or rows by the API that must be searchable at once.

Both ways redact before anything is stored, write rows and lexical tokens in one transaction a chunk, and keep a ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from voc.batch import bare_texts, languages_of, reason_against
from voc.clean import clean
from voc.discover import RunSpace, assign_published, in_context
from voc.errors import RowsRejected
from voc.facets import facets_text
from voc.ingest import IngestOptions, Planner, Status, Taken, from_dicts, read_feedback
from voc.ingest.read import Source
from voc.model import Feedback, How, IngestCounts, Mention, Rejected, Unassigned, Warned
from voc.name import Tokeniser
from voc.ports import IngestPlan, LiveMention, Progress, PublishedRun, Stored, Tools, silent
from voc.queries.basis import theme_keys
from voc.score import Heads
from voc.scoring import Scored, score_items
from voc.segment import content_reason
from voc.spans import spans_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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


def refuse_rejected(counts: IngestCounts, *, strict: bool) -> None:
    """Raises RowsRejected if `strict` and a row was rejected."""
    if strict and counts.rejected:
        raise RowsRejected(
            f"{counts.rejected} of {counts.read} rows were rejected; the others are stored.",
            f"Their lines and reasons are in {counts.rejected_file}.",
        )


def _write(
    tools: Tools,
    ingest_id: str,
    *,
    add: Sequence[Feedback] = (),
    update: Sequence[Feedback] = (),
    tokeniser: Tokeniser,
) -> None:
    """Redact and store."""
    added, updated = [clean(item) for item in add], [clean(item) for item in update]
    items = [*added, *updated]
    if items:
        found = tokeniser.tokens_many([item.text for item in items], [item.lang or "und" for item in items])
        tokens = {item.item_id: " ".join(words) for item, words in zip(items, found, strict=True)}
        tools.feedback.write(IngestPlan(added, updated, tokens), ingest_id=ingest_id)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of one row of a request: added, updated, unchanged or rejected with a reason."""

    id: str | None
    item_id: str | None
    status: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A row that came with a request. Rows of several requests may be taken at once, and mean what they mean alone."""

    request: object
    """Equal for the rows of one request."""
    row: Any


def accept(
    tools: Tools,
    published: PublishedRun | None,
    rows: Sequence[Mapping[str, Any] | Posted],
    options: IngestOptions,
    *,
    heads: Heads | None,
    tell: Callable[[Sequence[LiveMention]], None] = lambda _: None,
) -> list[Accepted]:
    """Take rows at once: stored, and, once a run is published, encoded, scored, assigned and searchable.

    One answer a row, in input order. Rows that are no `Posted` are one request. New themes come with a run only. `tell`
    gets the mentions that became searchable.
    """
    requests = [
        list(from_dicts([row.row if isinstance(row, Posted) else row for row in part], options))
        for _, part in groupby(rows, key=lambda row: row.request if isinstance(row, Posted) else None)
    ]
    feedback = [[row.feedback for row in request if isinstance(row, Taken)] for request in requests]
    statuses, written = _store(tools, feedback)
    if published is not None:
        customers = {item.item_id for items in feedback for item in items if item.author_role == "customer"}
        tell(_make_live(tools, published, _waiting(tools, published, customers, written), heads))
    each = iter(statuses)
    return [_answer(row, each) for request in requests for row in request]


def _store(tools: Tools, requests: Sequence[Sequence[Feedback]]) -> tuple[list[Status], Collection[str]]:
    """Plan each request as if those before it were stored already; each row's status, and the item_ids written.

    All is written in one transaction, save for items that change more than once: their n-th change is in the n-th.
    """
    stored = tools.feedback.known(sorted({item.item_id for items in requests for item in items}))
    statuses: list[Status] = []
    changes: Counter[str] = Counter()
    turns: list[list[Feedback]] = []
    for items in requests:
        planner = Planner(lambda item_ids: {key: stored[key] for key in item_ids if key in stored})
        for item in (*planner.take(items), *planner.finish()):
            stored[item.item_id] = Stored(item.revision, item.content_hash)
            if changes[item.item_id] == len(turns):
                turns.append([])
            turns[changes[item.item_id]].append(item)
            changes[item.item_id] += 1
        statuses.extend(planner.statuses)
    ingest_id, tokeniser = tools.new_id("ing"), Tokeniser(threads=1)
    for turn in turns:
        new, known = [item for item in turn if item.revision == 1], [item for item in turn if item.revision > 1]
        _write(tools, ingest_id, add=new, update=known, tokeniser=tokeniser)
    return statuses, changes


def _waiting(
    tools: Tools, published: PublishedRun, item_ids: Collection[str], written: Collection[str]
) -> list[Feedback]:
    """Those of the items, as stored, whose current revision neither the run nor a live mention holds.

    An item that was not written just now may be among them: it came by a file, or its encoding failed the last time.
    """
    current = {(key, stored.revision) for key, stored in tools.feedback.known(sorted(item_ids)).items()}
    fresh = {ref for ref in current if ref[0] in written}
    older = current - fresh
    if older:
        table = published.mentions
        older.difference_update(zip(table.item_id.tolist(), table.revision.tolist(), strict=True))
    if older:
        older.difference_update((mention.item_id, mention.revision) for mention in tools.live.all())
    refs = sorted(fresh | older)
    found = tools.feedback.get(refs) if refs else {}
    return [found[ref] for ref in refs if ref in found]


def _answer(row: Taken | Rejected, statuses: Iterator[Status]) -> Accepted:
    if isinstance(row, Rejected):
        return Accepted(row.id, None, "rejected", row.reason)
    return Accepted(row.feedback.id, row.feedback.item_id, str(next(statuses)))


def _make_live(
    tools: Tools, published: PublishedRun, items: Sequence[Feedback], heads: Heads | None
) -> list[LiveMention]:
    import numpy as np

    if not items:
        return []
    scored = score_items(items, tools.encoder(), tools.encodings(), heads)
    if not scored.mentions:
        return []
    space = RunSpace.from_arrays(published.space)
    langs = [mention.lang for mention in scored.mentions]
    vectors = scored.encodings.vectors
    neutral = np.ascontiguousarray(space.to_neutral(vectors, langs), np.float32)
    supported = languages_of(tools.model.languages)
    reasons = [reason_against(content_reason(mention), mention.lang, supported) for mention in scored.mentions]
    themed = _leant(space.to_theme(vectors, langs), scored.mentions, reasons)
    assigned = assign_published(themed, published.space)
    keys = theme_keys(published)
    ids = {item.item_id: item for item in items}
    live = [
        _live_mention(
            scored,
            row,
            ids,
            reasons[row],
            keys,
            int(assigned.labels[row]),
            float(assigned.strength[row]),
            neutral[row].tobytes(),
        )
        for row in range(len(scored.mentions))
    ]
    tools.live.add(live)
    return live


def _leant(
    themed: NDArray[np.float32], mentions: Sequence[Mention], reasons: Sequence[Unassigned | None]
) -> NDArray[np.float32]:
    """As a run places them: each mention in the light of those of its item that may have a theme."""
    import numpy as np

    said = np.array([reason is None for reason in reasons], np.bool_)
    numbers = {item: at for at, item in enumerate(dict.fromkeys(mention.item_id for mention in mentions))}
    items = np.array([numbers[mention.item_id] for mention in mentions], np.int64)
    # Only where a mention has company does it matter whether it names something by itself.
    several = np.flatnonzero(np.bincount(items)[items] > 1) if len(items) else items
    read = [mentions[at] for at in several.tolist()]
    bare = np.zeros(len(mentions), np.bool_)
    bare[several] = bare_texts(Tokeniser().units_many([one.text for one in read], [one.lang for one in read]))
    placed = themed.copy()
    placed[said] = in_context(themed[said], items[said], bare[said])
    return placed


def _live_mention(
    scored: Scored,
    row: int,
    items: Mapping[str, Feedback],
    reason: Unassigned | None,
    keys: Sequence[str],
    label: int,
    strength: float,
    neutral: bytes,
) -> LiveMention:
    import numpy as np

    mention, score = scored.mentions[row], scored.scores[row]
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
        facets=facets_text(score.facets),
        vector=scored.encodings.vectors[row].astype(np.float16).tobytes(),
        neutral=neutral,
    )
