"""One mention of a snapshot as an answer that people read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from voc.model import Feedback, Hit, MentionScore, Span, ThemeRef
from voc.ports import Tools
from voc.queries.fusion import UNKNOWN, Parts
from voc.queries.rows import live_score, run_score
from voc.queries.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mention stands: a row of the run's table, or of the live mentions."""

    item_id: str
    revision: int
    row: int
    live: bool

    @classmethod
    def of_run(cls, snapshot: Snapshot, row: int) -> Place:
        """Mention `row` of the run."""
        table = snapshot.published.mentions
        return cls(str(table.item_id[row]), int(table.revision[row]), row, live=False)

    @classmethod
    def of_live(cls, snapshot: Snapshot, row: int) -> Place:
        """Live mention `row`."""
        mention = snapshot.live.mentions[row]
        return cls(mention.item_id, mention.revision, row, live=True)

    def lang(self, snapshot: Snapshot) -> str:
        """The mention's language."""
        return str(snapshot.live.mentions[self.row].lang if self.live else snapshot.published.mentions.lang[self.row])

    def score(self, snapshot: Snapshot) -> MentionScore:
        """What the heads, or people, say of the mention."""
        if self.live:
            return live_score(snapshot.live.mentions[self.row])
        return run_score(snapshot.published.mentions, self.row)

    def span(self, snapshot: Snapshot) -> Span:
        """Where the mention stands in its item's text."""
        if self.live:
            mention = snapshot.live.mentions[self.row]
            return Span(mention.start, mention.end)
        table = snapshot.published.mentions
        return Span(int(table.start[self.row]), int(table.end[self.row]))


@dataclass(frozen=True, slots=True)
class Answer:
    """A place, its score, and where the score came from."""

    place: Place
    score: float
    parts: Parts = UNKNOWN


def hits(tools: Tools, snapshot: Snapshot, answers: Sequence[Answer]) -> list[Hit]:
    """Answers with their texts, in order; an item erased meanwhile is left out."""
    texts = tools.feedback.get([(answer.place.item_id, answer.place.revision) for answer in answers])
    found = []
    for answer in answers:
        feedback = texts.get((answer.place.item_id, answer.place.revision))
        if feedback is not None:
            found.append(hit(snapshot, feedback, answer))
    return found


def newest(
    tools: Tools,
    snapshot: Snapshot,
    answers: Sequence[Answer],
    *,
    limit: int,
    offset: int = 0,
    since: datetime | None = None,
) -> list[Hit]:
    """A page of the answers with their texts, newest first, undated last, then by item; texts are read for it alone.

    since: answers of this moment and later ones only; an item without a time can't be said to be.
    """
    refs = {(answer.place.item_id, answer.place.revision): answer for answer in answers}
    dates = dates_of(tools, answers, since)
    order = sorted(dates, key=lambda ref: (-moment.timestamp() if (moment := dates[ref]) else float("inf"), ref))
    return hits(tools, snapshot, [refs[ref] for ref in order[offset : offset + limit]])


def dates_of(
    tools: Tools, answers: Sequence[Answer], since: datetime | None = None
) -> dict[tuple[str, int], datetime | None]:
    """When the answers' items were written, by item and revision, without what was erased meanwhile or is older than
    `since`."""
    dates = tools.feedback.dates([(answer.place.item_id, answer.place.revision) for answer in answers])
    return {ref: at for ref, at in dates.items() if since is None or (at is not None and at >= since)}


def hit(snapshot: Snapshot, feedback: Feedback, answer: Answer) -> Hit:
    """One answer with its text."""
    place = answer.place
    scored, span = place.score(snapshot), place.span(snapshot)
    of_run, live = snapshot.published.mentions, snapshot.live.mentions
    theme = snapshot.theme(live[place.row].theme if place.live else of_run.theme[place.row])
    return Hit(
        id=feedback.id,
        item_id=feedback.item_id,
        score=answer.score,
        text=feedback.text,
        start=span.start,
        end=span.end,
        theme=ThemeRef(theme.key, theme.label) if theme else None,
        sentiment=scored.sentiment,
        urgency=scored.urgency,
        created_at=feedback.created_at,
        lang=feedback.lang or "und",
        parts=asdict(answer.parts),
        channel=feedback.channel,
        source=feedback.source,
        corrected=snapshot.correction(feedback) is not None,
        tags=snapshot.tags.of_item(feedback.item_id),
    )
