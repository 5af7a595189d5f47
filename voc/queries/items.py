"""One item with its mentions, and the items that need a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from voc.edits import corrections
from voc.errors import UsageError
from voc.model import URGENCIES, Feedback, Hit, MentionScore, Span, TagRef
from voc.ports import Tools
from voc.queries.corrected import NOTHING_SAID, ItemScores, correction_of, floors_of, item_scores
from voc.queries.hits import Answer, Place, dates_of, newest
from voc.queries.rows import live_score, run_score
from voc.queries.snapshot import Snapshot

PRESSING = ("critical", "high")


@dataclass(frozen=True, slots=True)
class ItemMention:
    """A mention of an item: where it stands, what the heads say, its theme or the reason for none."""

    span: Span
    score: MentionScore
    theme: str | None
    label: str | None
    strength: float
    how: str | None
    reason: str | None
    tags: tuple[TagRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One item as people read it. `mentions` is empty while the item waits for a run."""

    feedback: Feedback
    mentions: tuple[ItemMention, ...]
    duplicate_of: str | None = None
    scores: ItemScores = NOTHING_SAID
    tags: tuple[TagRef, ...] = ()
    """Own tags of any of its mentions, by name."""

    @property
    def themes(self) -> tuple[str, ...]:
        """Keys of its themes, most text first, then by key."""
        held: dict[str, int] = {}
        for mention in self.mentions:
            if mention.theme is not None:
                held[mention.theme] = held.get(mention.theme, 0) + mention.span.end - mention.span.start
        return tuple(sorted(held, key=lambda key: (-held[key], key)))


def item(tools: Tools, snapshot: Snapshot | None, id_or_item_id: str, *, source: str | None = None) -> Item:
    """One item by the caller's id or ours. Raises NotFound or Ambiguous."""
    feedback = tools.feedback.find(id_or_item_id, source=source)
    mentions, original = _mentions(snapshot, feedback) if snapshot is not None else ((), None)
    said = snapshot.corrections if snapshot is not None else corrections(tools.edits.all())
    correction = correction_of(said, feedback)
    scored = [(mention.span, mention.score) for mention in mentions]
    scores = item_scores(scored, correction, floors_of(tools.scored_by) if correction is not None else ())
    # A text that no run has seen yet: what is known of the older one says nothing of it.
    tags = snapshot.tags.of_item(feedback.item_id) if snapshot is not None and mentions else ()
    return Item(feedback, mentions, original, scores, tags)


def _mentions(snapshot: Snapshot, feedback: Feedback) -> tuple[tuple[ItemMention, ...], str | None]:
    """The mentions of an item in its current revision, and what it repeats."""
    live = [row for row, mention in enumerate(snapshot.live.mentions) if mention.item_id == feedback.item_id]
    if live:
        return tuple(_of_live(snapshot, row) for row in live), None
    table = snapshot.published.mentions
    rows = [row for row in snapshot.rows_of.get(feedback.item_id, ()) if table.revision[row] == feedback.revision]
    return tuple(_of_run(snapshot, row) for row in rows), table.duplicate_of[rows[0]] if rows else None


def _of_run(snapshot: Snapshot, row: int) -> ItemMention:
    table = snapshot.published.mentions
    theme = snapshot.theme(table.theme[row])
    return ItemMention(
        span=Span(int(table.start[row]), int(table.end[row])),
        score=run_score(table, row),
        theme=theme.key if theme else None,
        label=theme.label if theme else None,
        strength=float(table.strength[row]),
        how=table.how[row],
        reason=table.reason[row],
        tags=snapshot.tags.of_run(row),
    )


def _of_live(snapshot: Snapshot, row: int) -> ItemMention:
    mention = snapshot.live.mentions[row]
    theme = snapshot.theme(mention.theme)
    return ItemMention(
        span=Span(mention.start, mention.end),
        score=live_score(mention),
        theme=theme.key if theme else None,
        label=theme.label if theme else None,
        strength=mention.strength,
        how=mention.how,
        reason=mention.reason,
        tags=snapshot.tags.of_live(row),
    )


def attention(
    tools: Tools, snapshot: Snapshot, *, since: datetime | None = None, limit: int = 100, offset: int = 0
) -> list[Hit]:
    """Items with a critical or high mention, newest first; an item shows its most urgent mention.

    since: items of this moment and later ones only, none without a time.
    """
    return newest(tools, snapshot, _pressing(snapshot), limit=limit, offset=offset, since=since)


def attention_count(tools: Tools, snapshot: Snapshot, *, since: datetime | None = None) -> int:
    """How many items `attention` has without a limit."""
    return len(dates_of(tools, _pressing(snapshot), since))


def begins(since: str | datetime | None, zone: tzinfo) -> datetime | None:
    """The moment that `since` names; without an offset it is in `zone`. Raises UsageError unless it is ISO 8601."""
    try:
        moment = datetime.fromisoformat(since) if isinstance(since, str) else since
    except ValueError:
        raise UsageError(
            "`since` is not an ISO 8601 date or time.", "Such as 2026-10-01 or 2026-10-01T09:00Z; a + in a URL is %2B."
        ) from None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=zone)


def _pressing(snapshot: Snapshot) -> Sequence[Answer]:
    """The most urgent mention of every item with a critical or high one."""
    import numpy as np

    table = snapshot.published.mentions
    worst: dict[str, tuple[int, Answer]] = {}
    rows = np.flatnonzero(np.isin(table.urgency_level.astype(str), PRESSING) & snapshot.visible)
    for row in rows.tolist():
        answer = Answer(Place.of_run(snapshot, row), float(table.urgency[row]))
        _keep_worst(worst, str(table.urgency_level[row]), answer)
    for row, mention in enumerate(snapshot.live.mentions):
        if mention.urgency_level in PRESSING:
            _keep_worst(worst, mention.urgency_level, Answer(Place.of_live(snapshot, row), mention.urgency))
    return [answer for _, answer in worst.values()]


def _keep_worst(worst: dict[str, tuple[int, Answer]], level: str, answer: Answer) -> None:
    """By level before score, as an item's own urgency: a high mention may have a higher score than a critical one."""
    rank = URGENCIES.index(level)
    held = worst.get(answer.place.item_id)
    if held is None or (rank, answer.score) > (held[0], held[1].score):
        worst[answer.place.item_id] = (rank, answer)
