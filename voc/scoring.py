"""Texts to scores in one pass over the encoder, for whoever has texts: a run, the intake, or `voc score`.

Brings the stages `clean`, `segment`, `encode` and `score` together for items; owns none of their rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voc.model import Feedback, ItemScore, Mention, MentionScore, Span, Urgency
from voc.ports import Encoder, EncodingCache, Encodings, Progress, silent
from voc.score import Company, Heads, MentionScores, in_item, score_item, score_mentions
from voc.segment import segment

if TYPE_CHECKING:
    from voc.ports import Kind


class NoCache:
    """The cache of `voc score`: nothing is stored."""

    def get(self, keys: Sequence[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
        """Knows nothing."""
        del keys
        return {}

    def put(self, rows: object) -> None:
        """Keep nothing."""
        for _ in rows:  # type: ignore[attr-defined]  # an iterator may be waited for
            pass

    def forget(self, keys: Sequence[bytes]) -> int:
        """Nothing to forget."""
        del keys
        return 0


@dataclass(frozen=True, slots=True)
class Scored:
    """Mentions of some items with their encodings and scores; evidence points into the items' texts."""

    mentions: tuple[Mention, ...]
    encodings: Encodings
    scores: tuple[MentionScore, ...]


def score_items(
    items: Sequence[Feedback],
    encoder: Encoder,
    cache: EncodingCache,
    heads: Heads | None,
    *,
    progress: Progress = silent,
) -> Scored:
    """Segment, encode and score clean items."""
    from voc.encode import encode

    mentions = tuple(mention for item in items for mention in segment(item))
    kind: Kind = "query"
    encodings = encode([mention.text for mention in mentions], encoder, cache, kind=kind, progress=progress)
    found = score_mentions(
        encodings.features,
        [mention.text for mention in mentions],
        [mention.lang for mention in mentions],
        heads,
        company=Company.of([mention.item_id for mention in mentions]),
    )
    texts = {item.item_id: item.text for item in items}
    return Scored(
        mentions,
        encodings,
        tuple(placed(found, row, mention, texts[mention.item_id]) for row, mention in enumerate(mentions)),
    )


def placed(scores: MentionScores, row: int, mention: Mention, item_text: str) -> MentionScore:
    """The score of a mention with its evidence moved into the item's text."""
    score = scores.one(row)
    if not score.urgency.evidence:
        return score
    spans = tuple(in_item(span, mention.text, item_text, mention.start, mention.end) for span in score.urgency.evidence)
    return replace(score, urgency=replace(score.urgency, evidence=spans))


def item_scores(items: Sequence[Feedback], scored: Scored) -> list[ItemScore]:
    """One ItemScore an item, in input order; an item without mentions abstains."""
    own: dict[str, list[tuple[Span, MentionScore]]] = {}
    for mention, score in zip(scored.mentions, scored.scores, strict=True):
        own.setdefault(mention.item_id, []).append((Span(mention.start, mention.end), score))
    return [_item_score(item, own.get(item.item_id, [])) for item in items]


def _item_score(item: Feedback, mentions: Sequence[tuple[Span, MentionScore]]) -> ItemScore:
    parts = score_item(mentions)
    urgency: Urgency = parts.urgency
    return ItemScore(
        id=item.id,
        text=item.text,
        lang=item.lang or "und",
        sentiment=parts.sentiment,
        urgency=urgency,
        mentions=tuple(mentions),
        facets=parts.facets,
    )
