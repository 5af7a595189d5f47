"""A person's corrections laid over what the heads said. Done once, when a snapshot opens, so that every answer agrees.

The mentions of a corrected item take its label and level, and the shares of the themes that they belong to are counted
anew. Nothing that a run has published changes, so corrections outlive runs, and go when they are undone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from voc.edits import Correction, Corrections, digest_of
from voc.errors import ModelDamaged
from voc.model import SENTIMENTS, URGENCIES, Feedback, MentionScore, Sentiment, Span, Theme, Urgency
from voc.ports import LiveMention, MentionTable, PublishedRun, Tools
from voc.queries.members import Members

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_T = TypeVar("_T")
Versions = Mapping[tuple[str, int], Correction]
"""(item_id, revision) → what holds for it."""


@cache
def floors_of(model: str) -> tuple[float, ...]:
    """The lowest urgency score of each level in the order of URGENCIES, by the heads of an encoder."""
    from voc.score import Heads

    heads = Heads.load(model)
    if heads is None:
        raise ModelDamaged(f"The heads of {model} are missing.", "Install voc again.")
    return (0.0, *heads.urgency.thresholds)


def correction_of(corrections: Corrections, feedback: Feedback) -> Correction | None:
    """What a person says of an item, as long as it has the text that they spoke of."""
    return corrections.get((feedback.item_id, digest_of(feedback.text))) if corrections else None


def versions_of(
    tools: Tools, said: Mapping[tuple[str, str], _T], refs: Collection[tuple[str, int]]
) -> dict[tuple[str, int], _T]:
    """What holds for these (item_id, revision), of what is said by item and digest; reads no other item's text."""
    spoken_of = {item_id for item_id, _ in said}
    texts = tools.feedback.get([ref for ref in refs if ref[0] in spoken_of])
    found = {ref: said.get((feedback.item_id, digest_of(feedback.text))) for ref, feedback in texts.items()}
    return {ref: what for ref, what in found.items() if what is not None}


def correct_live(mentions: Sequence[LiveMention], versions: Versions, floors: Sequence[float]) -> list[LiveMention]:
    """Live mentions, those of corrected items with the corrected label and level."""
    return [_live(mention, versions.get((mention.item_id, mention.revision)), floors) for mention in mentions]


def _live(mention: LiveMention, correction: Correction | None, floors: Sequence[float]) -> LiveMention:
    if correction is None:
        return mention
    probabilities = _probabilities(correction.sentiment)
    if probabilities is not None:
        mention = replace(mention, sentiment=probabilities)
    if correction.urgency is not None and correction.urgency != mention.urgency_level:
        score = floors[URGENCIES.index(correction.urgency)]
        mention = replace(mention, urgency=score, urgency_level=correction.urgency)
    return mention


def correct_run(
    run: PublishedRun, rows_of: Mapping[str, Sequence[int]], versions: Versions, floors: Sequence[float]
) -> PublishedRun:
    """The run with the scores of corrected items, and the shares of their themes, as people say they are."""
    if not versions:
        return run
    table = run.mentions
    sentiment, urgency, level = table.sentiment.copy(), table.urgency.copy(), table.urgency_level.copy()
    moved: set[str] = set()

    for (item_id, revision), correction in versions.items():
        probabilities = _probabilities(correction.sentiment)
        for row in rows_of.get(item_id, ()):
            if table.revision[row] != revision:
                continue
            if probabilities is not None:
                sentiment[row] = probabilities
            # A level that stands already keeps the score that led to it.
            if correction.urgency is not None and correction.urgency != level[row]:
                level[row], urgency[row] = correction.urgency, floors[URGENCIES.index(correction.urgency)]
            if table.theme[row] is not None:
                moved.add(str(table.theme[row]))
    for column in (sentiment, urgency, level):
        column.flags.writeable = False
    corrected = replace(table, sentiment=sentiment, urgency=urgency, urgency_level=level)
    return replace(run, mentions=corrected, themes=_recount(run.themes, corrected, moved))


def _probabilities(label: str | None) -> tuple[float, float, float] | None:
    """All on the label; None where a mention stays as it is: nothing was said, or `mixed`, which no mention can be."""
    if label not in SENTIMENTS:
        return None
    negative, neutral, positive = (float(label == name) for name in SENTIMENTS)
    return negative, neutral, positive


def _recount(themes: Mapping[str, Theme], table: MentionTable, moved: Collection[str]) -> dict[str, Theme]:
    """All themes in their order; those that hold a corrected mention, and the coarse ones above, with new shares."""
    touched = {*moved, *(themes[key].parent for key in moved if key in themes)}
    members = Members.of(themes, table)
    return {key: _shares(theme, table, members.rows(key)) if key in touched else theme for key, theme in themes.items()}


def _shares(theme: Theme, table: MentionTable, rows: NDArray[np.int64]) -> Theme:
    from voc.score import sentiment_shares, urgency_shares

    critical, high = urgency_shares(table.urgency_level[rows])
    return replace(theme, sentiment=sentiment_shares(table.sentiment[rows]), critical=critical, high=high)


@dataclass(frozen=True, slots=True)
class ItemScores:
    """An item as a whole: what its mentions add up to, or what a person says. None where neither says anything."""

    sentiment: Sentiment | None = None
    urgency: Urgency | None = None
    corrected: bool = False


NOTHING_SAID = ItemScores()


def item_scores(
    mentions: Sequence[tuple[Span, MentionScore]], correction: Correction | None, floors: Sequence[float]
) -> ItemScores:
    """The item's scores from its mentions, corrected ones already, and from its correction.

    `mixed` stands at the item alone, with the balance of its mentions. An item that waits for a run has no mentions.
    """
    from voc.score import score_item

    parts = score_item(mentions) if mentions else None
    sentiment, urgency = (parts.sentiment, parts.urgency) if parts is not None else (None, None)
    if correction is None:
        return ItemScores(sentiment, urgency)
    probabilities = _probabilities(correction.sentiment)
    if correction.sentiment is not None and probabilities is None:
        pooled = sentiment or Sentiment(None, 0.0, None)
        sentiment = replace(pooled, label=correction.sentiment)
    elif probabilities is not None and sentiment is None:
        sentiment = Sentiment(correction.sentiment, probabilities[2] - probabilities[0], probabilities)
    if correction.urgency is not None and urgency is None:
        urgency = Urgency(correction.urgency, floors[URGENCIES.index(correction.urgency)])
    return ItemScores(sentiment, urgency, corrected=True)
