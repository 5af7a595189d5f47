"""The JSON of the contract: what the command line prints and the API answers. Shapes only; nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from voc.edits import Edit
from voc.facets import NAMES as FACET_NAMES
from voc.model import (
    SENTIMENTS,
    Facet,
    Facets,
    Feedback,
    Figure,
    Hit,
    IngestCounts,
    ItemScore,
    MentionScore,
    Run,
    Sentiment,
    Tag,
    TagRef,
    Theme,
    Trend,
    Urgency,
    Window,
)
from voc.queries.corrected import ItemScores
from voc.tags import warning

Row = dict[str, Any]


def moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC with Z, to the second or as fine as it is."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def figure(value: float, digits: int = 4) -> float:
    """A share or score as it is printed."""
    return round(float(value), digits)


def run_row(run: Run) -> Row:
    """A run as `voc run` prints it."""
    return {
        "run_id": run.run_id,
        "status": run.status,
        "items": run.items,
        "mentions": run.mentions,
        "themes": run.themes,
        "unassigned_share": figure(run.unassigned_share),
        "alerts": run.alerts,
        "seconds": dict(run.seconds),
        "peak_rss_mb": run.peak_rss_mb,
        "started_at": moment(run.started_at),
        "finished_at": moment(run.finished_at),
        **({"error": run.error} if run.error else {}),
    }


def ingest_row(counts: IngestCounts) -> Row:
    """The ledger of one ingest."""
    return {name: getattr(counts, name) for name in IngestCounts.__slots__}


def theme_row(theme: Theme) -> Row:
    """A theme as `voc themes` prints it."""
    mood = theme.sentiment
    return {
        "key": theme.key,
        "label": theme.label,
        "labels": dict(theme.labels),
        "keywords": list(theme.keywords),
        "mentions": theme.mentions,
        "items": theme.items,
        "reach": theme.reach,
        "share": figure(theme.share, 6),
        "sentiment": {
            "negative": figure(mood.negative),
            "neutral": figure(mood.neutral),
            "positive": figure(mood.positive),
            "net": figure(mood.net),
        },
        "urgency": {"critical": figure(theme.critical), "high": figure(theme.high)},
        "state": str(theme.state),
        "parent": theme.parent,
        "level": str(theme.level),
        "first_seen": moment(theme.first_seen),
        "languages": dict(theme.languages),
        "copied": figure(theme.copied),
        "pinned": theme.pinned,
        "hidden": theme.hidden,
        "exemplars": [
            {"id": e.id, "item_id": e.item_id, "text": e.text, "start": e.start, "end": e.end} for e in theme.exemplars
        ],
    }


def sentiment_row(sentiment: Sentiment) -> Row:
    """Label and score, as a hit carries them."""
    return {"label": sentiment.label, "score": figure(sentiment.score)}


def urgency_row(urgency: Urgency) -> Row:
    """Level, score and reasons, as a hit carries them."""
    return {"level": urgency.level, "score": figure(urgency.score), "reasons": list(urgency.reasons)}


def item_scores_row(scores: ItemScores) -> Row:
    """An item as a whole; null where nothing is known of it yet."""
    return {
        "sentiment": sentiment_row(scores.sentiment) if scores.sentiment is not None else None,
        "urgency": urgency_row(scores.urgency) if scores.urgency is not None else None,
        "corrected": scores.corrected,
    }


_UNSAID = ("seeds", "other_digest")
"""What an edit needs and nobody reads."""


def edit_row(edit: Edit) -> Row:
    """An edit as `voc edit` prints it."""
    return {
        "edit_id": edit.edit_id,
        "kind": edit.kind,
        "target": edit.target,
        "says": {name: value for name, value in edit.says.items() if name not in _UNSAID},
        "at": moment(edit.at),
        "actor": edit.actor,
        "status": str(edit.status),
        "undone_at": moment(edit.undone_at),
    }


def hit_row(hit: Hit) -> Row:
    """A search answer."""
    return {
        "id": hit.id,
        "item_id": hit.item_id,
        "score": figure(hit.score),
        "text": hit.text,
        "start": hit.start,
        "end": hit.end,
        "theme": {"key": hit.theme.key, "label": hit.theme.label} if hit.theme else None,
        "sentiment": sentiment_row(hit.sentiment),
        "urgency": urgency_row(hit.urgency),
        "corrected": hit.corrected,
        "created_at": moment(hit.created_at),
        "lang": hit.lang,
        "channel": hit.channel,
        "source": hit.source,
        "parts": {name: None if value is None else figure(value) for name, value in hit.parts.items()},
        "tags": tags_row(hit.tags),
    }


def tags_row(tags: Sequence[TagRef]) -> list[Row]:
    """Own tags of an item or a mention, by name."""
    return [{"name": tag.name, "version": tag.version, "probability": figure(tag.probability)} for tag in tags]


def tag_row(tag: Tag, *, usable: bool) -> Row:
    """One version of a tag; `usable` says whether it was taught with the encoder that is active now."""
    figures = {"precision": tag.precision, "recall": tag.recall, "f1": tag.f1, "auc": tag.auc}
    return {
        "name": tag.name,
        "version": tag.version,
        "active": tag.active,
        "usable": usable,
        "description": tag.description,
        "created_at": moment(tag.created_at),
        "model": tag.model,
        "examples": tag.examples,
        "counterexamples": tag.counterexamples,
        "background": tag.background,
        "doubtful": tag.doubtful,
        "folds": tag.folds,
        "threshold": figure(tag.threshold),
        "cross_validation": {name: _figure_row(value) for name, value in figures.items()},
        "warning": warning(tag),
    }


def _figure_row(value: Figure) -> Row:
    return {"value": figure(value.value), "low": figure(value.low), "high": figure(value.high)}


def full_sentiment(sentiment: Sentiment) -> Row:
    """Label, score and probabilities."""
    probs = None
    if sentiment.probs is not None:
        probs = {name: figure(p) for name, p in zip(SENTIMENTS, sentiment.probs, strict=True)}
    return {**sentiment_row(sentiment), "probs": probs}


def full_urgency(urgency: Urgency) -> Row:
    """Level, score, reasons and evidence; of a fresh score also the parts that it is made of, in log-odds."""
    return {
        **urgency_row(urgency),
        "evidence": [{"start": span.start, "end": span.end} for span in urgency.evidence],
        **({"parts": [{"name": p.name, "value": round(p.value, 6)} for p in urgency.parts]} if urgency.parts else {}),
    }


def facets_row(facets: Facets) -> Row:
    """Each facet's labels with their probabilities, likeliest first; null where the head abstains."""
    return {name: _labels(getattr(facets, name)) for name in FACET_NAMES}


def _labels(labels: Sequence[Facet] | None) -> list[Row] | None:
    return None if labels is None else [{"name": label.name, "probability": label.probability} for label in labels]


def mention_score_row(score: MentionScore) -> Row:
    """Everything the heads say of a mention."""
    return {
        "sentiment": full_sentiment(score.sentiment),
        "urgency": full_urgency(score.urgency),
        **facets_row(score.facets),
    }


def score_row(score: ItemScore) -> Row:
    """A line of `voc score`."""
    return {
        "id": score.id,
        "text": score.text,
        "lang": score.lang,
        "sentiment": full_sentiment(score.sentiment),
        "urgency": full_urgency(score.urgency),
        "emotion": score.emotion,
        "intent": score.intent,
        **facets_row(score.facets),
        "mentions": [
            {
                "start": span.start,
                "end": span.end,
                **mention_score_row(mention),
            }
            for span, mention in score.mentions
        ],
    }


def trend_row(trend: Trend, *, by: str = "week") -> Row:
    """A theme's series."""
    windows = trend.days if by == "day" else trend.windows
    return {"theme": trend.theme, "state": str(trend.state), "windows": [window_row(window) for window in windows]}


def window_row(window: Window) -> Row:
    """One window of a series."""
    return {
        "start": moment(window.start),
        "reach": window.reach,
        "expected": window.expected,
        "low": window.low,
        "high": window.high,
    }


def feedback_row(feedback: Feedback) -> Row:
    """An item as received, redacted, without what is empty."""
    row: Row = {
        name: getattr(feedback, name)
        for name in Feedback.__slots__
        if name not in ("attributes", "redactions", "created_at", "content_hash")
    }
    row["created_at"] = moment(feedback.created_at)
    row["redactions"] = dict(feedback.redactions)
    row["attributes"] = dict(feedback.attributes)
    keep: Mapping[str, Any] = {"id": 1, "item_id": 1, "text": 1, "created_at": 1, "lang": 1}
    return {name: value for name, value in row.items() if name in keep or value not in (None, {}, "")}
